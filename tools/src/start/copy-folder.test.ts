import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Copied, copyFolder } from "./copy-folder.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "karibu-copy-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a folder is copied with all that is in it, while the process does other work, and each file is told", async () => {
  const from = join(folder, "from");
  const files = 200;
  for (let at = 0; at < files; at++) {
    const within = join(from, `base/${at % 7}`);
    mkdirSync(within, { recursive: true });
    writeFileSync(join(within, `${at}`), Buffer.alloc(1000 + at, at % 256), { mode: at % 2 === 0 ? 0o600 : 0o644 });
  }
  mkdirSync(join(from, "empty"), { mode: 0o700 });
  const told: Copied[] = [];
  let turns = 0;
  let isDone = false;
  const turn = () => {
    turns++;
    if (!isDone) setImmediate(turn);
  };
  setImmediate(turn);
  await copyFolder(from, join(folder, "to"), (copied) => told.push(copied));
  isDone = true;

  expect(turns).toBeGreaterThan(20);
  const names = (of: string) => readdirSync(join(folder, of), { recursive: true, encoding: "utf8" }).sort();
  expect(names("to")).toEqual(names("from"));
  for (const name of names("from").filter((name) => /\d\/\d+$/.test(name))) {
    const [one, other] = [join(folder, "from", name), join(folder, "to", name)];
    expect(readFileSync(other).equals(readFileSync(one))).toBe(true);
    expect(statSync(other).mode).toBe(statSync(one).mode);
  }
  expect(statSync(join(folder, "to/empty")).mode & 0o777).toBe(0o700);
  const allBytes = files * 1000 + (files * (files - 1)) / 2;
  expect(told).toHaveLength(files);
  expect(told.at(-1)).toEqual({ doneBytes: allBytes, allBytes });
  expect(told.map(({ doneBytes }) => doneBytes)).toEqual(told.map(({ doneBytes }) => doneBytes).sort((a, b) => a - b));
});

test("what can't be copied is said", async () => {
  await expect(copyFolder(join(folder, "nowhere"), join(folder, "to"))).rejects.toThrow("nowhere");
});
