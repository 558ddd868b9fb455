import { html, nothing, type TemplateResult } from "lit/html.js";
import { checkIcon } from "../../components/later-icons.ts";
import { unbroken } from "../../components/unbroken.ts";
import { waitingPicture } from "../../components/waiting-picture.ts";
import type { Actions, Store } from "../../data/store.ts";
import type { WholeWords } from "../../strings/words.ts";
import { voucherCard } from "../voucher/voucher-card.ts";
import { waitingView } from "./waiting-state.ts";

/** The page during a payment or a log-in: "Check your phone", failures, "Connecting you". */
export function waitingPage(store: Store, actions: Actions, words: WholeWords): TemplateResult {
  const following = store.following.value;
  const portal = store.portal.value;
  const plan = portal?.plans.find((one) => one.planId === following?.view.planId) ?? null;
  const connecting = store.connecting.value;
  const facts = {
    following,
    connecting,
    plan,
    hub: portal?.hub ?? "away",
    supportPhone: portal?.site.supportPhone ?? null,
    nowMs: store.nowMs.value,
  };
  const view = waitingView(facts, words);
  const isBusy = store.busy.value !== null;
  return html`<section class="card waiting">
    ${waitingPicture(view.picture)}
    <div role="status">
      <h1 tabindex="-1">${unbroken(view.title)}</h1>
      <p class="say">${unbroken(view.text)}</p>
      ${view.note === null ? nothing : html`<p class="quiet">${unbroken(view.note)}</p>`}
    </div>
    ${view.step === null ? nothing : steps(view.step, [words.stepSent, words.stepPin, words.stepOnline])}
    <div class="actions">
      ${view.payAt === null ? nothing : html`<a class="act act-wide" href=${view.payAt} rel="noreferrer">${words.payAt}</a>`}
      ${view.actions.map((action) => {
        if (action === "try-again") return button("act", words.tryAgain, () => actions.tryAgain());
        if (action === "claim") return button("plain", words.claim, () => store.goTo({ name: "claim" }));
        if (action === "connect-again" || action === "go-online") {
          const label = action === "go-online" ? words.goOnline : words.connectAgain;
          return button("act", label, () => actions.logIn(connecting?.grantId ?? following?.view.grantId ?? null));
        }
        return button("plain", action === "stop-waiting" ? words.stopWaiting : words.otherPackage, actions.stopWaiting);
      })}
    </div>
  </section>
  ${view.picture === "failed" || view.picture === "asking" ? voucherCard(store) : nothing}`;

  function button(kind: "act" | "plain", label: string, onClick: () => void): TemplateResult {
    return html`<button class="${kind} act-wide" ?disabled=${isBusy} @click=${onClick}>${label}</button>`;
  }
}

function steps(current: 1 | 2 | 3, labels: readonly string[]): TemplateResult {
  return html`<ol class="steps">
    ${labels.map((label, index) => {
      const state = index < current ? "done" : index === current ? "now" : "next";
      return html`<li class="step-${state}" aria-current=${state === "now" ? "step" : nothing}>
        <span class="step-dot">${state === "done" ? checkIcon() : nothing}</span><span>${label}</span>
      </li>`;
    })}
  </ol>`;
}
