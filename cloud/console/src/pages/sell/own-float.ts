/** How the seller stands with the office: what may still be sold for cash. Office staff have no float. */
import { html, nothing } from "lit";
import { tile } from "../../components/tiles.ts";
import type { OwnFloat } from "../../data/money/floats.ts";
import { money } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

export function floatTile(float: OwnFloat["float"]) {
  if (float === null) return nothing;
  const { balanceCents, creditLimitCents, currency } = float;
  const leftCents = balanceCents + creditLimitCents;
  return html`<div class="tiles">
    ${tile(
      say(balanceCents < 0 ? "myDebt" : "myFloat"),
      money(Math.abs(balanceCents), currency),
      say("mySalesLeft", { amount: money(Math.max(0, leftCents), currency) }),
      { attention: leftCents <= 0 },
    )}
  </div>`;
}

/** Said before the first sale, not with its refusal: a new seller's float is empty. @param mayTopUp leads to where floats are topped up */
export function emptyFloat(float: OwnFloat["float"], mayTopUp: boolean) {
  if (float === null || float.balanceCents + float.creditLimitCents > 0) return nothing;
  const link = mayTopUp ? html` <a href="#/sellers">${say("topUpFloat")}</a>` : nothing;
  return html`<section class="card pad panel" role="status">
    <h2>${say("floatIsEmpty")}</h2>
    <p>${say("floatIsEmptyWhat")}${link}</p>
  </section>`;
}

/** What a cash sale of this price lacks, as a sentence; empty: nothing. In another currency there is no float to hold it against. */
export function missingFloat(float: OwnFloat["float"], { priceCents, currency }: Price): string {
  if (float === null || float.currency !== currency) return "";
  const leftCents = Math.max(0, float.balanceCents + float.creditLimitCents);
  if (leftCents >= priceCents) return "";
  return say("floatTooSmall", { left: money(leftCents, currency), price: money(priceCents, currency) });
}

interface Price {
  readonly priceCents: number;
  readonly currency: string;
}
