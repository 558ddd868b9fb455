/** The images themselves: fetched, built, read by other people's tools, booted. Long because of 100 MB of Node. */

import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openNas } from "@karibu/agent/start/test-agent-process";
import { sha256Hex } from "@karibu/protocol/hash";
import { statusTypes } from "@karibu/protocol/radius/codes";
import { repositoryRoot } from "@karibu/tools/build/repository";
import { findTool, hasTool } from "@karibu/tools/ci/tools";
import { freeTcpPort, freeUdpPort } from "@karibu/tools/start/free-ports";
import { afterAll, beforeAll, expect, test } from "vitest";
import { agentNodeFlags, launcherNodeFlags } from "../launcher/node-flags.ts";
import { arm64Binfmt, bootImage, canBoot } from "./boot-image.ts";
import { icuUses } from "./icu-uses.ts";

const folder = mkdtempSync(join(tmpdir(), "karibu-image-"));
const imageOf = (arch: string) => join(folder, `${arch}.tar`);
/** Node of the image's version for this machine. */
const pinned = join(repositoryRoot, `node_modules/node-linux-${process.arch}/bin/node`);
const secret = "image-secret";
const voucher = "30215847";
/** Of the portal. */
const languages = ["en", "sw", "fr"] as const;
const [skopeo, umoci, minisign] = (["skopeo", "umoci", "minisign"] as const).map((name) => findTool(name) ?? name) as [
  string,
  string,
  string,
];

function build(root: string, args: readonly string[]): string {
  const all = [join(root, "tools/src/image/main.ts"), ...args, "--key", join(folder, "key.pem")];
  return execFileSync(process.execPath, all, { cwd: root, encoding: "utf8" });
}

beforeAll(() => {
  for (const arch of ["amd64", "arm64"]) build(repositoryRoot, ["--arch", arch, "--out", imageOf(arch)]);
}, 900_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("[BEY-25] built again in another folder, at another time, from other copies of the files: identical octets", () => {
  // Both are copies: somebody may be at work in the repository itself.
  const first = copyOfRepository(repositoryRoot, join(folder, "one"));
  const second = copyOfRepository(first, join(folder, "another/place"));
  for (const arch of ["arm64", "amd64"]) {
    const outs = [first, second].map((root, index) => {
      const out = join(folder, `${arch}-again-${index}.tar`);
      expect(build(root, ["--arch", arch, "--out", out])).toContain("from the cache");
      return out;
    });
    for (const suffix of ["", ".minisig", ".parts.json"]) {
      const [one, other] = outs.map((out) => digest(`${out}${suffix}`));
      expect(one, `${arch}${suffix}`).toBe(other);
    }
    for (const out of outs) rmSync(out);
  }
});

test("[BEY-25] the arm64 image stays below 75 MB", () => {
  expect(statSync(imageOf("arm64")).size).toBeLessThanOrEqual(75_000_000);
});

test("32-bit ARM is refused with what to do instead", () => {
  expect(() => build(repositoryRoot, ["--arch", "arm", "--out", imageOf("arm")])).toThrow("hosted agent");
  expect(existsSync(imageOf("arm"))).toBe(false);
});

test.skipIf(!hasTool("minisign")).each(["amd64", "arm64"])("minisign verifies the %s image", (arch) => {
  const args = ["-Vm", imageOf(arch), "-p", join(folder, "key.pem.pub")];
  expect(execFileSync(minisign, args, { encoding: "utf8" })).toContain(arch);
});

test.skipIf(!hasTool("skopeo")).each(["amd64", "arm64"])(
  "[BEY-25] skopeo reads the %s image: one layer, its processor",
  (arch) => {
    const seen = JSON.parse(execFileSync(skopeo, ["inspect", `docker-archive:${imageOf(arch)}`], { encoding: "utf8" }));
    expect(seen).toMatchObject({ Architecture: arch, Os: "linux", Layers: [expect.stringMatching(/^sha256:/)] });
  },
);

test.skipIf(!hasTool("skopeo") || !hasTool("umoci") || !canBoot()).each([
  { arch: "amd64", binfmt: (): string | null => null, needs: "skopeo" as const },
  {
    arch: "arm64",
    binfmt: (): string | null => arm64Binfmt(findTool("qemuArm64") as string),
    needs: "qemuArm64" as const,
  },
])(
  "[BEY-25] umoci unpacks the $arch image; with only its own files in sight, all but /data read-only, it answers log-ins and accounting, shows the portal in every language, and stops in order",
  async ({ arch, binfmt, needs }) => {
    if (!hasTool(needs)) return;
    const { root, config } = unpack(arch);
    expect(readdirSync(join(root, "bin"))).toEqual(["node"]);
    const data = newData(arch);
    const { booted, httpPort, authPort, acctPort } = await boot({ root, data, config, binfmt: binfmt() });
    try {
      await booted.heard("release-proved"); // state open, portal served, Status-Server answered on both ports
      expect(await (await fetch(`http://127.0.0.1:${httpPort}/health`)).json()).toMatchObject({ ok: true });
      await expectPortal(`http://127.0.0.1:${httpPort}`, root);
      expect(await logIn(voucher, authPort)).toBe("accept");
      expect(await logIn("99999999", authPort)).toBe("reject");
      await startSession("s-1", acctPort);
      expect(await booted.stop()).toBe(0);
      expect(booted.said.join("\n")).toContain("agent-stopped");
      expect(readdirSync(data)).toContain("journal");
    } finally {
      await booted.kill();
    }
  },
);

test
  .skipIf(!hasTool("skopeo") || !hasTool("umoci") || !hasTool("qemuArm64") || !existsSync(pinned))
  .each(Object.entries(icuUses))(
  "[BEY-25] on arm64, the image's Node answers as the whole one of the same version: %s",
  (_, { tried }) => {
    const code = `process.stdout.write(JSON.stringify([${tried.map((each) => `(${each})`).join(",")}]))`;
    const { root } = unpack("arm64");
    const program = [findTool("qemuArm64") as string, "-L", root, join(root, "bin/node")] as const;
    const [cut, whole] = [program, [pinned] as const].map(([first, ...args]) =>
      execFileSync(first, [...args, "-e", code], { encoding: "utf8", env: { TZ: "UTC" } }),
    );
    expect(JSON.parse(cut as string)).toEqual(JSON.parse(whole as string));
  },
);

test.skipIf(!hasTool("skopeo") || !hasTool("umoci") || !hasTool("qemuArm64"))(
  "[BEY-25] on arm64, every module of Node is loaded, and V8 refuses the code cache with a router's flags, of the whole Node too",
  () => {
    build(repositoryRoot, ["--arch", "arm64", "--whole-node", "--out", imageOf("arm64-whole")]);
    const code = `const { builtinModules } = require("node:module");
      const names = builtinModules.filter((name) => !name.startsWith("internal")).map((name) => [name, Object.keys(require(name)).length]);
      const { compiledWithCache, compiledWithoutCache } = require("internal/test/binding").internalBinding("builtins").getCacheUsage();
      process.stdout.write(JSON.stringify([names.length > 50, compiledWithCache.size, compiledWithoutCache.size > 30]))`;
    for (const name of ["arm64", "arm64-whole"])
      for (const flags of [agentNodeFlags(512 * 2 ** 20), agentNodeFlags(2 ** 30), launcherNodeFlags]) {
        const { root } = unpack(name);
        const args = ["-L", root, join(root, "bin/node"), "--no-warnings", "--expose-internals", ...flags, "-e", code];
        const said = execFileSync(findTool("qemuArm64") as string, args, { encoding: "utf8" });
        expect(JSON.parse(said), name).toEqual([true, 0, true]);
      }
  },
);

test.skipIf(!hasTool("skopeo") || !hasTool("umoci") || !canBoot())(
  "[BEY-25] a site's folder goes from the whole Node to the cut one and back: each start goes on where the other stopped, and repairs nothing",
  async () => {
    build(repositoryRoot, ["--arch", "amd64", "--whole-node", "--out", imageOf("whole")]);
    const images = { whole: unpack("whole"), cut: unpack("amd64") };
    const data = newData("both");
    const turns = ["whole", "cut", "whole"] as const;
    for (const [index, turn] of turns.entries()) {
      const { booted, acctPort } = await boot({ ...images[turn], data, binfmt: null });
      try {
        await booted.heard("release-proved");
        await startSession(`turn-${index}`, acctPort);
        expect(await booted.stop()).toBe(0);
        expect(booted.said.join("\n")).not.toMatch(/damage|not-repaired|lost|set-aside/);
      } finally {
        await booted.kill();
      }
    }
    // One journal, which no start had to begin anew.
    const [epoch, ...more] = readdirSync(join(data, "journal")).filter((name) => name !== "position.json");
    expect(more).toEqual([]);
    const path = join(data, "journal", epoch as string);
    const names = readdirSync(path).sort();
    expect(names.filter((name) => /damaged|torn/.test(name))).toEqual([]);
    const journal = names.map((name) => readFileSync(join(path, name), "utf8")).join("");
    const told = [...journal.matchAll(/"turn-(\d)"/g)].map(([, index]) => index);
    expect([...new Set(told)]).toEqual(["0", "1", "2"]);
  },
);

interface Unpacked {
  readonly root: string;
  readonly config: { readonly Entrypoint: string[]; readonly Env: string[] };
}

const unpackedImages = new Map<string, Unpacked>();

/** With other people's tools, once for all tests. */
function unpack(name: string): Unpacked {
  const known = unpackedImages.get(name);
  if (known !== undefined) return known;
  const layout = join(folder, `${name}-oci`);
  execFileSync(skopeo, ["copy", "--quiet", `docker-archive:${imageOf(name)}`, `oci:${layout}:image`]);
  execFileSync(umoci, ["unpack", "--rootless", "--image", `${layout}:image`, join(folder, `${name}-unpacked`)]);
  const seen = execFileSync(skopeo, ["inspect", "--config", `oci:${layout}:image`], { encoding: "utf8" });
  const unpacked = { root: join(folder, `${name}-unpacked/rootfs`), config: JSON.parse(seen).config };
  unpackedImages.set(name, unpacked);
  return unpacked;
}

/** A folder of a site that one person may use. */
function newData(name: string): string {
  const data = join(folder, `${name}-data`);
  mkdirSync(data);
  const site = {
    plans: [{ name: "all" }],
    accounts: [{ username: "nemo", password: "x", plan: "all" }],
    vouchers: [{ code: voucher, plan: "all" }],
  };
  writeFileSync(join(data, "site.json"), JSON.stringify(site));
  return data;
}

async function boot({
  root,
  data,
  config,
  binfmt,
}: Unpacked & { readonly data: string; readonly binfmt: string | null }) {
  const [httpPort, authPort, acctPort] = await Promise.all([freeTcpPort(), freeUdpPort(), freeUdpPort()]);
  const settings = {
    ...Object.fromEntries(config.Env.map((line) => line.split("="))),
    KARIBU_HTTP_PORT: String(httpPort),
    KARIBU_RADIUS_AUTH_PORT: String(authPort),
    KARIBU_RADIUS_ACCT_PORT: String(acctPort),
    KARIBU_RADIUS_SECRET: secret,
    KARIBU_SITE_FILE: "/data/site.json",
  };
  return {
    booted: await bootImage({ root, data, binfmt, command: config.Entrypoint, settings }),
    httpPort,
    authPort,
    acctPort,
  };
}

/** The first page, its words in every language, and the page without a script, which Node itself words. */
async function expectPortal(url: string, root: string): Promise<void> {
  const text = async (path: string, headers: Record<string, string> = {}): Promise<string> => {
    const answer = await fetch(`${url}${path}`, { headers });
    expect(answer.status, path).toBe(200);
    return answer.text();
  };
  expect(await text("/")).toContain("<html");
  const assets = readdirSync(join(root, "karibu/portal/assets")).filter((name) => name.endsWith(".js"));
  const plain: string[] = [];
  for (const language of languages) {
    const words = assets.filter((name) => name.startsWith(`${language}-`));
    expect(words.length, language).toBeGreaterThan(1);
    for (const name of words) expect((await text(`/assets/${name}`)).length, name).toBeGreaterThan(500);
    const page = await text("/plain", { "accept-language": language });
    expect(page).toContain(`lang="${language}"`);
    plain.push(page.replace(/<[^>]*>/g, ""));
  }
  expect(new Set(plain).size).toBe(languages.length);
}

async function logIn(code: string, authPort: number): Promise<"accept" | "reject"> {
  const nas = await openNas(secret, every500Ms);
  try {
    return await nas.logIn(code, [{ name: "callingStationId", value: "02:00:00:00:00:01" }], () => authPort);
  } finally {
    nas.close();
  }
}

function every500Ms(task: () => void): () => void {
  const timer = setInterval(task, 500);
  return () => clearInterval(timer);
}

async function startSession(sessionId: string, acctPort: number): Promise<void> {
  const nas = await openNas(secret, every500Ms);
  const attributes = [
    { name: "userName", value: "nemo" },
    { name: "acctStatusType", value: statusTypes.start },
    { name: "acctSessionId", value: sessionId },
    { name: "acctSessionTime", value: 0 },
  ] as const;
  await nas.account(attributes, () => acctPort);
  nas.close();
}

function digest(path: string): string {
  return sha256Hex(readFileSync(path));
}

/** Its own copies of all sources and workspaces; packages and downloads are shared. */
function copyOfRepository(from: string, copy: string): string {
  mkdirSync(join(copy, "node_modules/@karibu"), { recursive: true });
  const left = /^(node_modules|dist|data|\.git|coverage|\.cache)$/;
  for (const name of readdirSync(from)) {
    if (left.test(name)) continue;
    const filter = (path: string) => !/[\\/](node_modules|dist)$/.test(path);
    cpSync(join(from, name), join(copy, name), { recursive: true, filter });
  }
  symlinkSync(join(repositoryRoot, ".cache"), join(copy, ".cache"));
  for (const name of readdirSync(join(repositoryRoot, "node_modules"))) {
    if (name !== "@karibu") symlinkSync(join(repositoryRoot, "node_modules", name), join(copy, "node_modules", name));
  }
  const { workspaces } = JSON.parse(readFileSync(join(copy, "package.json"), "utf8"));
  for (const workspace of workspaces) {
    const { name } = JSON.parse(readFileSync(join(copy, workspace, "package.json"), "utf8"));
    symlinkSync(join(copy, workspace), join(copy, "node_modules", name));
  }
  return copy;
}
