import { html, nothing, type TemplateResult } from "lit";
import type { Plan } from "../../data/catalogue/plans.ts";
import type { OfferNow } from "../../data/catalogue/promotions.ts";
import { money } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say } from "../../strings/strings.ts";
import { termsText } from "../plans/terms-text.ts";

/** To be read out before the customer pays. @param offer the price at the chosen site, with the code; null: not read */
export function customerGets(plan: Plan, offer: OfferNow | null): TemplateResult {
  const { priceCents, currency } = offer ?? plan;
  const isLess = offer !== null && offer.usualCents > priceCents;
  return html`<section class="ticket card" aria-label=${say("customerGets")}>
    <span class="stub">${money(priceCents, currency)}</span>
    <span class="ticket-body">
      <span class="soft">${say("customerGets")}</span>
      <strong>${planTitle(plan.name)}</strong>
      <span>${termsText(plan.terms)}</span>
      ${isLess ? html`<span class="soft">${say("usualPrice", { price: money(offer.usualCents, currency) })}</span>` : nothing}
    </span>
  </section>`;
}
