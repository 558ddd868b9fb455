import fc from "fast-check";
import { expect, test } from "vitest";
import type { SpentReason } from "./site-state.ts";
import {
  addSpent,
  noSpentGrants,
  removeSpent,
  restoreSpent,
  spentBits,
  spentCount,
  spentReasonOf,
  spentTexts,
} from "./spent-grants.ts";

const anyReason = fc.constantFrom<SpentReason>("expired", "time-used", "data-used", "revoked", "elsewhere");
const anySerial = fc.oneof(fc.nat(3000), fc.constantFrom(0, 1023, 1024, 999_999_999));
const anyId = fc.oneof(
  fc.tuple(fc.constantFrom("v.b1.", "b.b1.", "v.batch.with.dots."), anySerial).map(([batch, serial]) => batch + serial),
  fc.constantFrom(
    "v.b1.007",
    "v.b1.",
    "v.b1.1e3",
    "v.file.123456",
    "v.file.0a",
    "b.0c5e.2",
    "b.0c5e",
    "c.ab",
    "a.n.2",
    "p",
    "p.3",
  ),
);
const anyStep = fc.record({ id: anyId, reason: fc.option(anyReason, { freq: 5 }) });

test("[BEY-13] used codes are four bits each, and say the same as a table of texts would", () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
      const spent = noSpentGrants();
      const model = new Map<string, SpentReason>();
      for (const { id, reason } of steps) {
        if (reason === null) {
          removeSpent(spent, id);
          model.delete(id);
        } else {
          addSpent(spent, id, reason, 5);
          model.set(id, reason);
        }
      }
      const throughBits = restoreSpent([], JSON.parse(JSON.stringify(spentBits(spent))), 9);
      const throughTexts = restoreSpent(JSON.parse(JSON.stringify(spentTexts(spent))), undefined, 9);
      for (const known of [spent, throughBits, throughTexts]) {
        expect(spentCount(known)).toBe(model.size);
        for (const { id } of steps) expect(spentReasonOf(known, id)).toBe(model.get(id) ?? null);
      }
    }),
  );
});

test("a snapshot of an older release, with used codes as texts, is read; so is what an older release gets to read", () => {
  const old = [
    [
      "v.b1.",
      [
        ["7", "expired"],
        ["1030", "data-used"],
      ],
    ],
    ["", [["7b1c", "revoked"]]],
  ] as const;
  const spent = restoreSpent(old, undefined, 1000);
  expect(spentReasonOf(spent, "v.b1.7")).toBe("expired");
  expect(spentReasonOf(spent, "v.b1.1030")).toBe("data-used");
  expect(spent.others.get("7b1c")).toEqual({ reason: "revoked", atMs: 1000 });
  expect(new Map(spentTexts(spent))).toEqual(new Map(old.map(([prefix, rests]) => [prefix, [...rests]])));
});

test("[BEY-13] 100,000 used codes of one batch are 50 KB in memory and some 70 KB in the snapshot", () => {
  const spent = noSpentGrants();
  for (let serial = 0; serial < 100_000; serial++) addSpent(spent, `v.b1.${serial}`, "expired", 0);
  const inMemory = [...spent.blocks.values()].reduce((sum, block) => sum + block.length, 0);
  expect(inMemory).toBeLessThan(51_000);
  expect(JSON.stringify(spentBits(spent)).length).toBeLessThan(72_000);
  expect(JSON.stringify(spentTexts(spent)).length).toBeGreaterThan(1_500_000);
});
