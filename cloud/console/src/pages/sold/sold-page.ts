import { html } from "lit";
import { openedFrom, writeAddress } from "../../address.ts";
import { appElement } from "../../components/app-element.ts";
import { momentsOf } from "../../components/dates/periods.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listPage } from "../../components/table/list-page.ts";
import { listSales, type Sale } from "../../data/reports/sales.ts";
import { dateTime, money } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say, word, wordOr } from "../../strings/strings.ts";

/** What was sold, one by one, as Home adds it up: whatever way it was paid. */
class SoldPage extends appElement() {
  readonly #sales = new ListController<Sale, "from" | "to">(this, {
    read: (query) => listSales(query, this.#span()),
    topics: ["payment", "voucher"],
    filters: ["from", "to"],
    isCounted: true,
  });

  #span(): ReturnType<typeof momentsOf> {
    return momentsOf(this.#sales.filters, this.app.zone.utcOffsetMinutes);
  }

  override render() {
    const { zone } = this.app;
    return listPage(this.#sales, {
      title: say("soldList"),
      name: "sold",
      intro: say("soldListWhy"),
      emptyText: say("nothingSold"),
      narrow: [{ days: zone }],
      sums: [["amountCents", "sumSold"]],
      columns: [
        { label: say("time"), cell: (row) => dateTime(row.bookedAtMs, zone) },
        { label: say("what"), cell: whatOf },
        {
          label: say("receivedHow"),
          cell: ({ paidFrom }) => (paidFrom === null ? say("none") : wordOr("kind", paidFrom, paidFrom)),
        },
        { label: say("site"), cell: (row) => row.siteName ?? say("none") },
        { label: say("amount"), numeric: true, lead: true, cell: (row) => money(row.amountCents, row.currency) },
      ],
    });
  }
}
customElements.define("sold-page", SoldPage);

const pathOf = { payment: "payments", "cash-sale": "cash-sales", batch: "vouchers" } as const;

/** The plan; of what has none, what the books call it. It leads to the payment, the cash sale, or the voucher's batch. */
function whatOf({ planName, kind, amountCents, thing }: Sale) {
  const entry = word("entry", kind);
  const text = planName === null ? entry : planTitle(planName);
  const shown =
    thing === null
      ? text
      : html`<a href=${openedFrom(location.hash, writeAddress({ path: pathOf[thing.kind], id: thing.id }))}>${text}</a>`;
  return amountCents < 0 && planName !== null ? html`${shown}: ${entry}` : shown;
}
