import { closeCodes } from "@karibu/protocol/link/link";
import fc from "fast-check";
import { expect, test } from "vitest";
import { backoffMs, chanceOf } from "./backoff.ts";
import { decideRetry } from "./retry-policy.ts";

const pace = { baseMs: 1000, capMs: 60_000 };

test("the wait lies anywhere below a limit that doubles up to the cap", () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (failures, chance) => {
      const delayMs = backoffMs(failures, pace, chance);
      expect(delayMs).toBeGreaterThanOrEqual(0);
      expect(delayMs).toBeLessThan(Math.min(60_000, 1000 * 2 ** failures));
    }),
  );
  expect(backoffMs(3, pace, 0.5)).toBe(4000);
  expect(backoffMs(40, pace, 0.999)).toBe(59_940);
});

test("chance is below one", () => {
  expect(chanceOf(Uint8Array.of(0, 0, 0, 0))).toBe(0);
  expect(chanceOf(Uint8Array.of(255, 255, 255, 255))).toBeLessThan(1);
});

test.each([
  ["a cut link", 1006, false, 0, 0, 500],
  ["a hub that stays away", 1006, false, 0, 5, 16_000],
  ["a link that held", 1006, true, 60_000, 5, 500],
  ["a link that breaks at once, again and again", 1006, true, 100, 5, 16_000],
  ["a hub that goes down", closeCodes.draining, true, 60_000, 0, 4000],
  ["a device nobody knows", closeCodes.unauthorised, false, 0, 0, 30_000],
  ["a revocation by nobody in particular", closeCodes.revoked, false, 0, 0, 30_000],
])("after %s the site waits as it should", (_, code, welcomed, upMs, failures, delayMs) => {
  expect(decideRetry({ code, welcomed, upMs }, failures, 0.5)).toMatchObject({ kind: "after", delayMs });
});

test("ten thousand sites that a hub says good-bye to come back spread over eight seconds, not at once", () => {
  const perSecond = new Map<number, number>();
  for (let site = 0; site < 10_000; site++) {
    const retry = decideRetry({ code: closeCodes.draining, welcomed: true, upMs: 60_000 }, 0, site / 10_000);
    const second = retry.kind === "after" ? Math.floor(retry.delayMs / 1000) : -1;
    perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
  }
  expect([...perSecond.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(Math.max(...perSecond.values())).toBe(1250);
});

test("a hub that is only to be greeted anew is dialled within a second, however long it was away before", () => {
  const end = { code: closeCodes.outOfStep, welcomed: true, upMs: 20, again: "epoch" as const };
  expect(decideRetry(end, 9, 0.5)).toEqual({ kind: "after", delayMs: 500, failures: 9, mayShorten: true });
});

test("a revocation by the hub is final", () => {
  expect(decideRetry({ code: closeCodes.revoked, welcomed: true, upMs: 1 }, 0, 0.5)).toEqual({ kind: "never" });
});

test("while the internet is known to be there, a hub that was away for hours is tried within half a minute, spread evenly", () => {
  const end = { code: 1006, welcomed: false, upMs: 0 };
  // One that can't answer, because its database is away, as well: what was paid meanwhile waits for its site.
  for (const [chance, delayMs] of [
    [0, 0],
    [0.5, 15_000],
    [0.999, 29_970],
  ] as const)
    for (const code of [1006, closeCodes.draining])
      expect(decideRetry({ ...end, code }, 20, chance, true)).toMatchObject({ delayMs, mayShorten: true });
  expect(decideRetry(end, 20, 0.5, false)).toMatchObject({ delayMs: 60_000 });
  // What only a person can mend stays as slow as it is, and nobody hurries it.
  const unknown = { ...end, code: closeCodes.unauthorised };
  const known = decideRetry(unknown, 20, 0.5, true);
  expect(known).toEqual({ ...decideRetry(unknown, 20, 0.5, false), mayShorten: false });
});
