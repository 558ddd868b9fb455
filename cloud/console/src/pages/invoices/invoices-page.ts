import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Field, Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { momentsOf } from "../../components/dates/periods.ts";
import { state } from "../../components/element-with.ts";
import { withoutEmpty } from "../../components/fields/without-empty.ts";
import { formCard } from "../../components/form-card.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import "../../components/table/export-button.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { stateFilter } from "../../components/table/list-filters.ts";
import { listPage } from "../../components/table/list-page.ts";
import {
  addInvoice,
  creditInvoice,
  type Invoice,
  invoicesExport,
  listInvoices,
  payInvoice,
  promptInvoice,
  voidInvoice,
} from "../../data/money/invoices.ts";
import { currencyName, dateTime, day, money, today } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

const tones: Record<Invoice["state"], string> = { issued: "warn", paid: "good", void: "" };

/** Invoices with their numbers: issued, paid in cash or from credit, or void. */
class InvoicesPage extends appElement({
  /** The invoice whose customer's phone is to be asked. */
  asking: state<Invoice | null>(null),
}) {
  readonly #invoices = new ListController<Invoice, "state" | "from" | "to">(this, {
    read: (query) => listInvoices(query, this.#filters()),
    topics: ["payment"],
    filters: ["state", "from", "to"],
    isCounted: true,
  });
  readonly #actions = new PageActions(this, () => this.#invoices.reload());

  #filters(): Parameters<typeof invoicesExport>[0] {
    const { state, ...days } = this.#invoices.filters;
    return { state, ...momentsOf(days, this.app.zone.utcOffsetMinutes) };
  }

  override render() {
    const mayIssue = this.may("ledger.manage");
    return listPage(this.#invoices, {
      title: say("invoices"),
      intro: html`${say("invoicesWhy")} <a href="#/documents">${say("documents")}</a>`,
      emptyText: say("noInvoices"),
      name: "invoices",
      rowKey: (row) => row.id,
      sums: [
        ["amountCents", "sumInvoiced"],
        ["pendingCents", "invoice_issued"],
      ],
      beside: html`<export-button
        path=${invoicesExport(this.#filters())}
        file="invoices-${today(this.app.zone)}.csv"
        hasXlsx
      ></export-button>`,
      narrow: [stateFilter("invoice", ["issued", "paid", "void"]), { days: this.app.zone }],
      add: mayIssue && {
        text: say("addInvoice"),
        fields: this.#fields(),
        submit: (values, key) => addInvoice(this.#invoiceOf(values), key),
        done: () => this.#actions.notify(say("saved")),
      },
      above: this.#promptForm(),
      columns: [
        {
          label: say("invoice"),
          cell: (row) =>
            html`<strong class="number">${row.number}</strong><br /><span class="soft nowrap">${dateTime(row.createdAtMs, this.app.zone)}</span>
              ${row.accountNumber === null ? nothing : html`<br /><span class="mono soft nowrap">${row.accountNumber}</span>`}`,
        },
        {
          label: say("customerName"),
          cell: (row) =>
            html`<span class="roomy"
              >${row.customerName}${row.lines.map((line) => html`<br /><span class="soft">${line.quantity} × ${line.text}</span>`)}</span
            >`,
        },
        {
          label: say("dueOn"),
          cell: (row) => (row.dueOn === null ? say("none") : day(row.dueOn, this.app.zone)),
        },
        {
          label: say("state"),
          cell: (row) =>
            html`<span class="badge ${tones[row.state]}">${word("invoice", row.state)}</span>${this.#prompt(row)}`,
        },
        { label: say("total"), numeric: true, lead: true, cell: (row) => money(row.totalCents, row.currency) },
      ],
      buttons: (mayIssue || this.may("payments.manage")) && ((row) => this.#buttons(row)),
    });
  }

  /** What became of the newest prompt, while the invoice is not paid. */
  #prompt({ state: now, prompt }: Invoice) {
    if (now !== "issued" || prompt === null) return nothing;
    const text = word("invoicePrompt", prompt.state);
    const why = prompt.reason === null ? nothing : html` ${word("reason", prompt.reason)}`;
    return html`<br /><span class="soft">${text} <span class="mono">${prompt.phone}</span>${why}</span>`;
  }

  #promptForm() {
    const row = this.asking;
    if (row === null) return nothing;
    return keyed(
      row.id,
      html`${formCard({
        title: `${say("askInvoice")}: ${row.number}`,
        intro: say("askInvoiceWhy", { amount: money(row.totalCents, row.currency) }),
        fields: [
          {
            name: "phone",
            label: say("phone"),
            type: "tel",
            required: row.phone === null,
            ...(row.phone === null ? {} : { hint: say("askInvoicePhone", { phone: row.phone }) }),
          },
        ],
        submitText: say("askInvoice"),
        submit: (values, key) => promptInvoice(row.id, withoutEmpty(values), key),
        done: () => {
          this.asking = null;
          this.#actions.notify(say("invoicePrompt_prompted"));
          void this.#invoices.reload();
        },
        cancel: () => {
          this.asking = null;
        },
      })}`,
    );
  }

  #fields(): Field[] {
    return [
      { name: "customerName", label: say("customerName"), required: true },
      { name: "phone", label: say("phone"), type: "tel" },
      { name: "text", label: say("invoiceText"), required: true },
      { name: "quantity", label: say("quantity"), type: "number", required: true, value: 1, min: 1, max: 10_000 },
      {
        name: "unit",
        label: `${say("unitPrice")} (${currencyName(this.app.currency)})`,
        type: "money",
        required: true,
        min: 0,
      },
      { name: "dueOn", label: say("dueOn"), type: "date" },
    ];
  }

  #invoiceOf({ customerName, phone, text, quantity, unit, dueOn }: Values) {
    return {
      customerName,
      currency: this.app.currency,
      lines: [{ text, quantity, unitCents: unit }],
      ...(phone === null ? {} : { phone }),
      ...(dueOn === null ? {} : { dueOn }),
    };
  }

  #buttons(row: Invoice) {
    if (row.state === "paid") return this.may("ledger.manage") ? this.#refundButton(row) : nothing;
    if (row.state !== "issued") return nothing;
    const pay = (how: "cash" | "credit") =>
      this.#actions.run(
        `pay-${how}/${row.id}`,
        (key) => payInvoice(row.id, how, key),
        () => say("invoice_paid"),
      );
    const cancel = async () => {
      if (
        !(await ask(say("voidInvoiceSure", { number: row.number }), say("voidIt"), {
          danger: true,
          thing: String(row.number),
        }))
      )
        return;
      await this.#actions.run(`void/${row.id}`, (key) => voidInvoice(row.id, key));
    };
    const isPayable = this.may("payments.manage");
    const isBooked = this.mayAsOwn("payments.manage");
    const asks = isPayable && row.accountNumber !== null;
    // Four buttons in one line would be wider than the table.
    return html`<span class="choices">
      ${
        isPayable
          ? html`<span class="row"
              >${asks ? html`<button @click=${() => (this.asking = row)}>${say("askInvoice")}</button>` : nothing}${
                isBooked ? html`<button @click=${() => pay("cash")}>${say("paidInCash")}</button>` : nothing
              }</span
            >`
          : nothing
      }
      <span class="row"
        >${isBooked ? html`<button class="quiet" @click=${() => pay("credit")}>${say("paidFromCredit")}</button>` : nothing}${
          this.mayAsOwn("ledger.manage")
            ? html`<button class="quiet danger" @click=${cancel}>${say("voidIt")}</button>`
            : nothing
        }</span
      >
    </span>`;
  }

  /** An invoice for a payment is refunded on the payment's page. */
  #refundButton(row: Invoice) {
    if (row.paymentId !== null) return html`<a href="#/payments/${row.paymentId}">${say("openPayment")}</a>`;
    if (!this.mayAsOwn("ledger.manage")) return nothing;
    const refund = async () => {
      if (!(await ask(say("creditNoteSure", { number: row.number }), say("creditNote")))) return;
      const reason = say("creditNoteReason");
      await this.#actions.run(`credit-note/${row.id}`, (key) => creditInvoice(row.id, reason, key));
    };
    return html`<button class="quiet" @click=${refund}>${say("creditNote")}</button>`;
  }
}
customElements.define("invoices-page", InvoicesPage);
