/**
 * A grant: the right to use, made from a voucher, a payment or an account. It carries its own copy of the plan's terms,
 * and is enforced from that copy alone, with no hub.
 */
import * as z from "zod/mini";
import { afterEndSchema } from "./accounts/customer-account.ts";
import { termsSchema } from "./plan.ts";
import { bytesSchema, keySchema, secondsSchema, textSchema, unixMsSchema } from "./schema.ts";

const grantOriginSchema = z.enum(["voucher", "purchase", "account"]);
export type GrantOrigin = z.infer<typeof grantOriginSchema>;

/** A grant is held back for now; the customer reads why. `stillSinceMs`: its calendar time stands still since then. Absent: it runs on, or an older hub says so. */
export const suspensionSchema = z.object({ reason: textSchema, stillSinceMs: z.optional(unixMsSchema) });

export const grantSchema = z.object({
  /**
   * Purchases: a UUID of the hub. Vouchers: `v.<batchId>.<serial>`; the bridge allowance of a voucher whose lease is
   * elsewhere: `b.<batchId>.<serial>`. Accounts: `a.<accountId>`, or `a.<accountId>.<period>`. Cash sales at the site:
   * `c.<saleId>`. Given for nothing: `f.trial.<planId>.<device>`, `f.window.<purchaseId>`.
   */
  grantId: keySchema,
  origin: grantOriginSchema,
  planName: textSchema,
  terms: termsSchema,
  /** First use; null until then. Set by the site that holds the lease. */
  startedAtMs: z.nullable(unixMsSchema),
  /** Absolute end, fixed at first use (`startedAtMs + validity`, and never past `validUntilMs`); null: no calendar end. */
  endsAtMs: z.nullable(unixMsSchema),
  /** Not null: taken away (refund, dispute, stolen router). */
  revokedAtMs: z.nullable(unixMsSchema),
  /** The payment was believed, not yet corroborated. */
  unverified: z.boolean(),
  /** Let in for so long after the end, so that a renewal may come late. Absent: not at all. */
  graceSeconds: z.optional(secondsSchema),
  suspended: z.optional(suspensionSchema),
  /** What staff gave on top of what was sold: it is in the terms and the end already (`grant-change` of the feed). Absent: nothing. */
  given: z.optional(z.object({ seconds: secondsSchema, useSeconds: secondsSchema, dataBytes: bytesSchema })),
  /** Where it is over by date, or suspended: let in so limited. Absent: not let in. */
  afterEnd: z.optional(afterEndSchema),
});
export type Grant = z.infer<typeof grantSchema>;
