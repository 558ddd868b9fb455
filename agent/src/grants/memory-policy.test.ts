import type { Grant } from "@karibu/protocol/grant";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, unixMs } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import type { LostMemory, UsedGrant } from "../state/site-state.ts";
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
