/** Behind a payment link: initials, one amount, and how to pay it. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { failed, whoToCall } from "../components/parts.ts";
import { payWays } from "../components/pay-ways.ts";
import type { View } from "../components/view.ts";
import type { LinkView } from "../data/types.ts";
import { planName } from "../strings/format.ts";

export function linkPage(view: View): TemplateResult {
  const { store, words } = view;
  const { link } = store.state;
  if (link.state === "failed") return failed(store, words);
  if (link.state !== "here") return html`<p class="quiet" role="status">${words.loading}</p>`;
  const { value } = link;
  const support = "provider" in value ? value.provider.supportPhone : null;
  return html`<h1 tabindex="-1">${words.linkTitle}</h1>
    ${value.state === "open" ? open(view, value) : over(view, value)}
    ${whoToCall(words, support)}`;
}

/** The number of an invoice, or the name of a plan. */
const nameOf = ({ words }: View, what: string): string =>
  /^\d+$/.test(what) ? words.linkInvoice(what) : planName(what, words);

function open(view: View, value: Extract<LinkView, { state: "open" }>): TemplateResult {
  const { store, words } = view;
  return html`<section class="card">
    <p class="figure">${view.money(value.amountCents, value.currency)}</p>
    <dl class="facts">
      <div><dt>${words.linkFor}</dt><dd>${value.name}</dd></div>
      <div><dt>${words.linkWhat}</dt><dd>${nameOf(view, value.what)}</dd></div>
      ${value.dueMs === null ? nothing : html`<div><dt>${words.linkDue}</dt><dd>${view.moment(value.dueMs)}</dd></div>`}
    </dl>
    ${payWays(store, words, {
      amountCents: value.amountCents,
      currency: value.currency,
      ownPhone: null,
      creditCents: 0,
      accountNumber: value.accountNumber,
      paybills: value.paybills,
      canPrompt: value.canPrompt,
      ways: value.ways ?? [],
      doneText: words.linkPaid,
    })}
  </section>`;
}

function over(view: View, value: Exclude<LinkView, { state: "open" }>): TemplateResult {
  const { words } = view;
  if (value.state === "paid")
    return html`<section class="card"><div class="result good" role="status">
      <p class="big">${words.linkPaid}</p>
      <p>${nameOf(view, value.what)}</p>
      ${value.receipt === null ? nothing : html`<p>${words.receipt(value.receipt)}</p>`}
    </div></section>`;
  const said = {
    expired: words.linkExpired,
    revoked: words.linkRevoked,
    over: words.linkOver,
    unknown: words.linkUnknown,
  };
  return html`<section class="card" role="alert">
    <h2>${said[value.state]}</h2>
    ${value.state === "over" ? nothing : html`<p class="quiet">${words.linkHint}</p>`}
  </section>`;
}
