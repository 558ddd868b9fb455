/** The hub is asked what a site forgot: again after each cut, and by the name that its last welcome gave. */
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import type { JournalEvent, JournalRecord, RecalledPage } from "@karibu/protocol/journal/record";
import type { CallPeer } from "@karibu/protocol/link/calls";
import type { RecallResult } from "@karibu/protocol/rpc/recall";
import { expect, test } from "vitest";
import { applyRecord } from "../state/apply-record.ts";
import { emptyState } from "../state/site-state.ts";
import { createRecall } from "./recall.ts";

const page: RecalledPage = { spent: [], ended: [], grants: [], sales: [], sellers: [] };

interface Asked {
  answer(result: RecallResult): void;
}

/** A hub that is connected. */
const hubOf = (asked: Asked[]) => ({
  state: "connected" as const,
  call: (() => new Promise<RecallResult>((answer) => asked.push({ answer }))) as unknown as CallPeer,
  onChange: () => () => {},
});

/** A site whose folder was empty, and a hub whose answers a test gives. */
function createForgetful(lacks: { readonly epoch: string; readonly seq: number } | null = null) {
  const world = createSimulatedWorld();
  const state = emptyState();
  const journal = { epoch: "0001-aaaa", lastSeq: 0, ackedSeq: 0 };
  const asked: Asked[] = [];
  const record = async (event: JournalEvent | readonly JournalEvent[]) => {
    for (const each of [event].flat()) {
      journal.lastSeq += 1;
      const atMs = world.clock.wall().atMs;
      applyRecord(state, { seq: journal.lastSeq, atMs, clock: "synced", upMs: 0, ...each } as JournalRecord);
    }
  };
  const recall = createRecall(world, {
    site: { state, recorder: { record, unwritten: () => null, unsynced: () => null, refusal: () => null } },
    journal,
    raiseAlarm: () => {},
    cause: "empty",
    lacks,
    hasHub: true,
    flush: async () => {},
    onTold: () => {},
  });
  return { world, state, journal, asked, recall };
}
/** Lets everything run that waits for no answer. */
const turns = async () => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

test("[BEY-28] a hub that learned more meanwhile names it anew at the next link: it is asked again, and the site does not stay held", async () => {
  const { state, asked, recall } = createForgetful();
  await recall.onWelcome("what one device did");
  recall.follow(hubOf(asked));
  expect(asked).toHaveLength(1);
  // The link was cut and dialled again; the question is answered over the new one.
  await recall.onWelcome("what two devices did");
  asked[0]?.answer({ page, next: null });
  await turns();
  expect(state.memory.lost).not.toBeNull();
  expect(asked).toHaveLength(2);
  asked[1]?.answer({ page, next: null });
  await turns();
  expect(state.memory).toMatchObject({ lost: null, recalled: "what two devices did" });
});

test("[BEY-28] a loss that is noticed after the welcome: the site goes on once the hub has its records", async () => {
  const { world, state, journal, asked, recall } = createForgetful();
  await recall.onWelcome(null);
  recall.follow(hubOf(asked));
  await recall.lose();
  world.advance(1000);
  await turns();
  expect(state.memory.lost).not.toBeNull();
  journal.ackedSeq = journal.lastSeq;
  world.advance(1000);
  await turns();
  expect(state.memory.lost).toBeNull();
  expect(asked).toEqual([]);
});

test("[BEY-28] records that can't be read back: the hub may have them from the first one on, in their own epoch alone, and a restart forgets that not", async () => {
  const { state, journal, recall } = createForgetful({ epoch: "0001-aaaa", seq: 7 });
  const asked = () => [6, 7, 90].map((seq) => recall.lacks(seq));
  // A hub that answers before the loss is written down.
  expect(asked()).toEqual([false, true, true]);
  await recall.lose();
  expect(asked()).toEqual([false, true, true]);
  expect(state.memory.lost).toMatchObject({ lacks: { epoch: "0001-aaaa", seq: 7 } });
  journal.epoch = "0002-bbbb";
  expect(asked()).toEqual([false, false, false]);
});

test("[BEY-28] more that can't be read back, found before the first loss was told, is added to it", async () => {
  const { state, recall } = createForgetful({ epoch: "0001-aaaa", seq: 7 });
  applyRecord(state, {
    seq: 1,
    atMs: 5,
    clock: "synced",
    upMs: 0,
    kind: "memory-lost",
    cause: "older",
  } as JournalRecord);
  await recall.lose();
  expect(state.memory.lost).toMatchObject({ atMs: 5, lacks: { epoch: "0001-aaaa", seq: 7 } });
});
