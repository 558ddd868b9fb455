/** What stands above the form when the hub does not answer, and sales whose answer was lost: each is finished with its own key, so that it is made once, or let go. */
import { html, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Plan } from "../../data/catalogue/plans.ts";
import type { OpenSale } from "../../data/money/selling/open-sales.ts";
import { dateTime, type Zone } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say } from "../../strings/strings.ts";

/** The form stays below it. */
export const awayNotice = (retry: () => void): TemplateResult =>
  html`<section class="card pad panel away" role="alert">
    <h2>${say("noSellingAway")}</h2>
    <p>${say("noSellingAwayWhat")}</p>
    <button @click=${retry}>${say("retry")}</button>
  </section>`;

interface Seen {
  readonly plans: readonly Plan[];
  readonly zone: Zone;
  readonly isBusy: boolean;
  readonly finish: (sale: OpenSale) => void;
  readonly drop: (sale: OpenSale) => void;
}

export function openSaleCards(sales: readonly OpenSale[], { plans, zone, isBusy, finish, drop }: Seen): TemplateResult {
  const titleOf = ({ order }: OpenSale) => {
    const name = plans.find(({ planId }) => planId === order.planId)?.name;
    return [name === undefined ? say("plan") : planTitle(name), order.phone ?? ""]
      .filter((part) => part !== "")
      .join(", ");
  };
  return html`${repeat(
    sales,
    ({ key }) => key,
    (sale) => html`<section class="card pad panel open-sale" role="alert">
      <h2>${say("openSale")}</h2>
      <p>${titleOf(sale)} · ${dateTime(sale.atMs, zone)}</p>
      <p class="soft">${say("openSaleWhat")}</p>
      <p class="row">
        <button class="primary" ?disabled=${isBusy} @click=${() => finish(sale)}>${say("openSaleFinish")}</button>
        <button ?disabled=${isBusy} @click=${() => drop(sale)}>${say("openSaleDrop")}</button>
      </p>
    </section>`,
  )}`;
}
