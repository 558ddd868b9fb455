import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { longTest } from "@karibu/protocol/test-long-run";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  findHistory,
  isBeingMade,
  type Made,
  nameOfHistory,
  removeAbandoned,
  removeFormer,
  unfinishedAt,
} from "./history.ts";

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

test("a history that is still being made is not used, nor removed; what a killed maker left is removed", async () => {
  const name = await nameOfHistory();
  const [mine, dead] = [unfinishedAt(name), `${name}.unfinished-${2 ** 30}`];
  keep(dead, made);
  expect([await findHistory(keptIn), isBeingMade(keptIn)]).toEqual([null, false]);
  keep(mine, made);
  keep(name, made);
  expect([await findHistory(keptIn), isBeingMade(keptIn)]).toEqual([{ folder: join(keptIn, name), ...made }, true]);
  removeAbandoned(keptIn);
  expect(readdirSync(keptIn).sort()).toEqual([name, mine].sort());
  removeFormer(keptIn);
  expect(readdirSync(keptIn)).toEqual([mine]);
});

test("a history has another name once its story, or a form of what it left, has changed, and none after any other edit", async () => {
  const sources = [
    "agent/src/journal/log.ts",
    "agent/src/store/snapshot.ts",
    "routeros-scripts/src/render-scripts.ts",
    "lab/src/board/open-board.ts",
    "lab/src/daraja/daraja-types.ts",
    "lab/src/daraja/sample-app.ts",
    "lab/src/town/visits.ts",
    "tools/src/history/live-days.ts",
    "tools/src/start/sample.ts",
  ];
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(keptIn, file)), { recursive: true });
    writeFileSync(join(keptIn, file), text);
  };
  for (const file of sources) write(file, "1");
  const names = new Set([await nameOfHistory(keptIn)]);
  const others = [
    "agent/src/store/snapshot.test.ts",
    "agent/src/radius/server/radius-server.ts",
    "cloud/src/hub.ts",
    "cloud/console/src/main.ts",
    "protocol/src/feed.ts",
    "tools/src/start/main.ts",
  ];
  for (const other of others) write(other, "1");
  names.add(await nameOfHistory(keptIn));
  expect(names.size).toBe(1);
  for (const file of sources) {
    write(file, "2");
    expect(names).not.toContain(await nameOfHistory(keptIn));
    names.add(await nameOfHistory(keptIn));
  }
});
