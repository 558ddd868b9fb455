import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { longTest } from "@karibu/protocol/test-long-run";
import { buildRelease } from "@karibu/tools/build/build-release";
import { repositoryRoot } from "@karibu/tools/build/repository";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agentNodeFlags, launcherNodeFlags } from "../launcher/node-flags.ts";
import { isNeeded } from "./cut-languages.ts";
import { cutNode } from "./cut-node.ts";
import { loadedAt, withoutBytes, withoutSections } from "./elf-file.ts";
import { icuUses, neverInBundle } from "./icu-uses.ts";

/** The pinned Node, whose builds carry ICU's data; not there on other systems. */
const pinned = join(repositoryRoot, `node_modules/node-linux-${process.arch}/bin/node`);

describe.skipIf(!existsSync(pinned))("a Node without what no router uses", () => {
  const folder = mkdtempSync(join(tmpdir(), "karibu-cut-"));
  const path = join(folder, "node");
  const whole = existsSync(pinned) ? readFileSync(pinned) : Buffer.alloc(0);
  const cut = existsSync(pinned) ? cutNode(withoutSections(whole)) : Buffer.alloc(0);
  beforeAll(() => {
    writeFileSync(path, cut);
    chmodSync(path, 0o755);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  longTest("[BEY-25] is two fifths smaller, and the same each time", () => {
    expect(cut.length).toBeLessThan(whole.length * 0.58);
    expect(cutNode(withoutSections(whole)).equals(cut)).toBe(true);
  });

  test.each(Object.entries(icuUses))("[BEY-25] answers as the whole one: %s", (_, { tried }) => {
    const code = `process.stdout.write(JSON.stringify([${tried.map((each) => `(${each})`).join(",")}]))`;
    const [small, large] = [path, pinned].map((program) =>
      execFileSync(program, ["-e", code], { encoding: "utf8", env: { TZ: "UTC" } }),
    );
    expect(JSON.parse(small as string)).toEqual(JSON.parse(large as string));
  });

  const said = (program: string, flags: readonly string[], code: string): unknown =>
    JSON.parse(execFileSync(program, ["--no-warnings", ...flags, "-e", code], { encoding: "utf8" }));
  const builtins = `require("internal/test/binding").internalBinding("builtins")`;

  test.each([
    ["the agent on a board of 512 MB", agentNodeFlags(512 * 2 ** 20)],
    ["the agent on a board of 1 GB", agentNodeFlags(2 ** 30)],
    ["the launcher", launcherNodeFlags],
  ])("[BEY-25] V8 refuses the code cache with the flags of %s, so that nothing is lost with it", (_, flags) => {
    const code = `require("dgram"); require("http"); require("tls"); require("worker_threads");
      const { compiledWithCache, compiledWithoutCache } = ${builtins}.getCacheUsage();
      process.stdout.write(JSON.stringify([compiledWithCache.size, compiledWithoutCache.size > 30]))`;
    for (const program of [pinned, path])
      expect(said(program, ["--expose-internals", ...flags], code)).toEqual([0, true]);
  });

  test("[BEY-25] all scripts of Node itself are there but one, octet by octet", () => {
    const code = `const { createHash } = require("node:crypto"); const { natives } = ${builtins};
      const text = ([name, source]) => [name, createHash("sha256").update(source).digest("hex")];
      process.stdout.write(JSON.stringify(Object.fromEntries(Object.entries(natives).map(text))))`;
    const [small, large] = [path, pinned].map((program) => said(program, ["--expose-internals"], code)) as [
      object,
      object,
    ];
    const other = Object.entries(large).filter(([name, hash]) => small[name as keyof object] !== hash);
    expect(other.map(([name]) => name)).toEqual(["internal/deps/amaro/dist/index"]);
    expect(Object.keys(large).length).toBeGreaterThan(300);
  });

  test("[BEY-25] every module of Node is loaded, and offers what the whole one's does", () => {
    const code = `const { builtinModules } = require("node:module");
      process.stdout.write(JSON.stringify(builtinModules.map((name) => [name, Object.keys(require(name))])))`;
    const flags = agentNodeFlags(512 * 2 ** 20);
    expect(said(path, flags, code)).toEqual(said(pinned, flags, code));
  });

  test("[BEY-25] requests, TLS, threads, compression and WebAssembly work", () => {
    // The agent's flags, because they decide what is compiled and how.
    const code = `const http = require("node:http"), tls = require("node:tls"), zlib = require("node:zlib");
      const { Worker } = require("node:worker_threads");
      const server = http.createServer((_, answer) => answer.end(zlib.gzipSync("hello"))).listen(0, "127.0.0.1", async () => {
        const answer = await fetch("http://127.0.0.1:" + server.address().port);
        const text = zlib.gunzipSync(Buffer.from(await answer.arrayBuffer())).toString();
        const worker = new Worker("require('node:worker_threads').parentPort.postMessage(6 * 7)", { eval: true });
        const [product] = await require("node:events").once(worker, "message");
        const wasm = WebAssembly.validate(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
        process.stdout.write(JSON.stringify([text, product, wasm, tls.rootCertificates.length > 100]), () => process.exit());
      });`;
    expect(said(path, agentNodeFlags(512 * 2 ** 20), code)).toEqual(["hello", 42, true, true]);
  });

  test("a file in TypeScript is refused with an error, and nothing of the image is one", () => {
    const file = join(folder, "typed.ts");
    writeFileSync(file, "const a: number = 1;");
    const { status, signal } = spawnSync(path, [file]);
    expect([status, signal]).toEqual([1, null]);
  });

  test("a locale that was cut is English, and nothing throws", () => {
    const code = `process.stdout.write(new Date(0).toLocaleDateString("de-DE", { month: "long" }))`;
    expect(execFileSync(path, ["-e", code], { encoding: "utf8" })).toBe("January");
  });
});

test("[BEY-25] what agent, launcher and portal ask of a Node's languages is known, and nothing else is asked", async () => {
  const { files } = await buildRelease();
  const scripts = [...files].filter(([name]) => /\.(c|m)?js$/.test(name));
  expect(scripts.length).toBeGreaterThan(3);
  // What a browser runs asks the phone's own data.
  const ofNode = scripts.filter(([name]) => name.startsWith("agent/"));
  expect(ofNode.length).toBeGreaterThan(0);
  const known = Object.values(icuUses).map(({ inBundle }) => inBundle);
  expect([...files.keys()].filter((name) => /\.[cm]?ts$/.test(name))).toEqual([]); // the stripper of TypeScript is cut out
  const asking = /\.toLocale\w+\(|\.localeCompare\(|\.normalize\(|new TextDecoder\b/g;
  for (const [name, content] of ofNode) {
    const text = Buffer.from(content).toString("utf8");
    const unknown = [...text.matchAll(asking)]
      .map(([found]) => found)
      .filter((found) => !known.some((use) => use.test(found)));
    expect(unknown, `${name}: a row of icu-uses.ts must show that the image's Node can do it`).toEqual([]);
    expect(text.match(neverInBundle), name).toBeNull();
    expect(text, name).not.toContain("stripTypeScriptTypes");
  }
});

test.each([
  ["sw.res", true],
  ["sw_TZ.res", false],
  ["de.res", false],
  ["zoneinfo64.res", true],
  ["metaZones.res", true],
  ["zone/fr.res", true],
  ["zone/zu.res", false],
  ["curr/pool.res", true],
  ["coll/ucadata.icu", true],
  ["coll/zh.res", false],
  ["brkitr/thaidict.dict", false],
  ["brkitr/word.brk", true],
  ["uts46.nrm", true],
  ["ibm-1252.cnv", false],
  ["translit/root.res", false],
])("%s is needed: %s", (name, needed) => {
  expect(isNeeded(name)).toBe(needed);
});

test("a file that is no program, or has nothing to cut, is refused with what it lacks", () => {
  const cut = { fromByte: 0x20000, toByte: 0x90000, isReadable: false };
  expect(() => withoutSections(Buffer.from("#!/bin/sh\n"))).toThrow("no ELF program");
  expect(() => withoutBytes(tinyProgram(), [{ ...cut, toByte: 0x90001 }])).toThrow("no loaded segment");
  expect(() => withoutBytes(tinyProgram(), [{ ...cut, toByte: 0x80000, isReadable: true }])).toThrow(
    "too little follows",
  );
  const pages = [1, 3, 5, 7].map((page) => ({ ...cut, fromByte: page << 16, toByte: (page + 1) << 16 }));
  expect(() => withoutBytes(tinyProgram(), pages)).toThrow("no room");
  expect(() => cutNode(tinyProgram())).toThrow("no ICU data");
});

test("whole pages go, the rest is zeroed, and every address keeps its octet", () => {
  const program = tinyProgram();
  const cuts = [
    { fromByte: 0x11234, toByte: 0x39876, isReadable: true },
    { fromByte: 0x40010, toByte: 0x62000, isReadable: false },
  ];
  const cut = withoutBytes(program, cuts);
  expect(program.length - cut.length).toBe(0x20000);
  for (const address of [0x400200, 0x411000, 0x439876, 0x43ffff, 0x462000, 0x48ffff]) {
    expect(octetAt(cut, address), address.toString(16)).toBe(octetAt(program, address));
  }
  expect(octetAt(cut, 0x411234)).toBe(0);
  // What follows the readable cut stands in its place too.
  expect(octetAt(cut, 0x429876)).toBe(octetAt(program, 0x439876));
  expect(octetAt(cut, 0x450000)).toBeNull();
  // The loader's name has moved with the table's end.
  const at = 64 + 56 * cut.readUInt16LE(56);
  expect(cut.toString("latin1", at, at + 7)).toBe("/lib/ld");
});

const octetAt = (program: Buffer, address: number): number | null => loadedAt(program, address, 1)?.[0] ?? null;

/** One loaded segment of 0x90000 octets at 0x400000, and after the table the loader's name and a note. */
function tinyProgram(): Buffer {
  const program = Buffer.from(Array.from({ length: 0x90000 }, (_, at) => (at * 7 + (at >> 8)) & 0xff));
  program.fill(0, 0, 0x200);
  program.writeUInt32BE(0x7f454c46, 0);
  program.writeUInt16BE(0x0201, 4);
  program.writeUInt16LE(2, 16);
  program.writeBigUInt64LE(64n, 32);
  program.writeUInt16LE(56, 54);
  program.writeUInt16LE(3, 56);
  const nameAt = 64 + 3 * 56;
  program.write("/lib/ld", nameAt);
  const segment = (index: number, type: number, [offset, bytes, align]: readonly [number, number, number]) => {
    const at = 64 + 56 * index;
    program.writeUInt32LE(type, at);
    [offset, 0x400000 + offset, 0x400000 + offset, bytes, bytes, align].forEach((value, place) => {
      program.writeBigUInt64LE(BigInt(value), at + 8 + 8 * place);
    });
  };
  segment(0, 3, [nameAt, 8, 1]);
  segment(1, 1, [0, 0x90000, 0x1000]);
  segment(2, 4, [nameAt + 8, 0x40, 4]);
  return program;
}
