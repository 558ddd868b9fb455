import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { longTest } from "@karibu/protocol/test-long-run";
import { buildRelease } from "@karibu/tools/build/build-release";
import { repositoryRoot } from "@karibu/tools/build/repository";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cutLanguages, isNeeded } from "./cut-languages.ts";
import { withoutBytes, withoutSections } from "./elf-file.ts";
import { icuUses, neverInBundle } from "./icu-uses.ts";

/** The pinned Node, whose builds carry ICU's data; not there on other systems. */
const pinned = join(repositoryRoot, `node_modules/node-linux-${process.arch}/bin/node`);

describe.skipIf(!existsSync(pinned))("a Node without most languages", () => {
  const folder = mkdtempSync(join(tmpdir(), "karibu-cut-"));
  const path = join(folder, "node");
  const whole = existsSync(pinned) ? readFileSync(pinned) : Buffer.alloc(0);
  const cut = existsSync(pinned) ? cutLanguages(withoutSections(whole)) : Buffer.alloc(0);
  beforeAll(() => {
    writeFileSync(path, cut);
    chmodSync(path, 0o755);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  longTest("[BEY-25] is a third smaller, and the same each time", () => {
    expect(cut.length).toBeLessThan(whole.length * 0.65);
    expect(cutLanguages(withoutSections(whole)).equals(cut)).toBe(true);
  });

  test.each(Object.entries(icuUses))("[BEY-25] answers as the whole one: %s", (_, { tried }) => {
    const code = `process.stdout.write(JSON.stringify([${tried.map((each) => `(${each})`).join(",")}]))`;
    const [small, large] = [path, pinned].map((program) =>
      execFileSync(program, ["-e", code], { encoding: "utf8", env: { TZ: "UTC" } }),
    );
    expect(JSON.parse(small as string)).toEqual(JSON.parse(large as string));
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
  const asking = /\.toLocale\w+\(|\.localeCompare\(|\.normalize\(|new TextDecoder\b/g;
  for (const [name, content] of ofNode) {
    const text = Buffer.from(content).toString("utf8");
    const unknown = [...text.matchAll(asking)]
      .map(([found]) => found)
      .filter((found) => !known.some((use) => use.test(found)));
    expect(unknown, `${name}: a row of icu-uses.ts must show that the image's Node can do it`).toEqual([]);
    expect(text.match(neverInBundle), name).toBeNull();
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
  expect(() => withoutSections(Buffer.from("#!/bin/sh\n"))).toThrow("no ELF program");
  expect(() => withoutBytes(tinyProgram(), 0x20000, 0x90000)).toThrow("no loaded segment");
  expect(() => cutLanguages(tinyProgram())).toThrow("no ICU data");
});

test("whole pages go, the rest is zeroed, and every address keeps its octet", () => {
  const program = tinyProgram();
  const cut = withoutBytes(program, 0x11234, 0x39876);
  expect(program.length - cut.length).toBe(0x10000);
  for (const address of [0x400100, 0x411000, 0x439876, 0x44ffff]) {
    expect(octetAt(cut, address), address.toString(16)).toBe(octetAt(program, address));
  }
  expect(octetAt(cut, 0x411234)).toBe(0);
  expect(octetAt(cut, 0x425000)).toBeNull();
});

/** One loaded segment of 0x50000 octets at 0x400000, and a note. */
function tinyProgram(): Buffer {
  const program = Buffer.from(Array.from({ length: 0x50000 }, (_, at) => (at * 7 + (at >> 8)) & 0xff));
  program.fill(0, 0, 64 + 2 * 56);
  program.writeUInt32BE(0x7f454c46, 0);
  program.writeUInt16BE(0x0201, 4);
  program.writeBigUInt64LE(64n, 32);
  program.writeUInt16LE(56, 54);
  program.writeUInt16LE(2, 56);
  const segment = (
    at: number,
    type: number,
    [offset, address, bytes, align]: readonly [number, number, number, number],
  ) => {
    program.writeUInt32LE(type, at);
    [offset, address, address, bytes, bytes, align].forEach((value, place) => {
      program.writeBigUInt64LE(BigInt(value), at + 8 + 8 * place);
    });
  };
  segment(64, 1, [0, 0x400000, 0x50000, 0x1000]);
  segment(64 + 56, 4, [0x200, 0x400200, 0x40, 4]);
  return program;
}

/** What a loader puts at an address; null: nothing. */
function octetAt(program: Buffer, address: number): number | null {
  for (let index = 0; index < program.readUInt16LE(56); index++) {
    const at = 64 + 56 * index;
    const [offset, from, , bytes] = [8, 16, 24, 32].map((place) => Number(program.readBigUInt64LE(at + place))) as [
      number,
      number,
      number,
      number,
    ];
    if (program.readUInt32LE(at) === 1 && address >= from && address < from + bytes)
      return program.readUInt8(offset + address - from);
  }
  return null;
}
