import type { Field } from "../../components/action-form.ts";
import { currencyName } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

/** What stands above a price: with its currency, where there is only one and nobody chooses. */
export function priceLabel([own, ...others]: readonly string[]): string {
  return own === undefined || others.length > 0 ? say("price") : `${say("price")} (${currencyName(own)})`;
}

/** The field for the currency of a price, where the provider has more than one. @param value null: the provider's own, the first */
export function currencyChoice(currencies: readonly string[], value: string | null): Field[] {
  if (currencies.length < 2) return [];
  const options = currencies.map((currency) => ({ value: currency, label: currencyName(currency) }));
  return [{ name: "currency", label: say("currency"), type: "select", value: value ?? currencies[0] ?? null, options }];
}
