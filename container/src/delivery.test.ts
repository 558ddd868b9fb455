/** The files that install hub and agent name paths of this repository. These paths must exist. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSettings } from "@karibu/cloud/settings";
import { readPublicKeys } from "@karibu/protocol/bundle/release-key";
import { repositoryRoot } from "@karibu/tools/build/repository";
import { expect, test } from "vitest";
import { loadReleaseKey } from "./image/release-key-file.ts";
import { launcherNodeFlags, nodeEnvironment } from "./launcher/node-flags.ts";

const textOf = (name: string) => readFileSync(join(repositoryRoot, name), "utf8");

test("the Dockerfile starts the launcher as the router's image does", () => {
  const dockerfile = textOf("Dockerfile");
  const words = ["/bin/node", ...launcherNodeFlags, "/karibu/launcher.cjs"];
  const list = (all: readonly string[]) => `[${all.map((word) => JSON.stringify(word)).join(", ")}]`;
  expect(dockerfile).toContain(`ENTRYPOINT ${list(words)}`);
  expect(dockerfile).toContain(`CMD ${list([...words, "--health"])}`);
  for (const [name, value] of Object.entries(nodeEnvironment)) expect(dockerfile).toContain(`${name}=${value}`);
});

test("the hub's Dockerfile knows every workspace, and copies only existing paths", () => {
  const dockerfile = textOf("container/hub.Dockerfile");
  for (const workspace of JSON.parse(textOf("package.json")).workspaces) {
    expect(dockerfile).toContain(`COPY ${workspace}/package.json ${workspace}/\n`);
  }
  // The script that npm runs after `npm ci` must be copied before.
  const [, script] = /(\S+\.mjs)/.exec(JSON.parse(textOf("package.json")).scripts.postinstall) ?? [];
  expect(dockerfile.slice(0, dockerfile.indexOf("RUN npm ci"))).toContain(`COPY ${script} `);
  for (const [, path] of dockerfile.matchAll(/--from=build \/karibu\/(\S+)/g)) {
    if (!/^(node_modules|dist)/.test(path as string))
      expect(existsSync(join(repositoryRoot, path as string)), path).toBe(true);
  }
});

test("the hub's image has each folder of `dist` that the hub reads", () => {
  const isRead = new Map<string, string>();
  const sources = readdirSync(join(repositoryRoot, "cloud/src"), { recursive: true, encoding: "utf8" });
  for (const name of sources.filter((file) => /(?<!\.test)\.ts$/.test(file)))
    for (const [, folder] of textOf(`cloud/src/${name}`).matchAll(/"(?:\.\.\/)+(dist\/[a-z-]+)/g))
      isRead.set(folder as string, name);
  expect([...isRead.keys()]).toEqual(expect.arrayContaining(["dist/console", "dist/my"]));
  const [, image = ""] = textOf("container/hub.Dockerfile").split("\nFROM $NODE_IMAGE\n");
  const copied = [...image.matchAll(/^COPY --from=build .*\/karibu\/(dist\/\S+) (\S+)$/gm)].map(([, from, to]) => {
    expect(to).toBe(from);
    return to as string;
  });
  const made = [...image.matchAll(/^RUN install -d .*(dist\/\S+)$/gm)].map(([, folder]) => folder as string);
  expect([...copied, ...made].sort()).toEqual([...isRead.keys()].sort());
});

test("[BEY-08] each base image can be pinned by its digest from outside, and none is named in two ways", () => {
  const example = textOf("container/hub.env.example");
  const compose = textOf("container/compose.yaml");
  for (const [, image] of compose.matchAll(/^ *image: (.*)$/gm)) expect(image).toMatch(/^\$\{[A-Z]+_IMAGE:-[^}]+\}$/);
  for (const [, name, image] of compose.matchAll(/\$\{([A-Z]+_IMAGE):-([^}]+)\}/g))
    expect(example).toContain(`#${name}=${image}\n`);
  for (const name of ["Dockerfile", "container/hub.Dockerfile"])
    for (const [, image] of textOf(name).matchAll(/^FROM (?:--platform=\S+ )?(\S+)/gm))
      expect(["scratch", "$NODE_IMAGE"]).toContain(image);
});

test("the hub knows every setting of the example file, and of the compose file", () => {
  const filled: Record<string, string> = {};
  for (const line of textOf("container/hub.env.example").split("\n")) {
    const [, name, value] = /^#?([A-Z_]+)=(.*)$/.exec(line) ?? [];
    if (name !== undefined) filled[name] = value ?? "";
  }
  filled.KARIBU_MASTER_KEY = Buffer.alloc(32, 7).toString("base64");
  filled.KARIBU_ADMIN_EMAIL = "owner@example.com";
  filled.KARIBU_ADMIN_PASSWORD = "a long enough password";
  // A secret or its file, a folder or a bucket: the example has both, commented out.
  const { KARIBU_BACKUP_FOLDER: folder = "", KARIBU_BACKUP_KEY_SECRET_FILE: _, ...inBucket } = filled;
  Object.assign(inBucket, { KARIBU_BACKUP_KEY_ID: "a key", KARIBU_BACKUP_KEY_SECRET: "its secret" });
  expect(readSettings(inBucket)).not.toHaveProperty("complaints");
  const inFolder = Object.fromEntries(Object.entries(filled).filter(([name]) => !name.startsWith("KARIBU_BACKUP_")));
  expect(readSettings({ ...inFolder, KARIBU_BACKUP_FOLDER: folder })).not.toHaveProperty("complaints");
  const compose = textOf("container/compose.yaml");
  for (const [, name] of compose.matchAll(/\$\{([A-Z_]+)/g)) expect(Object.keys(filled)).toContain(name);
});

const units = ["karibu-hub.service", "karibu-tunnel.service"];
test.skipIf(!existsSync("/usr/bin/systemd-analyze")).each(units)("systemd understands %s", (name) => {
  const folder = mkdtempSync(join(tmpdir(), "karibu-unit-"));
  try {
    const unit = join(folder, name);
    // Its program is where an installation has it; here any program will do.
    writeFileSync(unit, textOf(`container/${name}`).replace(/^ExecStart=\S+/m, "ExecStart=/bin/true"));
    const said = execFileSync("/usr/bin/systemd-analyze", ["verify", "--man=no", unit], { stdio: "pipe" }).toString();
    expect(said).not.toContain(unit);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a release key is made once, readable by its owner alone, and read again", async () => {
  const folder = mkdtempSync(join(tmpdir(), "karibu-key-"));
  try {
    const path = join(folder, "deep/key.pem");
    const said: string[] = [];
    const made = await loadReleaseKey(path, (line) => said.push(line));
    const again = await loadReleaseKey(path, (line) => said.push(line));
    expect(again.equals(made)).toBe(true);
    expect(said).toHaveLength(1);
    expect(readPublicKeys(readFileSync(`${path}.pub`, "utf8"))).toHaveLength(1);
    writeFileSync(path, "no key");
    await expect(loadReleaseKey(path, () => {})).rejects.toThrow();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
