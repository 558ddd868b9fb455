import { html, nothing } from "lit";
import { writeAddress } from "../../address.ts";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard } from "../../components/table/list-page.ts";
import { type CreditLine, listCreditLines } from "../../data/money/customer-credit.ts";
import { dateTime, money } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

/** What came into a customer's credit and what left it, with the balance after each line. */
class CreditLines extends appElement({
  phone: property(""),
}) {
  readonly #lines = new ListController<CreditLine>(this, {
    read: (query) => listCreditLines({ ...query, limit: 10 }, this.phone, this.app.currency),
    topics: ["payment"],
  });

  override render() {
    return listCard(this.#lines, {
      title: say("creditHistory"),
      emptyText: say("noCreditHistory"),
      columns: [
        { label: say("time"), cell: (row) => dateTime(row.atMs, this.app.zone) },
        {
          label: say("entry"),
          cell: (row) =>
            html`${
              row.paymentId === null
                ? // What is taken back from a customer's bill comes with a paper.
                  row.kind === "void"
                  ? say("docKind_credit_note")
                  : word("entry", row.kind)
                : html`<a href="#/payments/${row.paymentId}">${word("entry", row.kind)}</a>`
            }${row.receipt === null ? nothing : html`<br /><span class="mono soft">${row.receipt}</span>`}`,
        },
        { label: say("amount"), numeric: true, lead: true, cell: (row) => money(row.amountCents, row.currency) },
        { label: say("balance"), numeric: true, cell: (row) => money(row.balanceCents, row.currency) },
      ],
      // What is wrong in these lines is put right on the page of corrections.
      ...(this.mayAsOwn("ledger.manage") ? { buttons: (row: CreditLine) => this.#correct(row) } : {}),
    });
  }

  #correct({ kind, entryId }: CreditLine) {
    if (kind !== "top-up") return nothing;
    return html`<a href=${writeAddress({ path: "corrections", query: { correct: "take-back-top-up", entryId } })}
      >${say("correctThis")}</a
    >`;
  }
}
customElements.define("credit-lines", CreditLines);
