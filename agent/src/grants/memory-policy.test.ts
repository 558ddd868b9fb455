import type { Grant } from "@karibu/protocol/grant";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, seconds, unixMs } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import type { CashSale, LostMemory, UsedGrant } from "../state/site-state.ts";
import { isUnremembered } from "./memory-policy.ts";

const lost: LostMemory = {
  cause: "older",
  atMs: 1000,
  boot: 3,
  usage: new Map(),
  counters: new Map(),
  soldCents: new Map(),
  told: new Set(["told"]),
};
const memory = { lost, forgot: null, beganAtMs: 0, recalled: null };

function startedIn(boot: number, rest: Partial<Grant> = {}): UsedGrant {
  const grant: Grant = {
    grantId: "g",
    origin: "voucher",
    planName: "p",
    terms: { ...unlimitedTerms, dataBytes: bytes(100) },
    startedAtMs: unixMs(0),
    endsAtMs: null,
    revokedAtMs: null,
    unverified: false,
    ...rest,
  };
  return { grant, voucher: null, boot, settled: true };
}
const isDoubtful = (grantId: string, used: UsedGrant) =>
  isUnremembered({ memory, grants: new Map([[grantId, used]]), sales: new Map() }, grantId);

test("[BEY-28] what the boot before the loss began may have been used since; what began in the boot of the loss is known", () => {
  expect(isDoubtful("g", startedIn(1))).toBe(true);
  expect(isDoubtful("g", startedIn(2))).toBe(true);
  expect(isDoubtful("g", startedIn(3))).toBe(false);
  expect(isDoubtful("g", startedIn(4))).toBe(false);
});

test("what the hub has told of, and what ends by its date alone, is known", () => {
  expect(isDoubtful("told", startedIn(2))).toBe(false);
  expect(isDoubtful("g", startedIn(2, { endsAtMs: unixMs(9000), terms: unlimitedTerms }))).toBe(false);
  expect(isDoubtful("g", startedIn(2, { terms: unlimitedTerms }))).toBe(true);
});

test("[BEY-28] a time online or data that has an end, too, is doubtful: only a date says by itself that it is over", () => {
  const ends = { endsAtMs: unixMs(9000) };
  const isOf = (terms: Partial<typeof unlimitedTerms>) =>
    isDoubtful("g", startedIn(2, { ...ends, terms: { ...unlimitedTerms, ...terms } }));
  expect([isOf({}), isOf({ dataBytes: bytes(1) }), isOf({ useSeconds: seconds(1) })]).toEqual([false, true, true]);
});

test("[BEY-28] [BEY-19] what nobody here has begun may have been used, but for the code of a sale made since the loss", () => {
  const soldAt = (atMs: number) =>
    isUnremembered({ memory, grants: new Map(), sales: new Map([["g", { atMs } as CashSale]]) }, "g");
  expect([soldAt(999), soldAt(1000), soldAt(5000)]).toEqual([true, false, false]);
  expect(isUnremembered({ memory, grants: new Map(), sales: new Map() }, "g")).toBe(true);
});

test("a site that lost nothing doubts nothing", () => {
  const whole = { memory: { ...memory, lost: null }, grants: new Map([["g", startedIn(1)]]), sales: new Map() };
  expect([isUnremembered(whole, "g"), isUnremembered(whole, "never begun")]).toEqual([false, false]);
});
