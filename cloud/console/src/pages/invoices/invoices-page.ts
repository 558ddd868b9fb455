import { html, nothing } from "lit";
import type { Field, Values } from "../../components/action-form.ts";
import { ask } from "../../components/ask-dialog.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard, listHead } from "../../components/list-page.ts";
import { Deeds } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { addInvoice, creditInvoice, type Invoice, listInvoices, payInvoice, voidInvoice } from "../../data/money.ts";
import type { Desk } from "../../desk.ts";
import { dateTime, day, money } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import "../../components/action-form.ts";

const tones: Record<Invoice["state"], string> = { issued: "warn", paid: "good", void: "" };

/** Invoices with their numbers: issued, paid in cash or out of credit, or void. */
class InvoicesPage extends elementWith({
  desk: property<Desk>(),
  adding: state(false),
}) {
  readonly #deeds = new Deeds(this);
  readonly #invoices = new ListController<Invoice>(this, {
    read: listInvoices,
    topics: [],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    const { permissions } = this.desk.user;
    const mayIssue = permissions.includes("ledger.manage");
    return html`${listHead(say("invoices"), {
      text: say("addInvoice"),
      may: mayIssue,
      isOpen: this.adding,
      toggle: () => (this.adding = !this.adding),
    })}
      ${this.#deeds.notice()} ${this.adding ? this.#form() : nothing}
      ${listCard(this.#invoices, {
        caption: say("invoices"),
        emptyText: say("noInvoices"),
        columns: [
          {
            label: say("invoice"),
            cell: (row) =>
              html`<strong class="number">${row.number}</strong><br /><span class="soft nowrap">${dateTime(row.createdAtMs, this.desk.zone)}</span>`,
          },
          { label: say("customerName"), cell: (row) => row.customerName },
          {
            label: say("invoiceText"),
            cell: (row) => html`${row.lines.map((line) => html`<div>${line.quantity} × ${line.text}</div>`)}`,
          },
          {
            label: say("dueOn"),
            cell: (row) => (row.dueOn === null ? say("none") : day(row.dueOn, this.desk.zone)),
          },
          {
            label: say("state"),
            cell: (row) => html`<span class="badge ${tones[row.state]}">${word("invoice", row.state)}</span>`,
          },
          { label: say("total"), numeric: true, lead: true, cell: (row) => money(row.totalCents, row.currency) },
          ...(mayIssue || permissions.includes("payments.manage")
            ? [{ label: say("change"), cell: (row: Invoice) => this.#actions(row) }]
            : []),
        ],
      })}`;
  }

  #form() {
    const fields: Field[] = [
      { name: "customerName", label: say("customerName"), required: true },
      { name: "phone", label: say("phone"), type: "tel" },
      { name: "text", label: say("invoiceText"), required: true },
      { name: "quantity", label: say("quantity"), type: "number", required: true, value: 1, min: 1, max: 10_000 },
      { name: "unit", label: `${say("unitPrice")} (${this.desk.currency})`, type: "money", required: true, min: 0 },
      { name: "dueOn", label: say("dueOn"), type: "date" },
    ];
    return html`<section class="card pad panel">
      <action-form
        .fields=${fields}
        submitText=${say("addInvoice")}
        .submit=${(values: Values, key: string) => addInvoice(this.#order(values), key)}
        @done=${() => {
          this.adding = false;
          this.#deeds.tell(say("saved"));
          void this.#invoices.reload();
        }}
      ></action-form>
    </section>`;
  }

  #order({ customerName, phone, text, quantity, unit, dueOn }: Values) {
    return {
      customerName,
      currency: this.desk.currency,
      lines: [{ text, quantity, unitCents: unit }],
      ...(phone === null ? {} : { phone }),
      ...(dueOn === null ? {} : { dueOn }),
    };
  }

  #actions(row: Invoice) {
    const { permissions } = this.desk.user;
    if (row.state === "paid") return permissions.includes("ledger.manage") ? this.#takeBack(row) : nothing;
    if (row.state !== "issued") return nothing;
    const pay = (how: "cash" | "credit") =>
      this.#then(`pay-${how}/${row.id}`, (key) => payInvoice(row.id, how, key), say("invoice_paid"));
    const cancel = async () => {
      if (!(await ask(say("voidInvoiceSure", { number: row.number }), say("voidIt")))) return;
      await this.#then(`void/${row.id}`, (key) => voidInvoice(row.id, key), say("saved"));
    };
    return html`<span class="row">
      ${
        permissions.includes("payments.manage")
          ? html`<button @click=${() => pay("cash")}>${say("paidInCash")}</button>
              <button class="quiet" @click=${() => pay("credit")}>${say("paidFromCredit")}</button>`
          : nothing
      }
      ${permissions.includes("ledger.manage") ? html`<button class="quiet" @click=${cancel}>${say("voidIt")}</button>` : nothing}
    </span>`;
  }

  /** What was paid for a payment is given back on the payment's page. */
  #takeBack(row: Invoice) {
    if (row.paymentId !== null) return html`<a href="#/payments/${row.paymentId}">${say("openPayment")}</a>`;
    const undo = async () => {
      if (!(await ask(say("creditNoteSure", { number: row.number }), say("creditNote")))) return;
      const reason = say("creditNoteReason");
      await this.#then(`credit-note/${row.id}`, (key) => creditInvoice(row.id, reason, key), say("saved"));
    };
    return html`<button class="quiet" @click=${undo}>${say("creditNote")}</button>`;
  }

  async #then(name: string, work: (key: string) => Promise<unknown>, told: string) {
    await this.#deeds.run(name, work, () => told);
    await this.#invoices.reload();
  }
}
customElements.define("invoices-page", InvoicesPage);
