/** The currency of a price: the provider's own, unless another one is named that money can come in. */
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";

/** The provider's own first. Rooms above this one know what its payment channels move. */
export type PriceCurrencies = (tx: Tx, providerId: string) => Promise<readonly string[]>;

/** Left out: the provider's own, or what it is already. */
export const priceCurrencyField = z.string().regex(/^[A-Z]{3}$/);

/** Throws a Problem 400 that names the field. @param asked undefined: the provider's own */
export async function priceCurrency(
  currencies: PriceCurrencies,
  tx: Tx,
  providerId: string,
  asked: string | undefined,
): Promise<string> {
  const [own = "KES", ...others] = await currencies(tx, providerId);
  if (asked === undefined || asked === own) return own;
  if (others.includes(asked)) return asked;
  const known = [own, ...others].join(", ");
  throw refusal("other-currency", { status: 400, field: "currency", rule: "currency-here", value: known });
}
