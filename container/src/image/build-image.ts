/** An image from its layers: as one file for a router, or as a folder for those who have Docker. */
import { sha256Hex } from "@karibu/protocol/hash";
import { launcherNodeFlags, nodeEnvironment } from "../launcher/node-flags.ts";
import type { Architecture } from "./architectures.ts";
import { buildDockerArchive } from "./docker-archive.ts";
import type { TarEntry } from "./tar.ts";

export interface BuiltImage {
  readonly archive: Buffer;
  readonly sha256: string;
  /** Name and tag. */
  readonly name: string;
}

export function buildImage(
  architecture: Architecture,
  files: readonly TarEntry[],
  about: { version: string; nodeVersion: string },
): BuiltImage {
  const name = `karibu-agent:${about.version}-${architecture.name}`;
  const archive = buildDockerArchive(files, {
    architecture: architecture.name,
    entrypoint: ["/bin/node", ...launcherNodeFlags, "/karibu/launcher.cjs"],
    environment: { ...nodeEnvironment, KARIBU_DATA: "/data" },
    exposedPorts: ["80/tcp", "1812/udp", "1813/udp"],
    healthCheck: { command: ["/bin/node", ...launcherNodeFlags, "/karibu/launcher.cjs", "--health"], everySeconds: 60 },
    volume: "/data",
    labels: {
      "org.opencontainers.image.title": "Karibu agent",
      "org.opencontainers.image.version": about.version,
      "org.opencontainers.image.licenses": "MIT",
      "io.karibu.node": about.nodeVersion,
    },
    name,
  });
  return { archive, sha256: sha256Hex(archive), name };
}
