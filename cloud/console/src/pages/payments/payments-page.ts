import { html } from "lit";
import { elementWith, property, state } from "../../components/element-with.ts";
import "./payment-page.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard } from "../../components/list-page.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { listPayments, type Payment, paymentsExport } from "../../data/money/payments.ts";
import type { Desk } from "../../desk.ts";
import { today } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { paymentColumns, paymentStates } from "./payment-columns.ts";
import "../../components/export-button.ts";

/** Every payment, newest first; each opens to why it is where it is. */
class PaymentsPage extends elementWith({
  desk: property<Desk>(),
  state: state(""),
  phone: state(""),
}) {
  readonly #payments = new ListController<Payment>(this, {
    read: (cursor) => listPayments({ limit: 50, cursor, ...this.#filters() }),
    topics: ["payment", "grant"],
    events: () => this.desk.events,
  });

  #filters() {
    return { state: this.state || null, phone: this.phone || null };
  }

  static override styles = [sharedStyles];

  override render() {
    const choose = (name: "state" | "phone") => (event: Event) => {
      this[name] = (event.target as HTMLInputElement).value.trim();
      void this.#payments.reload();
    };
    return html`<div class="head">
        <h1>${say("payments")}</h1>
        <export-button
          path=${paymentsExport(this.#filters())}
          file="payments-${today(this.desk.zone)}.csv"
        ></export-button>
      </div>
      <div class="filters">
        <label
          >${say("state")}<select @change=${choose("state")}>
            <option value="">${say("allStates")}</option>
            ${paymentStates.map((state) => html`<option value=${state}>${word("state", state)}</option>`)}
          </select></label
        >
        <label>${say("phone")}<input type="search" inputmode="tel" placeholder="07…" @change=${choose("phone")} /></label>
      </div>
      ${listCard(this.#payments, {
        caption: say("payments"),
        emptyText: say(this.state === "" && this.phone === "" ? "noPayments" : "nothingFound"),
        columns: paymentColumns(this.desk.zone),
        rowHref: (row) => `#/payments/${row.id}`,
      })}`;
  }
}
customElements.define("payments-page", PaymentsPage);
