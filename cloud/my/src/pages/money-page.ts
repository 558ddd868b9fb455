/** What was paid, what it was for, and the invoices. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { listOf } from "../components/parts.ts";
import type { View } from "../components/view.ts";
import { newDialogKey } from "../data/store.ts";
import type { InvoiceLine } from "../data/types.ts";
import { dayText, planName } from "../strings/format.ts";
import { invoiceDialog } from "./act-dialog.ts";

export function moneyPage(view: View): TemplateResult {
  const { store, words, moment } = view;
  const { payments, charges, invoices, documents, place } = store.state;
  const provider = place.kind === "my" ? place.provider : "";
  return html`<h1 tabindex="-1">${words.money}</h1>
    <section class="card">
      <h2>${words.payments}</h2>
      ${listOf(store, words, payments, {
        empty: words.noPayments,
        row: (item) => html`<li>
          <span class="sum">${view.money(item.amountCents, item.currency)}</span>
          <span>${item.wallet === "Cash" ? words.cash : item.wallet}${item.receipt === "" ? nothing : ` · ${item.receipt}`}</span>
          <span class="quiet">${moment(item.atMs)} · ${words.paymentStates[item.state]}</span>
          ${item.returnedCents > 0 ? html`<span class="quiet">${words.returned(view.money(item.returnedCents, item.currency))}</span>` : nothing}
        </li>`,
      })}
    </section>
    <section class="card">
      <h2>${words.documents}</h2>
      ${listOf(store, words, documents, {
        empty: words.noDocuments,
        row: (item) => html`<li>
          <span class="sum">${view.money(item.totalCents, item.currency)}</span>
          <span>${words.documentKinds[item.kind]} ${item.number}</span>
          <span class="quiet">${dayText(item.issuedOn, words)}</span>
          <a class="file" download href="/api/v1/my/${provider}/documents/${encodeURIComponent(item.documentId)}/pdf?language=${words.paper}">PDF</a>
        </li>`,
      })}
    </section>
    ${
      invoices.state === "here" && invoices.value.length === 0
        ? nothing
        : html`<section class="card">
      <h2>${words.invoices}</h2>
      ${listOf(store, words, invoices, {
        empty: words.noInvoices,
        row: (item) => html`<li>
          <span class="sum">${view.money(item.totalCents, item.currency)}</span>
          <span>${words.invoiceNo(item.number)}</span>
          <span class="quiet">${words.invoiceStates[item.state]}${item.state === "issued" && item.dueOn !== null ? `, ${words.dueOn(dayText(item.dueOn, words))}` : ""}</span>
          ${payInvoice(view, item)}
        </li>`,
      })}
    </section>`
    }
    <section class="card">
      <h2>${words.charges}</h2>
      ${listOf(store, words, charges, {
        empty: words.noCharges,
        row: (item) => html`<li>
          ${item.amountCents === null || item.amountCents === 0 ? nothing : html`<span class="sum">${view.money(item.amountCents, item.currency)}</span>`}
          <span>${words.chargeNames[item.what] ?? item.what}</span>
          <span class="quiet">${moment(item.atMs)} · ${planName(item.planName, words)}</span>
        </li>`,
      })}
    </section>`;
}

function payInvoice(view: View, invoice: InvoiceLine): TemplateResult | typeof nothing {
  const { store, words } = view;
  const { overview, dialog } = store.state;
  if (overview.state !== "here" || overview.value.payAt === null || (invoice.accountNumber ?? null) === null)
    return nothing;
  const { invoiceId } = invoice;
  // Also once it is paid: that is said where it was pressed for.
  if (dialog?.kind === "pay" && dialog.invoiceId === invoiceId) return invoiceDialog(view, overview.value, invoice);
  if (invoice.state !== "issued") return nothing;
  const show = () => store.show({ kind: "pay", subscriptionId: null, invoiceId, key: newDialogKey() });
  return html`<button class="act" ?disabled=${!overview.value.isActive} @click=${show}>${words.payNow}</button>`;
}
