import { html, nothing, type TemplateResult } from "lit";
import type { OwnSales, SoldTo } from "../../data/money/payments.ts";
import { money, shortDay, timeOfDay, type Zone } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say } from "../../strings/strings.ts";
import { paymentBadge } from "../payments/payment-columns.ts";

export interface Seen {
  readonly zone: Zone;
  readonly mayRead: boolean;
  readonly open: (id: string) => void;
}

/** One's own sales of today. Each opens again for a customer who comes back. */
export function soldToday(own: OwnSales, seen: Seen): TemplateResult {
  const { sales, cashCents, cashRefundedCents, currency, latest } = own;
  return html`<section class="card pad">
    <h2>${say("ownSalesToday")}</h2>
    ${
      sales === 0
        ? html`<p class="soft below">${say("nothingSoldToday")}</p>`
        : html`<p class="below"><strong class="number">${money(cashCents, currency)}</strong> ${say("cashOfSales", { count: sales })}</p>`
    }
    ${
      cashRefundedCents === 0
        ? nothing
        : html`<p>
            ${say("cashOfSalesLess", {
              back: money(cashRefundedCents, currency),
              left: money(cashCents - cashRefundedCents, currency),
            })}
          </p>`
    }
    ${
      latest.length === 0
        ? nothing
        : html`<ol>
            ${latest.map((sale) => soldRow({ ...sale, currency }, timeOfDay(sale.createdAtMs, seen.zone), seen))}
          </ol>`
    }
  </section>`;
}

/** One's own sales to a number, of any day. */
export const soldBefore = ({ items }: SoldTo, seen: Seen): TemplateResult =>
  items.length === 0
    ? html`<p class="soft below" role="status">${say("soldThemNothing")}</p>`
    : html`<ol>
        ${items.map((sale) => soldRow(sale, shortDay(sale.createdAtMs, seen.zone), seen))}
      </ol>`;

function soldRow(sale: SoldTo["items"][number], time: string, { mayRead, open }: Seen) {
  const { id, planName, amountCents, currency, refundedCents, codeEnd, phone, siteName } = sale;
  const title = planTitle(planName);
  const code = codeEnd === null ? nothing : html`<span class="mono">…${codeEnd}</span> · `;
  return html`<li>
    <span>
      ${mayRead ? html`<a href="#/payments/${id}">${title}</a>` : title}<br />
      <span class="soft">${code}${phone === null ? nothing : html`<span class="mono">${phone}</span> · `}${siteName}</span>
      ${sale.state === "paid" && refundedCents === 0 ? nothing : html`<br />${paymentBadge(sale)}`}
    </span>
    <span class="right">
      <span class="nowrap number">${money(amountCents, currency)}<br /><span class="soft">${time}</span></span>
      <button class="quiet" aria-label="${say("showSale")}: ${title}, ${time}" @click=${() => open(id)}>
        ${say("showSale")}
      </button>
    </span>
  </li>`;
}
