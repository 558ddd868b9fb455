/**
 * Which currency an amount is in: the provider's own, unless the request names another one that its channels move. Any other
 * would stand in the books for ever, in rows of its own.
 */
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { Problem } from "../../ground/http/problem.ts";
import { channelKinds } from "./channel-kinds.ts";

/** Left out: what the provider counts in. */
export const currencyField = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .optional();

/** Throws a Problem 400 that names the field. */
export async function currencyOf(tx: Tx, providerId: string, asked: string | undefined): Promise<string> {
  const provider = await tx
    .selectFrom("providers")
    .select("currency")
    .where("provider_id", "=", providerId)
    .executeTakeFirstOrThrow();
  if (asked === undefined || asked === provider.currency) return provider.currency;
  const channels = await tx
    .selectFrom("channels")
    .select("kind")
    .distinct()
    .where("provider_id", "=", providerId)
    .execute();
  if (channels.some(({ kind }) => channelKinds[kind].currency === asked)) return asked;
  throw new Problem(400, "other-currency", `currency: money here is in ${provider.currency}.`, { field: "currency" });
}
