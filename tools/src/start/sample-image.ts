/** An agent's image for the hub's shelf: as the container's build writes it, with little in it, because no simulated router unpacks it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildDockerArchive } from "@karibu/container/image/docker-archive";

const bytes = 4_000_000;

/** @param folder `images` in the hub's data */
export function writeSampleImage(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const file = (name: string, content: Uint8Array) => ({ name, content, mode: 0o755 });
  const archive = buildDockerArchive(
    [file("bin/node", Buffer.alloc(bytes, 7)), file("karibu/launcher.cjs", Buffer.from("demo"))],
    {
      architecture: "arm64",
      entrypoint: ["/bin/node", "/karibu/launcher.cjs"],
      environment: { KARIBU_DATA: "/data" },
      exposedPorts: ["80/tcp"],
      healthCheck: { command: ["/bin/node"], everySeconds: 60 },
      volume: "/data",
      labels: {},
      name: "karibu-agent:0.1.0-arm64",
    },
  );
  writeFileSync(join(folder, "demo-arm64.tar"), archive);
}
