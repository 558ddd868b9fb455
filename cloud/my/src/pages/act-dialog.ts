/** What a customer is about to do, where they pressed for it: no window over the page that a small screen would cut off. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { refusalText } from "../components/parts.ts";
import { payWays, waitsForProof } from "../components/pay-ways.ts";
import type { View } from "../components/view.ts";
import type { Dialog } from "../data/state.ts";
import type { InvoiceLine, Overview, Service } from "../data/types.ts";
import { planName } from "../strings/format.ts";

/** @param service null: a top-up */
export function actDialog(view: View, overview: Overview, service: Service | null): TemplateResult {
  const { dialog } = view.store.state;
  if (dialog === null) return html``;
  return framed(view, titleOf(view, dialog, service), bodyOf(view, overview, service, dialog));
}

/** It is paid by money at its own account number: credit is for services. */
export function invoiceDialog(view: View, { phone, payAt }: Overview, invoice: InvoiceLine): TemplateResult {
  const { store, words } = view;
  const ways = payWays(store, words, {
    amountCents: invoice.totalCents,
    currency: invoice.currency,
    ownPhone: phone,
    creditCents: 0,
    accountNumber: invoice.accountNumber ?? null,
    paybills: payAt?.paybills ?? [],
    canPrompt: payAt?.canPrompt ?? false,
    ways: payAt?.ways ?? [],
    doneText: words.linkPaid,
  });
  return framed(view, words.payTitle(words.invoiceNo(invoice.number)), ways);
}

function framed({ store, words }: View, title: string, body: TemplateResult): TemplateResult {
  const { asked } = store.state;
  const isWaiting = asked !== null && !asked.isDone && asked.prompt?.state !== "failed";
  return html`<div class="dialog" role="group" aria-label=${title}>
    <h3 tabindex="-1" class="dialog-title">${title}</h3>
    ${body}
    ${asked?.isDone === true ? nothing : html`<button class="plain" @click=${() => store.show(null)}>${isWaiting ? words.close : words.cancel}</button>`}
  </div>`;
}

function titleOf({ words }: View, dialog: Dialog, service: Service | null): string {
  if (service === null) return words.topUpTitle;
  if (dialog.kind === "pay") return words.payTitle(planName(service.planName, words));
  if (dialog.kind === "plan") return words.planTitle;
  return dialog.kind === "promise" ? words.promiseTitle : words.pauseTitle;
}

function bodyOf(view: View, overview: Overview, service: Service | null, dialog: Dialog): TemplateResult {
  const { words } = view;
  if (dialog.kind === "pay") {
    const { payAt, owesFromBeforeCents = 0 } = overview;
    return payWays(view.store, words, {
      // What is owed from before is settled first: less would not bring the service back.
      amountCents: service === null ? null : service.dueCents + owesFromBeforeCents,
      currency: overview.currency,
      ownPhone: overview.phone,
      creditCents: service === null ? 0 : overview.creditCents,
      unprovedCents: overview.unprovedCents ?? 0,
      accountNumber: payAt?.accountNumber ?? null,
      paybills: payAt?.paybills ?? [],
      canPrompt: payAt?.canPrompt ?? false,
      ways: payAt?.ways ?? [],
      doneText: service === null ? words.paidCredit : words.paidDone(view.moment(service.paidUntilMs)),
    });
  }
  if (service === null) return html``;
  if (dialog.kind === "plan") return planChoice(view, overview, service, dialog);
  const isPromise = dialog.kind === "promise";
  const most = isPromise ? service.promiseDaysMax : Math.min(service.pauseDaysMax, 366);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const days = Number(new FormData(event.target as HTMLFormElement).get("days"));
    void (isPromise ? view.store.promise(days) : view.store.pause(days));
  };
  return html`<form @submit=${submit}>
    <label
      >${isPromise ? words.promiseHint : words.pauseHint(most)}
      <select name="days">
        ${Array.from({ length: most }, (_, index) => html`<option value=${index + 1}>${words.days(index + 1)}</option>`)}
      </select></label
    >
    ${refusalText(view.store.state, words)}
    <button class="act" ?disabled=${view.store.state.busy}>${isPromise ? words.promiseDo : words.pauseDo}</button>
  </form>`;
}

function planChoice(
  view: View,
  overview: Overview,
  service: Service,
  { chosen }: Extract<Dialog, { kind: "plan" }>,
): TemplateResult {
  const { store, words } = view;
  const offers = overview.plans.filter((plan) => plan.currency === service.currency);
  const money = (cents: number) => view.money(cents, service.currency);
  const { creditCents, unprovedCents = 0 } = overview;
  const missingCents = chosen === null ? 0 : Math.max(0, chosen.cents - creditCents);
  const waits = waitsForProof({ amountCents: chosen?.cents ?? null, creditCents, unprovedCents });
  return html`<div class="offers">
      ${offers.map((plan) => {
        const isNow = plan.planId === service.planId;
        return html`<button class="offer" type="button" aria-pressed=${chosen?.planId === plan.planId} ?disabled=${isNow || store.state.busy} @click=${() => void store.choosePlan(plan.planId)}>
          <span>${planName(plan.name, words)}</span>
          <span>${money(plan.priceCents)} <span class="quiet">${words.each[service.every.unit](service.every.count)}</span></span>
          ${isNow ? html`<span class="quiet">${words.planNow}</span>` : nothing}
        </button>`;
      })}
    </div>
    ${
      chosen === null
        ? nothing
        : html`<p role="status">${chosen.cents > 0 ? words.planCosts(money(chosen.cents)) : chosen.cents < 0 ? words.planGives(money(-chosen.cents)) : words.planSame}</p>
          ${missingCents > 0 ? html`<p class="refusal">${words.planNeedsCredit(money(missingCents))}</p>` : waits ? html`<p role="status">${words.creditUnproved(money(unprovedCents))}</p>` : html`<button class="act" ?disabled=${store.state.busy} @click=${() => void store.changePlan()}>${words.planDo}</button>`}`
    }
    ${refusalText(store.state, words)}`;
}
