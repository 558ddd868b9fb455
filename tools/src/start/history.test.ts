import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findHistory, type Made, nameOfHistory } from "./history.ts";

let keptIn: string;
beforeEach(() => {
  keptIn = mkdtempSync(join(tmpdir(), "karibu-histories-"));
});
afterEach(() => rmSync(keptIn, { recursive: true }));

function keep(name: string, made: Made): void {
  mkdirSync(join(keptIn, name));
  writeFileSync(join(keptIn, name, "made.json"), JSON.stringify(made));
}

const made: Made = { days: 60, untilMs: 1_795_720_000_000 };

test("a start takes the history that this code has made", async () => {
  const name = await nameOfHistory();
  keep(name, made);
  expect(await findHistory(keptIn)).toEqual({ folder: join(keptIn, name), ...made });
});

test("a history of other code is not used, and is told from none", async () => {
  expect(await findHistory(keptIn)).toBeNull();
  expect(await findHistory(join(keptIn, "nowhere"))).toBeNull();
  keep("0123456789abcdef", made);
  expect(await findHistory(keptIn)).toBe("other-code");
});

test("a history that is still being made is not used", async () => {
  keep(`${await nameOfHistory()}.unfinished`, made);
  expect(await findHistory(keptIn)).toBeNull();
});
