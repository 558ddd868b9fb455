import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import "../../components/export-button.ts";
import { selectFilter, textFilter } from "../../components/filters.ts";
import { ListController } from "../../components/list-controller.ts";
import { listPage } from "../../components/list-page.ts";
import { listPayments, type Payment, paymentsExport } from "../../data/money/payments.ts";
import { today } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { paymentColumns, paymentStates } from "./payment-columns.ts";
import "./payment-page.ts";

/** All payments, the newest first. */
class PaymentsPage extends appElement({
  filters: state({ state: "", phone: "" }),
}) {
  readonly #payments = new ListController<Payment>(this, {
    read: (query) => listPayments(query, this.filters),
    topics: ["payment", "grant"],
  });

  override render() {
    const { state, phone } = this.filters;
    const states = [
      { value: "", label: say("allStates") },
      ...paymentStates.map((value) => ({ value, label: word("state", value) })),
    ];
    return listPage(this.#payments, {
      title: say("payments"),
      emptyText: say("noPayments"),
      isFiltered: state !== "" || phone !== "",
      beside: html`<export-button
        path=${paymentsExport(this.filters)}
        file="payments-${today(this.app.zone)}.csv"
      ></export-button>`,
      filters: html`${selectFilter(say("state"), states, state, (value) => this.#filter({ state: value }))}
      ${textFilter(say("phone"), (text) => this.#filter({ phone: text }), { value: phone, placeholder: "07…", inputmode: "tel" })}`,
      columns: paymentColumns(this.app.zone),
      rowHref: (row) => `#/payments/${row.id}`,
    });
  }

  #filter(change: Partial<typeof this.filters>) {
    this.filters = { ...this.filters, ...change };
    void this.#payments.reload();
  }
}
customElements.define("payments-page", PaymentsPage);
