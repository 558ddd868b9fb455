import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { longTest } from "@karibu/protocol/test-long-run";
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

longTest("a history of other code is not used, and is told from none", async () => {
  expect(await findHistory(keptIn)).toBeNull();
  expect(await findHistory(join(keptIn, "nowhere"))).toBeNull();
  keep("0123456789abcdef", made);
  expect(await findHistory(keptIn)).toBe("other-code");
});

longTest("a history that is still being made is not used", async () => {
  keep(`${await nameOfHistory()}.unfinished`, made);
  expect(await findHistory(keptIn)).toBeNull();
});

test("a history has another name once something has changed that made it, and none after an edit of a test", async () => {
  const sources = [
    "protocol/src/feed.ts",
    "agent/src/store/snapshot.ts",
    "cloud/src/hub.ts",
    "cloud/src/money/schema.sql",
    "routeros-scripts/src/render-scripts.ts",
    "lab/src/board/open-board.ts",
    "lab/src/daraja/simulated-daraja.ts",
    "lab/src/router/device/router.ts",
    "lab/src/town/visits.ts",
    "tools/src/history/live-days.ts",
    "tools/src/start/sample.ts",
    "tools/src/start/services.ts",
  ];
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(keptIn, file)), { recursive: true });
    writeFileSync(join(keptIn, file), text);
  };
  for (const file of sources) write(file, "1");
  const names = new Set([await nameOfHistory(keptIn)]);
  for (const test of ["agent/src/store/snapshot.test.ts", "cloud/src/test-hub.ts"]) write(test, "1");
  names.add(await nameOfHistory(keptIn));
  expect(names.size).toBe(1);
  for (const file of sources) {
    write(file, "2");
    expect(names).not.toContain(await nameOfHistory(keptIn));
    names.add(await nameOfHistory(keptIn));
  }
});
