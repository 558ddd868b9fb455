import { html, type PropertyValues } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { ReadController } from "../../components/read-controller.ts";
import "../../components/table/data-table.ts";
import { type Profit, profitPath } from "../../data/money/ledger.ts";
import type { Span } from "../../hub/list.ts";
import { money } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

/** What was earned and spent in a time, and what is left of it. */
class ProfitCard extends appElement({ span: property<Span>({}) }) {
  readonly #profit = new ReadController<{ readonly items: readonly Profit[] }>(this, {
    path: () => profitPath(this.span),
    topics: ["payment"],
  });
  #shown = "";

  override willUpdate(changed: PropertyValues) {
    super.willUpdate(changed);
    const shown = profitPath(this.span);
    if (this.#shown !== "" && this.#shown !== shown) void this.#profit.reload();
    this.#shown = shown;
  }

  override render() {
    return html`<h2>${say("profit")}</h2>
      <p class="soft panel">${say("profitWhy")}</p>
      ${this.#profit.render(({ items }) => this.#table(items))}`;
  }

  #table(items: readonly Profit[]) {
    const cents = (label: string, pick: (row: Profit) => number) => ({
      label,
      numeric: true,
      cell: (row: Profit) => money(pick(row), row.currency),
    });
    /** Few have all kinds of costs, and eight columns of Swahili words are wider than a desktop's page. */
    const ifAny = (label: string, pick: (row: Profit) => number) =>
      items.some((row) => pick(row) !== 0) ? [cents(label, pick)] : [];
    return html`<div class="card">
      <data-table
        caption=${say("profit")}
        emptyText=${say("noProfit")}
        .rows=${items}
        .columns=${[
          {
            label: say("profit"),
            cell: (row: Profit) => html`<strong>${money(row.profitCents, row.currency)}</strong>`,
          },
          cents(say("account_revenue"), (row) => row.revenueCents),
          cents(say("account_refunds"), (row) => row.refundsCents),
          ...ifAny(say("account_commission"), (row) => row.commissionCents),
          ...ifAny(say("account_venue_shares"), (row) => row.venueSharesCents),
          ...ifAny(say("account_fees"), (row) => row.feesCents),
          cents(say("account_expenses"), (row) => row.expensesCents),
          ...ifAny(say("account_write_offs"), (row) => row.writeOffsCents),
        ]}
      ></data-table>
    </div>`;
  }
}
customElements.define("profit-card", ProfitCard);
