import type { PayChannel } from "@karibu/protocol/pay-channel";
import { countryOfCurrency } from "@karibu/protocol/phone-number";
import type { PortalState } from "@karibu/protocol/portal-api";
import { type PayWay, usualWay } from "./words.ts";

/** Whose words the page speaks. Before a choice among several: those that promise no prompt, and name every wallet. */
export function payWayOf(portal: PortalState | null, chosen: PayChannel | null): PayWay {
  const country = portal === null ? usualWay.country : countryOfCurrency(portal.site.currency);
  if (chosen !== null) return { paysBy: chosen.paysBy, wallet: chosen.name, country };
  const channels = portal?.channels ?? [];
  const isMixed = channels.some(({ paysBy }) => paysBy === "page");
  const wallets = [...new Set(channels.filter(({ paysBy }) => paysBy === "phone").map(({ name }) => name))];
  return {
    paysBy: isMixed ? "page" : (portal?.paysBy ?? usualWay.paysBy),
    wallet: wallets.length === 0 ? usualWay.wallet : wallets.join(" / "),
    country,
  };
}
