import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { momentsOf } from "../../components/dates/periods.ts";
import { state } from "../../components/element-with.ts";
import { PageActions } from "../../components/page-actions.ts";
import "../../components/table/export-button.ts";
import { ReadController } from "../../components/read-controller.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { siteFilter, stateFilter } from "../../components/table/list-filters.ts";
import { listPage } from "../../components/table/list-page.ts";
import { type EntryChannel, listEntryChannels } from "../../data/money/entered.ts";
import { listPayments, type Payment, type PaymentFilters, paymentsExport } from "../../data/money/payments.ts";
import { type Names, readNames } from "../../data/names.ts";
import { today } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { enteredForm } from "./entered-form.ts";
import { paymentColumns, paymentStates } from "./payment-columns.ts";
import "./payment-page.ts";

/** All payments, the newest first. */
class PaymentsPage extends appElement({
  /** The payment that the last entered money paid for. */
  enteredPaymentId: state<string | null>(null),
}) {
  readonly #actions = new PageActions(this);
  /** Where money can be entered. */
  readonly #channels = new ReadController<readonly EntryChannel[]>(this, {
    read: async () => (this.may("payments.manage") ? listEntryChannels() : []),
  });
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
      above: this.#entered(),
      add: (this.#channels.value ?? []).length > 0 && { text: say("enterPayment"), form: () => this.#enterForm() },
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
      sums: [
        ["amountCents", "sumPaid"],
        ["provedCents", "sumProved"],
        ["pendingCents", "sumPending"],
      ],
      columns: paymentColumns(this.app.zone),
      rowHref: (row) => `#/payments/${row.id}`,
    });
  }

  #entered() {
    if (this.enteredPaymentId === null) return nothing;
    return html`<p class="panel"><a href="#/payments/${this.enteredPaymentId}">${say("openPayment")}</a></p>`;
  }

  #enterForm() {
    return enteredForm({
      channels: this.#channels.value ?? [],
      currency: this.app.currency,
      done: ({ outcome, paymentId }) => {
        this.#payments.toggleAdding();
        this.enteredPaymentId = paymentId;
        this.#actions.notify(say(`entered_${outcome}`));
        void this.#payments.reload();
      },
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
