/** What tests of sites and of hubs need again and again: a grant that nobody has begun, a batch of codes, phones. */
import type { BatchBody } from "./feed.ts";
import { unlimitedTerms } from "./plan.ts";

/** Of a grant. */
export const notBegun = { startedAtMs: null, endsAtMs: null, revokedAtMs: null, unverified: false } as const;

/** A hundred codes of ten digits without an end. */
export const plainBatch: BatchBody = {
  batchId: "b1",
  keyHex: "000102030405060708090a0b0c0d0e0f",
  prefix: "",
  length: 10,
  alphabet: "digits",
  quantity: 100,
  holes: [],
  planName: "hour",
  terms: unlimitedTerms,
  expiresAtMs: null,
  active: true,
};

/** A phone with the token of its browser; up to 255. */
export const phoneOf = (number: number) => ({
  token: number.toString(16).padStart(32, "0"),
  mac: `02:00:00:00:00:${number.toString(16).padStart(2, "0").toUpperCase()}`,
  address: `10.5.50.${number}`,
});
