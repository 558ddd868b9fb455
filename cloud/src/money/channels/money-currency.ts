/**
 * Which currency an amount is in: the provider's own, unless the request names another one that its channels move. Money in
 * any other currency would stay in the books for ever, in separate rows.
 */
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";
import { currencyOfProvider } from "../../tenancy/providers/provider-country.ts";
import type { ChannelKinds } from "./channel-kinds.ts";

/** Left out: the provider's currency. */
export const currencyField = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .optional();

/** The provider's own first, then those that its channels move. */
export async function currenciesOf(kinds: ChannelKinds, tx: Tx, providerId: string): Promise<readonly string[]> {
  const own = await currencyOfProvider(tx, providerId);
  const channels = await tx
    .selectFrom("channels")
    .select(["kind", "settings"])
    .where("providerId", "=", providerId)
    .execute();
  const moved = channels.flatMap((channel) => kinds.currencyOf(channel) ?? []);
  return [...new Set([own, ...moved.toSorted()])];
}

/** Throws a Problem 400 that names the field. */
export async function currencyOf(
  kinds: ChannelKinds,
  tx: Tx,
  providerId: string,
  asked: string | undefined,
): Promise<string> {
  const [own = "KES", ...others] = await currenciesOf(kinds, tx, providerId);
  if (asked === undefined || asked === own) return own;
  if (others.includes(asked)) return asked;
  throw refusal("other-currency", { status: 400, field: "currency", rule: "currency-here", value: own });
}
