/** SAME-AGAIN, for whatever a journal may hold: its text, and any snapshot of it, give the state that the records gave. */

import { eventSchema, type JournalEvent, type JournalRecord, stampSchema } from "@karibu/protocol/journal/record";
import { arbitraryOf } from "@karibu/protocol/test-arbitrary";
import { isLongRun } from "@karibu/protocol/test-long-run";
import fc from "fast-check";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { recordOf, textOf } from "../journal/record-line.ts";
import { encodeDocument } from "../store/document-bytes.ts";
import { applyRecord } from "./apply-record.ts";
import { emptyState, type SiteState } from "./site-state.ts";
import { restore, snapshotOf } from "./state-snapshot.ts";

/** Names of things. A drawn one is made one of three, so that the records of a story are about the same things. */
const names: Readonly<Record<string, readonly string[]>> = {
  grantId: ["v.b1.1", "f.trial.p1.d1", "a.1"],
  sessionKey: ["s1", "s2", "s3"],
  sessionId: ["80000001", "80000002", "81000001"],
  nas: ["gate", "yard", "roof"],
  router: ["10.5.50.1", "10.5.51.1", "10.5.52.1"],
  device: ["d1", "d2", "mac.02:00:00:00:00:01"],
  replaces: ["d1", "d2", "mac.02:00:00:00:00:01"],
  mac: ["02:00:00:00:00:01", "02:00:00:00:00:02", "02:00:00:00:00:03"],
  address: ["10.5.50.11", "10.5.50.12", "10.5.50.13"],
  tokenHash: ["t1", "t2", "t3"],
  sellerId: ["asha", "juma", "neema"],
  saleId: ["sale1", "sale2", "sale3"],
  who: ["02:00:00:00:00:01", "10.5.50.11", "asha"],
  recall: ["r1", "r2", "r3"],
};

function aboutTheSame<Value>(value: Value, name = ""): Value {
  if (typeof value === "string") {
    const known = names[name];
    return known === undefined ? value : (known[value.length % known.length] as Value);
  }
  if (Array.isArray(value)) return value.map((item) => aboutTheSame(item, name)) as Value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, aboutTheSame(inner, key)])) as Value;
}

/** Small counters: sums of large ones are no safe integers, in the product neither. */
const event: fc.Arbitrary<JournalEvent> = arbitraryOf(eventSchema).map((drawn) =>
  withSmallCounters(aboutTheSame(drawn)),
);

function withSmallCounters<Value>(value: Value): Value {
  if (typeof value === "number")
    return (Number.isSafeInteger(value) ? Math.abs(value) % 2_000_000_000_000 : value) as Value;
  if (Array.isArray(value)) return value.map(withSmallCounters) as Value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withSmallCounters(inner)])) as Value;
}

const story: fc.Arbitrary<readonly JournalRecord[]> = fc
  .array(fc.tuple(arbitraryOf(z.omit(stampSchema, { seq: true })).map(withSmallCounters), event), {
    minLength: 1,
    maxLength: 40,
  })
  .map((steps) => steps.map(([stamp, happened], index) => ({ seq: index + 1, ...stamp, ...happened })));

function fold(state: SiteState, records: readonly JournalRecord[]): SiteState {
  for (const record of records) applyRecord(state, structuredClone(record));
  return state;
}

/** As the journal's file keeps it. */
function written(record: JournalRecord): JournalRecord {
  const { seq, atMs, clock, upMs, ...happened } = record;
  return recordOf({ seq, json: textOf({ atMs, clock, upMs }, happened as JournalEvent) });
}

/** As the snapshot's file keeps it. */
function saved(state: SiteState): SiteState {
  const line = Buffer.from(encodeDocument(snapshotOf(state))).toString("utf8");
  const again = restore(JSON.parse(line.slice(line.indexOf("{"))));
  if (again === null) throw new Error("the snapshot was not taken for one");
  return again;
}

/** All but the pool of terms: a snapshot drops those that no grant has any more. */
function known({ terms: _, ...state }: SiteState): Omit<SiteState, "terms"> {
  return state;
}

test("[BEY-26] the text of any journal gives the state that its records gave", () => {
  fc.assert(
    fc.property(story, (records) => {
      expect(fold(emptyState(), records.map(written))).toEqual(fold(emptyState(), records));
    }),
    { numRuns: isLongRun ? 300 : 80 },
  );
});

test("[BEY-26] a snapshot at any place of any journal, and the records after it, give the same state", () => {
  fc.assert(
    fc.property(story, fc.nat(40), (records, at) => {
      const before = fold(emptyState(), records.slice(0, at));
      const live = fold(emptyState(), records);
      expect(known(fold(saved(before), records.slice(at)))).toEqual(known(live));
    }),
    { numRuns: isLongRun ? 300 : 80 },
  );
});
