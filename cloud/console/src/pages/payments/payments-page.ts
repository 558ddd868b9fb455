import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { momentsOf } from "../../components/dates/periods.ts";
import "../../components/table/export-button.ts";
import { ReadController } from "../../components/read-controller.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { siteFilter, stateFilter } from "../../components/table/list-filters.ts";
import { listPage } from "../../components/table/list-page.ts";
import { listPayments, type Payment, type PaymentFilters, paymentsExport } from "../../data/money/payments.ts";
import { type Names, readNames } from "../../data/names.ts";
import { today } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { paymentColumns, paymentStates } from "./payment-columns.ts";
import "./payment-page.ts";

/** All payments, the newest first. */
class PaymentsPage extends appElement() {
  readonly #sites = new ReadController<Names>(this, { read: () => readNames("sites", this.app.user) });
  readonly #payments = new ListController<Payment, "state" | "siteId" | "phone" | "reason" | "pending" | "from" | "to">(
    this,
    {
      read: (query) => listPayments(query, this.#filters()),
      topics: ["payment", "grant"],
      filters: ["state", "siteId", "phone", "reason", "pending", "from", "to"],
      isCounted: true,
    },
  );

  #filters(): PaymentFilters {
    const { state, siteId, phone, reason, pending, ...days } = this.#payments.filters;
    return { state, siteId, phone, reason, pending, ...momentsOf(days, this.app.zone.utcOffsetMinutes) };
  }

  override render() {
    return listPage(this.#payments, {
      title: say("payments"),
      name: "payments",
      emptyText: say("noPayments"),
      beside: html`<export-button
        path=${paymentsExport(this.#filters())}
        file="payments-${today(this.app.zone)}.csv"
        hasXlsx
      ></export-button>`,
      narrow: [
        stateFilter("state", paymentStates),
        siteFilter(this.#sites.value),
        { name: "phone", label: say("phone"), placeholder: "07…", inputmode: "tel" },
        { name: "reason", label: say("why"), options: reasons() },
        { name: "pending", label: say("provenance"), options: provenances() },
        { days: this.app.zone },
      ],
      columns: paymentColumns(this.app.zone),
      rowHref: (row) => `#/payments/${row.id}`,
    });
  }
}
customElements.define("payments-page", PaymentsPage);

/** Why payments fail, as the hub names it. */
const failures = [
  ...(["cancelled", "no-funds", "wrong-pin", "pin-locked", "unreachable", "expired", "limit", "busy"] as const),
  ...(["system-busy", "not-sent", "merchant-problem", "other"] as const),
];

const provenances = () => [
  { value: "", label: say("provenanceAny") },
  { value: "true", label: say("provenance_told") },
];

const reasons = () => [
  { value: "", label: say("allReasons") },
  ...failures.map((value) => ({ value, label: word("reason", value) })),
];
