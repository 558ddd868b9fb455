import { expect, test } from "vitest";
import { type Claim, type ClaimedSetUp, judgeClaim, resumeKeyLifeMs, tokenLifeMs } from "./claim-policy.ts";

const yearsMs = 3 * 365 * 86_400_000;
const fresh: ClaimedSetUp = {
  tokenExpiresAtMs: tokenLifeMs,
  serial: null,
  publicKey: null,
  claimedAtMs: null,
};
const claimed = { ...fresh, serial: "A", publicKey: "key of A", claimedAtMs: 1 };
const spent = { ...claimed, tokenExpiresAtMs: 2 };
const byToken = (serial: string | null, publicKey = `key of ${serial}`): Claim => ({ by: "token", serial, publicKey });
const byKey = (serial: string | null): Claim => ({ by: "resume-key", serial, publicKey: null });

test.each([
  ["the first router with the token", fresh, byToken("A"), 0, "claim"],
  ["too late", fresh, byToken("A"), tokenLifeMs, "unknown"],
  ["the token without facts", fresh, byToken(null), 0, "unknown"],
  ["the same router pastes again", claimed, byToken("A"), 2, "claim"],
  ["the same router, whose token is spent since it used its key", spent, byToken("A"), 3, "unknown"],
  ["a second router after that", spent, byToken("B"), 3, "other-router"],
  ["a second router, half an hour after the first one", spent, byToken("B"), 1 + tokenLifeMs, "unknown"],
  ["a second router", claimed, byToken("B"), 2, "other-router"],
  ["somebody who read the serial number on the box", claimed, byToken("A", "key of B"), 3, "other-router"],
  ["the router's own key", claimed, byKey(null), 2, "known"],
  ["the router's own key with its facts", claimed, byKey("A"), 2, "known"],
  ["the key at another router", claimed, byKey("B"), 2, "other-router"],
  ["the key after a day", claimed, byKey("A"), 1 + resumeKeyLifeMs, "unknown"],
  [
    "a line of a time when the clock was years ahead",
    { ...fresh, tokenExpiresAtMs: yearsMs },
    byToken("A"),
    0,
    "unknown",
  ],
  ["the key of such a time", { ...claimed, claimedAtMs: yearsMs }, byKey("A"), 2, "unknown"],
  [
    "the line of such a time again",
    { ...claimed, tokenExpiresAtMs: yearsMs, claimedAtMs: yearsMs },
    byToken("A"),
    2,
    "unknown",
  ],
] as const)("[RTR-13] %s", (_name, setUp, claim, nowMs, decision) => {
  expect(judgeClaim(setUp, claim, nowMs)).toBe(decision);
});
