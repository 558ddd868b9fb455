import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writePublicKey } from "@karibu/protocol/bundle/release-key";
import { sha256Hex } from "@karibu/protocol/hash";
import { findTool, hasTool } from "@karibu/tools/ci/tools";
import fc from "fast-check";
import { expect, test } from "vitest";
import { buildDockerArchive } from "./docker-archive.ts";
import { writeMinisign } from "./minisign.ts";
import { packTar, readTar, type TarEntry, writeTar } from "./tar.ts";

const file = (name: string, content: string, mode = 0o644): TarEntry => ({ name, content: Buffer.from(content), mode });

test("what is packed is read again, and the order of the files makes no difference", () => {
  const part = fc.stringMatching(/^[a-z0-9.]{1,12}$/).filter((name) => !/^\.+$/.test(name));
  const files = fc.dictionary(part, fc.uint8Array({ maxLength: 1500 }), { noNullPrototype: true });
  fc.assert(
    fc.property(files, (contents) => {
      const entries = Object.entries(contents).map(([name, content]) => ({ name: `a/${name}`, content, mode: 0o644 }));
      const archive = writeTar(entries);
      expect(writeTar([...entries].reverse())).toEqual(archive);
      const read = Object.fromEntries([...readTar(archive)].map(({ name, content }) => [name, [...content]]));
      expect(read).toEqual(Object.fromEntries(entries.map(({ name, content }) => [name, [...content]])));
    }),
  );
});

test("the system's own tar lists it, owned by root, at the beginning of time", () => {
  const archive = writeTar([file("bin/node", "x", 0o755), file("etc/passwd", "root")]);
  const listing = execFileSync("tar", ["-tvf", "-", "--numeric-owner", "--utc"], { input: archive }).toString();
  const lines = listing.trim().split("\n");
  expect(lines.map((line) => line.split(/\s+/).at(-1))).toEqual(["bin/", "bin/node", "etc/", "etc/passwd"]);
  expect(lines[1]).toMatch(/^-rwxr-xr-x 0\/0\s+1 1970-01-01 00:00/);
});

test("a name that does not fit and an archive cut short are refused", () => {
  expect(() => writeTar([file("x".repeat(101), "")])).toThrow("too long");
  expect(() => [...readTar(packTar([file("a", "x".repeat(600))]).subarray(0, 700))]).toThrow("cut short");
});

test("[BEY-25] the archive has one plain layer whose digest the configuration names", () => {
  const archive = buildDockerArchive([file("bin/node", "x", 0o755)], {
    architecture: "arm64",
    entrypoint: ["/bin/node"],
    environment: { A: "1" },
    exposedPorts: ["80/tcp"],
    healthCheck: { command: ["/bin/node"], everySeconds: 60 },
    volume: "/data",
    labels: {},
    name: "karibu-agent:1-arm64",
  });
  const files = new Map([...readTar(archive)].map(({ name, content }) => [name, content]));
  const [manifest] = JSON.parse(String(files.get("manifest.json")));
  expect(manifest.Layers).toHaveLength(1);
  const layer = files.get(manifest.Layers[0]) as Buffer;
  const config = JSON.parse(String(files.get(manifest.Config)));
  expect(config.rootfs.diff_ids).toEqual([`sha256:${sha256Hex(layer)}`]);
  expect(config).toMatchObject({ architecture: "arm64", os: "linux", config: { StopSignal: "SIGTERM" } });
});

test.skipIf(!hasTool("minisign"))("minisign verifies our signatures, and refuses a changed file", () => {
  const folder = mkdtempSync(join(tmpdir(), "karibu-sign-"));
  try {
    const { privateKey } = generateKeyPairSync("ed25519");
    const path = join(folder, "image.tar");
    writeFileSync(join(folder, "key.pub"), writePublicKey(privateKey));
    writeFileSync(path, "an image");
    writeFileSync(`${path}.minisig`, writeMinisign(Buffer.from("an image"), privateKey, "karibu 1.2.3 arm64"));
    const verify = () =>
      execFileSync(findTool("minisign") as string, ["-Vm", path, "-p", join(folder, "key.pub")], { stdio: "pipe" });
    expect(verify().toString()).toContain("karibu 1.2.3 arm64");
    writeFileSync(path, "an imagf");
    expect(verify).toThrow();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
