import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard } from "../../components/table/list-page.ts";
import { listStatementLines, type StatementLine } from "../../data/money/ledger.ts";
import { dateTime, money } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

/** The statement of one account: each posting with the balance after it. */
class AccountStatement extends appElement({
  account: property(""),
  currency: property(""),
  name: property(""),
}) {
  readonly #lines = new ListController<StatementLine>(this, {
    read: (query) => listStatementLines(query, this.account, this.currency),
    topics: ["payment"],
  });

  override render() {
    return html`<div class="head">
        <h1>${this.name}</h1>
      </div>
      ${listCard(this.#lines, {
        title: say("accountStatement"),
        emptyText: say("noEntries"),
        columns: [
          { label: say("time"), cell: (row) => dateTime(row.atMs, this.app.zone) },
          {
            label: say("entry"),
            cell: (row) =>
              row.paymentId === null
                ? word("entry", row.kind)
                : html`<a href="#/payments/${row.paymentId}">${word("entry", row.kind)}</a>`,
          },
          { label: say("amount"), numeric: true, lead: true, cell: (row) => money(row.growthCents, this.currency) },
          { label: say("balance"), numeric: true, cell: (row) => money(row.grownCents, this.currency) },
        ],
      })}`;
  }
}
customElements.define("account-statement", AccountStatement);
