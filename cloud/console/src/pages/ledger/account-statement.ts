import { html } from "lit";
import { elementWith, property } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard } from "../../components/list-page.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { readAccount, type StatementLine } from "../../data/money.ts";
import type { Desk } from "../../desk.ts";
import { dateTime, money } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

/** One account of the books: each posting with the balance after it. */
class AccountStatement extends elementWith({
  desk: property<Desk>(),
  account: property(""),
  currency: property(""),
  name: property(""),
}) {
  readonly #lines = new ListController<StatementLine>(this, {
    read: (cursor) => readAccount(this.account, this.currency, cursor),
    topics: ["payment"],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    return html`<div class="head">
        <h1>${this.name}</h1>
        <a href="#/ledger">${say("ledger")}</a>
      </div>
      ${listCard(this.#lines, {
        caption: say("accountStatement"),
        emptyText: say("noEntries"),
        columns: [
          { label: say("time"), cell: (row) => dateTime(row.atMs, this.desk.zone) },
          {
            label: say("entry"),
            cell: (row) =>
              row.paymentId === null
                ? word("entry", row.kind)
                : html`<a href="#/payments/${row.paymentId}">${word("entry", row.kind)}</a>`,
          },
          { label: say("amount"), numeric: true, lead: true, cell: (row) => money(row.amountCents, this.currency) },
          { label: say("balance"), numeric: true, cell: (row) => money(row.balanceCents, this.currency) },
        ],
      })}`;
  }
}
customElements.define("account-statement", AccountStatement);
