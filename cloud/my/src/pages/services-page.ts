/** What a customer has: their lines with what they cost, their credit, their passes for hotspots. */
import { live } from "lit/directives/live.js";
import { html, nothing, type TemplateResult } from "lit/html.js";
import { refusalText } from "../components/parts.ts";
import type { View } from "../components/view.ts";
import { newDialogKey } from "../data/store.ts";
import type { Overview, Pass, Service } from "../data/types.ts";
import { planName } from "../strings/format.ts";
import { actDialog } from "./act-dialog.ts";

export function servicesPage(view: View, overview: Overview): TemplateResult {
  const { store, words } = view;
  const { renewedId, dialog } = store.state;
  const renewed = overview.services.find(({ subscriptionId }) => subscriptionId === renewedId);
  return html`<h1 tabindex="-1">${words.hello(overview.name)}</h1>
    ${overview.isActive ? nothing : html`<p class="card refusal" role="alert">${words.switchedOff}</p>`}
    ${renewed === undefined ? nothing : html`<p class="note" role="status">${words.renewed(view.moment(renewed.paidUntilMs))}</p>`}
    ${dialog === null ? refusalText(store.state, words) : nothing}
    ${overview.services.map((service) => serviceCard(view, overview, service))}
    ${
      overview.services.length === 0 && overview.passes.length === 0
        ? html`<section class="card"><h2>${words.noServices}</h2><p class="quiet">${words.noServicesHint}</p></section>`
        : nothing
    }
    <section class="card">
      <h2>${words.credit}</h2>
      <p class="figure">${view.money(overview.creditCents, overview.currency)}</p>
      ${(overview.unprovedCents ?? 0) === 0 ? nothing : html`<p>${words.creditUnproved(view.money(overview.unprovedCents ?? 0, overview.currency))}</p>`}
      ${(overview.owesFromBeforeCents ?? 0) === 0 ? nothing : html`<p>${words.owesFromBefore(view.money(overview.owesFromBeforeCents ?? 0, overview.currency))}</p>`}
      ${overview.payAt === null ? nothing : topUp(view, overview)}
    </section>
    ${overview.passes.length === 0 ? nothing : passes(view, overview.passes)}`;
}

function topUp(view: View, overview: Overview): TemplateResult {
  const { store, words } = view;
  const { dialog } = store.state;
  if (dialog?.kind === "pay" && dialog.subscriptionId === null && dialog.invoiceId === undefined)
    return actDialog(view, overview, null);
  return html`<button class="plain" ?disabled=${!overview.isActive} @click=${() => store.show({ kind: "pay", subscriptionId: null, key: newDialogKey() })}>${words.topUp}</button>`;
}

function serviceCard(view: View, overview: Overview, service: Service): TemplateResult {
  const { store, words } = view;
  const { dialog } = store.state;
  const { subscriptionId: id, state } = service;
  const isOpen = dialog !== null && dialog.subscriptionId === id;
  const isUnpaid = state === "grace" || state === "over";
  const mayPay =
    overview.isActive &&
    overview.payAt !== null &&
    !service.cancelAtEnd &&
    !["paused", "ended", "suspended"].includes(state);
  const others = overview.plans.filter((plan) => plan.currency === service.currency && plan.planId !== service.planId);
  return html`<section class="card service" data-state=${state}>
    <header>
      <h2>${planName(service.planName, words)}</h2>
      <span class="badge">${words.states[state]}</span>
    </header>
    <p class="until">${untilText(view, service)}</p>
    ${service.suspendedReason === null || state !== "suspended" ? nothing : html`<p class="refusal">${service.suspendedReason}</p>`}
    ${service.cancelAtEnd && state !== "ended" ? html`<p class="quiet">${words.endsThen}</p>` : nothing}
    <dl class="facts">
      ${service.username === null ? nothing : html`<div><dt>${words.line}</dt><dd>${service.username}</dd></div>`}
      ${
        service.cancelAtEnd
          ? nothing
          : html`<div>
        <dt>${["active", "paused"].includes(state) ? words.nextDue : words.due}</dt>
        <dd>${view.money(service.dueCents, service.currency)} <span class="quiet">${words.each[service.every.unit](service.every.count)}</span></dd>
      </div>`
      }
      ${service.items.map(
        (item) =>
          html`<div><dt>${item.name === "" ? words.itemNames[item.kind] : item.name}</dt><dd>${view.money(item.amountCents, service.currency)}</dd></div>`,
      )}
    </dl>
    ${
      isOpen
        ? actDialog(view, overview, service)
        : html`<div class="actions">
            ${mayPay ? html`<button class="act" @click=${() => store.show({ kind: "pay", subscriptionId: id, key: newDialogKey() })}>${isUnpaid ? words.payNow : words.renew}</button>` : nothing}
            ${overview.isActive && service.promiseDaysMax > 0 && isUnpaid ? html`<button class="plain" @click=${() => store.show({ kind: "promise", subscriptionId: id })}>${words.promise}</button>` : nothing}
            ${mayPay && others.length > 0 ? html`<button class="plain" @click=${() => store.show({ kind: "plan", subscriptionId: id, key: newDialogKey(), chosen: null })}>${words.changePlan}</button>` : nothing}
            ${overview.isActive && service.pauseDaysMax > 0 && state === "active" ? html`<button class="plain" @click=${() => store.show({ kind: "pause", subscriptionId: id })}>${words.holiday}</button>` : nothing}
            ${overview.isActive && state === "paused" ? html`<button class="act" @click=${() => void store.resume(id)}>${words.comeBack}</button>` : nothing}
          </div>
          ${
            state === "ended" || !overview.isActive
              ? nothing
              : html`<label class="switch"><input type="checkbox" .checked=${live(service.autoRenew)} ?disabled=${store.state.busy} @change=${(event: Event) => void store.setRenewal(id, { autoRenew: (event.target as HTMLInputElement).checked })} /> ${words.autoRenew}</label>
                  ${standingOrder(view, overview, service)}`
          }`
    }
  </section>`;
}

/** M-Pesa pays by itself: how the customer tells it to. */
function standingOrder(view: View, { payAt }: Overview, service: Service): TemplateResult | typeof nothing {
  const { store, words } = view;
  const { subscriptionId: id, standingOrder: isOn } = service;
  const paybill = payAt?.paybills[0];
  if (payAt === null || paybill === undefined) return nothing;
  const money = view.money(service.dueCents, service.currency);
  return html`<label class="switch"><input type="checkbox" .checked=${live(isOn)} ?disabled=${store.state.busy} @change=${(event: Event) => void store.setRenewal(id, { standingOrder: (event.target as HTMLInputElement).checked })} /> ${words.standingOrder}</label>
    ${isOn ? html`<p class="quiet">${words.standingOrderHow(paybill, payAt.accountNumber, money)}</p>` : nothing}`;
}

function untilText({ words, moment }: View, service: Service): string {
  const { state, paidUntilMs, graceUntilMs, pauseUntilMs } = service;
  if (service.isNew && state === "over") return words.notPaidYet;
  if (state === "paused" && pauseUntilMs !== null) return words.pauseUntil(moment(pauseUntilMs));
  if (state === "active") return words.paidUntil(moment(paidUntilMs));
  if (state === "grace") return words.graceUntil(moment(graceUntilMs));
  return words.wasPaidUntil(moment(paidUntilMs));
}

function passText({ startedAtMs, endsAtMs, isPaused }: Pass, { words, moment }: View): string {
  if (isPaused === true) return words.passPaused;
  if (startedAtMs === null) return words.passFresh;
  return endsAtMs === null ? "" : words.passEnds(moment(endsAtMs));
}

function passes(view: View, all: readonly Pass[]): TemplateResult {
  const { words } = view;
  return html`<section class="card">
    <h2>${words.passes}</h2>
    <ul class="rows">
      ${all.map(
        (pass) => html`<li>
          <span>${planName(pass.planName, words)}</span>
          <span class="quiet">${passText(pass, view)}</span>
          ${pass.code === null ? nothing : html`<span class="copied">${words.passCode} ${pass.code}</span>`}
        </li>`,
      )}
    </ul>
  </section>`;
}
