import { hostileTexts } from "@karibu/protocol/hostile-texts";
import { unlimitedTerms } from "@karibu/protocol/plan";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isStorable, planIntake } from "./intake-policy.ts";

const alarm = (seq: number) => ({ seq, atMs: 1, clock: "synced", upMs: 1, kind: "alarm", name: "x", fields: {} });
const seqs = (entries: readonly { seq: number }[]) => entries.map((entry) => entry.seq);

test("what was seen before is told from what is new", () => {
  const plan = planIntake({ records: [alarm(3), alarm(4), alarm(5)] }, 4);
  if (plan.kind !== "take") throw new Error(plan.kind);
  expect([seqs(plan.repeated), seqs(plan.fresh), plan.lastSeq, plan.gap]).toEqual([[3, 4], [5], 5, null]);
});

test("a gap is refused unless the site says that the records are lost", () => {
  expect(planIntake({ records: [alarm(7)] }, 4)).toEqual({ kind: "gap", expectedSeq: 5, foundSeq: 7 });
  expect(planIntake({ records: [alarm(7)], lostBefore: true }, 4)).toMatchObject({
    kind: "take",
    gap: { fromSeq: 5, toSeq: 6 },
  });
});

test("a record without a usable number takes its place between its neighbours", () => {
  const plan = planIntake({ records: [{ seq: "one" }, alarm(2), {}] }, 0);
  if (plan.kind !== "take") throw new Error(plan.kind);
  expect(plan.fresh.map(({ seq, record }) => [seq, record === null])).toEqual([
    [1, true],
    [2, false],
    [3, true],
  ]);
  expect(plan.fresh[0]?.complaint).toContain("seq");
});

test("whatever a frame holds, the plan never throws and takes numbers in order, without gaps", () => {
  const text = fc.oneof(fc.string(), fc.constantFrom(...hostileTexts));
  const record = fc.oneof(
    fc.dictionary(text, text),
    fc.integer({ min: 1, max: 9 }).map(alarm),
    fc.dictionary(fc.string(), fc.jsonValue() as fc.Arbitrary<unknown>),
    fc.record({ seq: fc.jsonValue() as fc.Arbitrary<unknown>, kind: fc.constant("alarm") }),
  );
  fc.assert(
    fc.property(
      fc.array(record, { minLength: 1, maxLength: 8 }),
      fc.nat(10),
      fc.boolean(),
      (records, lastSeq, lostBefore) => {
        const plan = planIntake({ records, lostBefore }, lastSeq);
        if (plan.kind !== "take") return;
        const first = plan.gap === null ? lastSeq + 1 : plan.gap.toSeq + 1;
        expect(seqs(plan.fresh)).toEqual(plan.fresh.map((_, index) => first + index));
        expect(plan.lastSeq).toBe(plan.fresh.at(-1)?.seq ?? lastSeq);
        // What is stored must be what PostgreSQL can hold.
        for (const entry of plan.fresh) expect(JSON.stringify(entry.raw)).not.toMatch(/\\u0000/);
      },
    ),
  );
});

/** What is taken of one record: its complaint, and what of it is projected. */
const taken = (record: Record<string, unknown>) => {
  const plan = planIntake({ records: [{ ...alarm(1), ...record }] }, 0);
  if (plan.kind !== "take") throw new Error(plan.kind);
  return plan.fresh[0];
};
const started = {
  kind: "session-started",
  sessionKey: "k1",
  sessionId: "a1",
  nas: "lobby",
  grantId: "g1",
  user: "anna",
  mac: "AA:BB:CC:DD:EE:FF",
  address: "10.5.50.7",
  startedAtMs: 1,
};
const used = {
  kind: "grant-started",
  voucher: { batchId: "b1", serial: 7 },
  grant: {
    ...{ grantId: "v.b1.7", origin: "voucher", planName: "Hour", terms: unlimitedTerms, unverified: false },
    ...{ startedAtMs: 1, endsAtMs: 2, revokedAtMs: null },
  },
};
const stopped = {
  kind: "session-stopped",
  sessionKey: "k1",
  inputBytes: 1,
  outputBytes: 1,
  onlineSeconds: 1,
  cause: "x",
};

const sold = {
  ...{ kind: "cash-sale", saleId: "0".repeat(32), sellerId: "s1", planId: "p1", priceCents: 500, currency: "KES" },
  ...{ code: "1234567890", grant: { ...used.grant, startedAtMs: null, endsAtMs: null } },
};

test("what stands deep in a record is looked at as well: each text of a list, and each name", () => {
  const isStored = (more: unknown) => {
    const entry = taken({ more });
    return JSON.stringify(entry?.raw).includes(JSON.stringify(more));
  };
  expect([["a", "b"], { a: { b: "c" } }, [[], {}, null, 5, true]].map(isStored)).toEqual([true, true, true]);
  for (const text of ["a\0", "\ud800", "a\udc00"])
    for (const more of [["a", text], [text, "a"], { a: { b: text } }, { [text]: 1 }, { a: 1, [text]: { b: 2 } }])
      expect(isStored(more), JSON.stringify(more)).toBe(false);
});

test("a record is stored as deep as it may be, and what lies deeper is left out", () => {
  const nested = (levels: number) => JSON.parse(`${"[".repeat(levels)}1${"]".repeat(levels)}`);
  // The record itself and the name in it are above.
  expect(isStorable(nested(32))).toBe(true);
  expect(isStorable(nested(33))).toBe(false);
  expect(isStorable({ a: nested(31) })).toBe(true);
  expect(isStorable({ a: nested(32) })).toBe(false);
});

test("a number that would put its neighbours before the first record is none", () => {
  expect(planIntake({ records: [{}, alarm(1)] }, 0)).toMatchObject({ kind: "refuse", field: "records.0.seq" });
  expect(planIntake({ records: [{}, alarm(2)] }, 0)).toMatchObject({ kind: "take", lastSeq: 2 });
});

test("a text with what no database holds is mended, and its record counts: nobody's name hides what they did", () => {
  expect(taken({ ...started, user: "an\0na" })).toMatchObject({
    complaint: null,
    raw: { user: "an\ufffdna" },
    record: { kind: "session-started", user: "an\ufffdna", grantId: "g1" },
  });
});

test.each<[string, Record<string, unknown>]>([
  ["inputBytes", { ...stopped, stoppedAtMs: 1, inputBytes: -1 }],
  ["outputBytes", { ...stopped, stoppedAtMs: 1, outputBytes: -1 }],
  ["onlineSeconds", { ...stopped, stoppedAtMs: 1, onlineSeconds: -1 }],
  ["inputBytes", { ...stopped, kind: "session-used", inputBytes: -1 }],
  ["onlineSeconds", { ...stopped, kind: "session-used", onlineSeconds: -1 }],
  ["stoppedAtMs", { ...stopped, stoppedAtMs: -1 }],
  ["startedAtMs", { ...started, startedAtMs: -1 }],
  ["startedAtMs", { ...used, grant: { ...used.grant, startedAtMs: -1 } }],
  ["fromMs", { kind: "outage-credited", fromMs: -1, toMs: 2 }],
  ["priceCents", { ...sold, priceCents: -1 }],
  ["discountCents", { ...sold, discount: { promotionId: "p1", discountCents: -1 } }],
])("a figure below zero (%s) is kept with a complaint: no sum goes down by what a site says", (name, record) => {
  expect(taken(record)).toMatchObject({ record: null, complaint: expect.stringContaining(name) });
});

test.each<[string, Record<string, unknown>]>([
  ["atMs", { atMs: 8_640_000_000_000_001 }],
  ["startedAtMs", { ...started, startedAtMs: Number.MAX_SAFE_INTEGER }],
  ["stoppedAtMs", { ...stopped, stoppedAtMs: Number.MAX_SAFE_INTEGER }],
  ["endsAtMs", { ...used, grant: { ...used.grant, endsAtMs: Number.MAX_SAFE_INTEGER } }],
  [
    "endsAtMs",
    {
      ...used,
      grant: {
        ...used.grant,
        terms: { ...unlimitedTerms, validitySeconds: Number.MAX_SAFE_INTEGER, validUntilMs: 2 },
      },
    },
  ],
  ["toMs", { kind: "outage-credited", fromMs: 1, toMs: Number.MAX_SAFE_INTEGER }],
  ["fromMs", { kind: "outage-credited", fromMs: Number.MAX_SAFE_INTEGER, toMs: 1 }],
  ["startedAtMs", { ...used, grant: { ...used.grant, startedAtMs: Number.MAX_SAFE_INTEGER } }],
  [
    "endsAtMs",
    { ...used, grant: { ...used.grant, terms: { ...unlimitedTerms, validUntilMs: Number.MAX_SAFE_INTEGER } } },
  ],
  ["stepMs", { kind: "clock-corrected", boot: 1, stepMs: 3_155_760_000_001 }],
  ["stepMs", { kind: "clock-corrected", boot: 1, stepMs: -3_155_760_000_001 }],
])(
  "a date that no calendar has (%s) is kept with a complaint: lists and files that show it would break at it",
  (field, record) => {
    expect(taken(record)).toMatchObject({ record: null, complaint: expect.stringContaining(field) });
  },
);

test.each<[string, Record<string, unknown>]>([
  ["serial", { ...used, voucher: { batchId: "b1", serial: 3_000_000_000 } }],
  ["mac", { ...started, mac: "A".repeat(300) }],
  ["address", { ...started, address: "1".repeat(254) }],
  ["mac", { ...started, mac: "A".repeat(254) }],
  ["serial", { ...used, voucher: { batchId: "b1", serial: 1_000_000_000 } }],
  ...(["inputBytes", "outputBytes", "baseInputBytes", "baseOutputBytes"] as const).map(
    (name): [string, Record<string, unknown>] => [
      name,
      { ...stopped, kind: "session-used", [name]: 1_000_000_000_000_001 },
    ],
  ),
  ["onlineSeconds", { ...stopped, stoppedAtMs: 1, onlineSeconds: 10_000_000_001 }],
  ["priceCents", { ...sold, priceCents: Number.MAX_SAFE_INTEGER }],
  ["discountCents", { ...sold, discount: { promotionId: "p1", discountCents: Number.MAX_SAFE_INTEGER } }],
])(
  "a figure or a text that no table holds (%s) is kept with a complaint: the journal behind it comes in",
  (field, record) => {
    expect(taken(record)).toMatchObject({ record: null, complaint: expect.stringContaining(field) });
  },
);

test("what lies too deep to be read and stored is left out, and the record counts", () => {
  const deep = JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`);
  const entry = taken({ more: deep });
  expect(entry).toMatchObject({ complaint: null, record: { kind: "alarm", name: "x" } });
  expect(JSON.stringify(entry?.raw).length).toBeLessThan(500);
});

test("numbers beyond those that can be told apart are refused with their frame", () => {
  const last = Number.MAX_SAFE_INTEGER;
  expect(
    planIntake({ records: [alarm(last), { kind: "alarm" }, { kind: "alarm" }], lostBefore: true }, 0),
  ).toMatchObject({
    kind: "refuse",
  });
});

test("what honest sites write is none of these", () => {
  const endless = { ...used, grant: { ...used.grant, endsAtMs: 1_790_000_000_000 + 9_999_999 * 86_400_000 } };
  for (const record of [
    sold,
    { ...started, mac: "A".repeat(253), address: "1".repeat(253) },
    { ...used, voucher: { batchId: "b1", serial: 999_999_999 } },
    { ...stopped, stoppedAtMs: 1, inputBytes: 1_000_000_000_000_000, onlineSeconds: 10_000_000_000 },
    { kind: "clock-corrected", boot: 1, stepMs: -3_155_760_000_000 },
    started,
    used,
    endless,
    { ...stopped, stoppedAtMs: 1 },
    { kind: "outage-credited", fromMs: 1, toMs: 2 },
  ])
    expect(taken(record)).toMatchObject({ complaint: null, record: { kind: record.kind } });
});
