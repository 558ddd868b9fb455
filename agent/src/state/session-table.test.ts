/** Sessions that are packed and sessions that are not, after whatever the journal may tell: nobody who asks can tell which is which. */

import { eventSchema, type JournalEvent, type JournalRecord, stampSchema } from "@karibu/protocol/journal/record";
import { arbitraryOf } from "@karibu/protocol/test-arbitrary";
import { isLongRun } from "@karibu/protocol/test-long-run";
import fc from "fast-check";
import { expect, test } from "vitest";
import { applyRecord } from "./apply-record.ts";
import { packSession, unpackSession } from "./packed-session.ts";
import { nasSessionId } from "./session.ts";
import { SessionTable, type TableLimits } from "./session-table.ts";
import { emptyState, type SiteState } from "./site-state.ts";
import { restore, snapshotOf } from "./state-snapshot.ts";

const drawn = (...kinds: JournalEvent["kind"][]): fc.Arbitrary<JournalEvent> =>
  fc.oneof(
    ...kinds.map((kind) => {
      const schema = eventSchema.def.options.find(({ shape }) => shape.kind.def.values.some((value) => value === kind));
      if (schema === undefined) throw new Error(`the journal has no ${kind}`);
      return arbitraryOf(schema) as fc.Arbitrary<JournalEvent>;
    }),
  );
const stamps = arbitraryOf(stampSchema);
const recordsOf = (events: readonly (readonly [object, JournalEvent])[]): JournalRecord[] =>
  events.map(([stamp, event], index) => ({ ...stamp, ...event, seq: index + 1 }) as JournalRecord);

function fold(records: readonly JournalRecord[], limits?: TableLimits): SiteState {
  const state = emptyState(new SessionTable(limits));
  for (const record of records) applyRecord(state, structuredClone(record));
  return state;
}

test("[BEY-26] any session that the journal can tell of is the same after it was packed, field by field", () => {
  const story = fc.tuple(drawn("session-started"), drawn("session-used"), drawn("session-stopped"));
  const seen = new Set<string>();
  fc.assert(
    fc.property(stamps, story, (stamp, events) => {
      const [{ sessionKey }] = events as [{ sessionKey: string }, ...unknown[]];
      const state = fold(recordsOf(events.map((event) => [stamp, { ...event, sessionKey } as JournalEvent])));
      for (const session of state.sessions.values()) {
        for (const name of Object.keys(session)) seen.add(name);
        expect(unpackSession(packSession(session))).toEqual(session);
      }
    }),
    { numRuns: isLongRun ? 500 : 120 },
  );
  // A field that is never drawn is not tried.
  expect([...seen].sort()).toEqual([
    ...["address", "baseInputBytes", "baseOutputBytes", "boot", "cause", "device", "grantId", "inputBytes", "mac"],
    ...["nas", "onlineSeconds", "outputBytes", "redials", "router", "sessionId", "sessionKey", "startedAtMs"],
    ...["stoppedAtMs", "unsettled", "user"],
  ]);
});

const keys = ["s1", "s2", "s3", "s4", "s5", "s6", 's"7', "s8\\"];
const routers = ["10.5.50.1", "10.5.51.1"];
const ids = ["80000001", "80000002", "8\n3"];
const oneOf = (list: readonly string[], text: string): string => list[text.length % list.length] as string;
const few = fc.nat(7).chain((number) =>
  drawn("session-started", "session-used", "session-stopped", "session-stopped", "clock-corrected").map(
    (event): JournalEvent => {
      const named = { ...event, ...("sessionKey" in event ? { sessionKey: keys[number] as string } : {}) };
      if (named.kind === "session-started")
        return {
          ...named,
          nas: oneOf(routers, named.nas),
          sessionId: oneOf(ids, named.user),
          router: oneOf(routers, named.sessionId),
        };
      if (named.kind === "session-used" && named.router !== undefined)
        return { ...named, router: oneOf(routers, named.router) };
      // Often one that may be heard of again.
      if (named.kind === "session-stopped" && number % 2 === 0) return { ...named, cause: "lost" };
      if (named.kind === "clock-corrected") return { ...named, boot: 0, stepMs: named.stepMs % 100_000 };
      return named;
    },
  ),
);
/** Sums of large ones are no safe integers, in the product neither. */
const withSmallNumbers = <Value extends object>(value: Value): Value =>
  Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, typeof one === "number" ? Math.abs(one) % 2_000_000_000_000 : one]),
  ) as Value;
const stories = fc
  .array(fc.tuple(stamps, few), { minLength: 1, maxLength: 60 })
  .map((steps) => recordsOf(steps.map(([stamp, event]) => [withSmallNumbers(stamp), withSmallNumbers(event)])));

function asked({ sessions }: SiteState) {
  const names = routers.flatMap((router) => ids.map((id) => nasSessionId(router, id)));
  return {
    size: sessions.size,
    has: keys.map((key) => sessions.has(key)),
    found: keys.map((key) => sessions.get(key)),
    named: names.map((name) => sessions.keyNamed(name)),
    values: [...sessions.values()],
  };
}

/** As the snapshot's file has it. */
const saved = (state: SiteState): unknown => JSON.parse(JSON.stringify(snapshotOf(state)));

test("[BEY-26] packed or not: keys, names and the snapshot's file are the same after any story", () => {
  fc.assert(
    fc.property(stories, (records) => {
      const [packed, plain] = [fold(records, { kept: 100, unpacked: 1, atOnce: 1 }), fold(records)];
      expect(asked(packed)).toEqual(asked(plain));
      expect(saved(packed)).toEqual(saved(plain));
      expect(saved(restore(saved(packed)) as SiteState)).toEqual(saved(plain));
    }),
    { numRuns: isLongRun ? 200 : 50 },
  );
});

test("[BEY-26] the same oldest ones are forgotten, with their names, however many are packed", () => {
  fc.assert(
    fc.property(stories, (records) => {
      const [most, few] = [1, 2].map((unpacked) => fold(records, { kept: 3, unpacked, atOnce: 1 })) as [
        SiteState,
        SiteState,
      ];
      expect(asked(most)).toEqual(asked(few));
      const closed = asked(most).values.filter(({ stoppedAtMs }) => stoppedAtMs !== null);
      expect(closed.length).toBeLessThanOrEqual(3);
    }),
    { numRuns: isLongRun ? 200 : 50 },
  );
});

test("[BEY-26] a table that many sessions go through, and of which some come back, finds each and no other", () => {
  const table = new SessionTable({ kept: 600, unpacked: 10, atOnce: 5 });
  const session = (number: number) => {
    const [state] = [fold([])];
    applyRecord(state, {
      ...{ seq: 1, atMs: 0, clock: "synced", upMs: 0, kind: "session-started", sessionKey: `k${number}` },
      ...{
        sessionId: `i${number}`,
        nas: "gate",
        grantId: null,
        user: "u",
        mac: null,
        address: null,
        startedAtMs: number,
      },
    } as JournalRecord);
    return state.sessions.get(`k${number}`) as NonNullable<ReturnType<SessionTable["get"]>>;
  };
  for (let number = 0; number < 3000; number++) {
    const one = session(number);
    table.set(one);
    table.setName(nasSessionId("gate", `i${number}`), one.sessionKey);
    table.set({ ...one, stoppedAtMs: one.startedAtMs, cause: "user-request" });
    // Every third comes back after a while, and ends again.
    const before = table.get(`k${number - 300}`);
    if (number % 3 !== 0 || before === undefined) continue;
    table.set({ ...before, stoppedAtMs: null, cause: null });
    table.set({ ...before, cause: "lost" });
  }
  const kept = [...table.values()];
  expect(kept.length).toBeGreaterThan(600 - 1);
  expect(kept.length).toBeLessThan(600 + 5);
  const here = new Set(kept.map(({ sessionKey }) => sessionKey));
  for (let number = 0; number < 3000; number++) {
    const key = `k${number}`;
    expect(table.has(key)).toBe(here.has(key));
    expect(table.keyNamed(nasSessionId("gate", `i${number}`))).toBe(here.has(key) ? key : null);
  }
});
