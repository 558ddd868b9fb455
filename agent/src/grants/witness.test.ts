import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { emptyState } from "../state/site-state.ts";
import { createRouterWitness } from "./witness.ts";
import { isBehind, readWitness, witnessText } from "./witness-policy.ts";

const witness = { siteId: "s1", epoch: "0002-5f3a", seq: 100 };

test("[BEY-28] the router's line is read as it was written; another's is none", () => {
  expect(readWitness(witnessText(witness))).toEqual(witness);
  expect(readWitness(witnessText({ ...witness, siteId: null }))).toEqual({ ...witness, siteId: null });
  for (const text of ["", "karibu:agent", "karibu:witness site=s1 epoch=0001-5f3a seq=-1", `${witnessText(witness)} `])
    expect(readWitness(text), text).toBeNull();
});

test.each([
  ["the same folder", { ...witness, seq: 100 }, false],
  ["the same folder, later", { ...witness, seq: 101 }, false],
  ["an older copy", { ...witness, seq: 99 }, true],
  ["a copy from an earlier epoch", { ...witness, epoch: "0001-77aa", seq: 9000 }, true],
  ["an empty folder, which counts epochs from 1", { siteId: null, epoch: "0001-beef", seq: 0 }, true],
  ["another folder of the same number", { ...witness, epoch: "0002-beef", seq: 500 }, true],
  ["a snapshot whose journal is gone", { ...witness, seq: 60 }, true],
  ["the folder after it began a new epoch", { ...witness, epoch: "0003-77aa", seq: 1 }, false],
  ["the folder of another site, on a router that moved", { siteId: "s2", epoch: "0001-77aa", seq: 3 }, false],
] as const)("[BEY-28] is it behind the router? %s", (_, own, behind) => {
  expect(isBehind(witness, own)).toBe(behind);
});

test("[BEY-28] the router is told only of records that are on disk: not of one that was queued while the disk was waited for", async () => {
  let onDisk = () => {};
  const flushed = new Promise<void>((resolve) => {
    onDisk = resolve;
  });
  const journal = { epoch: "0002-5f3a", lastSeq: 100, flush: () => flushed };
  const written: string[] = [];
  const noteWitness = async (text: string) => void written.push(text);
  const witness = createRouterWitness(createSimulatedWorld(), {
    router: { noteWitness },
    journal,
    state: emptyState(),
    siteId: () => "s1",
    opened: { epoch: "0002-5f3a", seq: 90 },
    onBehind: async () => {},
  });
  const noted = witness.note();
  journal.lastSeq = 103;
  onDisk();
  await noted;
  witness.stop();
  expect(written.map(readWitness)).toEqual([{ siteId: "s1", epoch: "0002-5f3a", seq: 100 }]);
});
