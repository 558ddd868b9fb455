/**
 * Which currency an amount is in: the provider's own, unless the request names another one that its channels move. Money in
 * any other currency would stay in the books for ever, in separate rows.
 */
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { Problem } from "../../ground/http/problem.ts";
import type { ChannelKinds } from "./channel-kinds.ts";

/** Left out: the provider's currency. */
export const currencyField = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .optional();

/** Throws a Problem 400 that names the field. */
export async function currencyOf(
  kinds: ChannelKinds,
  tx: Tx,
  providerId: string,
  asked: string | undefined,
): Promise<string> {
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
  if (channels.some(({ kind }) => kinds.factsOf(kind).currency === asked)) return asked;
  throw new Problem(400, "other-currency", `currency: money here is in ${provider.currency}.`, { field: "currency" });
}
