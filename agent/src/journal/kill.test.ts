/** kill -9 of a real process that appends to a real disk: all acknowledged records are there afterwards. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { createNodeFolder } from "../ground/files/node-folder.ts";
import { openJournal } from "./open-journal.ts";

const childProgram = fileURLToPath(import.meta.resolve("@karibu/lab/disk/test-endless-journal"));

/** Kills it after it printed this many durable records. Returns the last printed sequence. */
async function runAndKill(data: string, untilRecords: number): Promise<number> {
  const child = spawn(process.execPath, [childProgram, data], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    let lastSeq = 0;
    let printed = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      lastSeq = Math.max(lastSeq, Number(line));
      if (++printed === untilRecords) child.kill("SIGKILL");
    }
    return lastSeq;
  } finally {
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }
}

test("[BEY-12] after kill -9 in the middle of appending nothing that was promised is missing or there twice", async () => {
  const data = await mkdtemp(join(tmpdir(), "karibu-kill-"));
  try {
    let before = 0;
    for (const untilRecords of inLongRunAll([1, 50, 700, 3000], (_, at) => at % 2 === 0)) {
      const promised = await runAndKill(data, untilRecords);
      const seqs: number[] = [];
      const { journal, recovery } = await openJournal(createSimulatedWorld(), createNodeFolder(data), {
        replayAfter: null,
        onRecord: (record) => seqs.push(record.seq),
      });
      expect(recovery.lost).toEqual([]);
      expect(promised).toBeGreaterThan(before);
      expect(seqs.length).toBeGreaterThanOrEqual(promised);
      expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, index) => index + 1));
      before = seqs.length;
      await journal.close();
    }
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}, 60_000);
