/** `/api/v1/floats/own`: how a member of staff who sells for cash stands. Everybody sees their own float only. */
import { z } from "zod";
import { route } from "../../ground/http/route.ts";
import { currencyOfProvider } from "../../tenancy/providers/provider-country.ts";
import { readFloat } from "../ledger/floats.ts";

export const ownFloatView = z.object({
  /** Null: what they take in cash goes into the office's till. */
  float: z
    .object({
      currency: z.string(),
      /** Paid ahead and earned, less what was sold; below zero: owed. */
      balanceCents: z.int(),
      /** How far below zero it may go. */
      creditLimitCents: z.int(),
    })
    .nullable(),
});

export function ownFloatRoute() {
  return route({
    method: "GET",
    path: "/api/v1/floats/own",
    summary: "One's own float, and how far below zero it may go",
    permission: "payments.sell",
    response: ownFloatView,
    handle: ({ providerId, actor: { userId }, transact }) =>
      transact(async (tx) => {
        const currency = await currencyOfProvider(tx, providerId);
        const float = await readFloat(tx, { providerId, userId, currency });
        return { float: float === null ? null : { currency, ...float } };
      }),
  });
}
