import { hostileTexts } from "@karibu/protocol/hostile-texts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { planIntake } from "./intake-policy.ts";

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
