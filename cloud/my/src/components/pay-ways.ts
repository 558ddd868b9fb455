/**
 * How something is paid: from credit, by a phone that is asked, by card on a page of the channel's own, or by hand at the paybill; and what became of
 * it, as it happens.
 */
import { currencySign } from "@karibu/protocol/money-text";
import type { PayChannel } from "@karibu/protocol/pay-channel";
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Asked } from "../data/state.ts";
import type { Store } from "../data/store.ts";
import type { Prompt } from "../data/types.ts";
import type { Words } from "../strings/en.ts";
import { moneyIn } from "../strings/format.ts";
import { refusalText } from "./parts.ts";

export interface Payable {
  /** Null: the customer types how much. */
  readonly amountCents: number | null;
  readonly currency: string;
  /** Of the one who pays here; null: nobody is known, and a phone is typed. */
  readonly ownPhone: string | null;
  readonly creditCents: number;
  /** Of it, what pays nothing yet. */
  readonly unprovedCents?: number;
  readonly accountNumber: string | null;
  readonly paybills: readonly string[];
  readonly canPrompt: boolean;
  readonly ways: readonly PayChannel[];
  /** When the service is on until now; null: it is none, or unpaid. */
  readonly doneText: string;
}

export function payWays(store: Store, words: Words, what: Payable): TemplateResult {
  const { asked, busy } = store.state;
  const isOver = asked?.isDone === true || asked?.prompt?.state === "failed";
  if (asked !== null && !isOver) return promptProgress(words, asked);
  const { amountCents, creditCents, unprovedCents = 0, currency } = what;
  const money = (cents: number) => moneyIn(words, cents, currency);
  const restCents = amountCents === null ? null : Math.max(0, amountCents - creditCents);
  if (asked?.isDone === true)
    return html`<div class="result good" role="status">
      <p class="big">${what.doneText}</p>
      ${asked.prompt?.receipt ? html`<p>${words.receipt(asked.prompt.receipt)}</p>` : nothing}
      <button class="act" @click=${() => store.show(null)}>${words.close}</button>
    </div>`;
  return html`${asked === null ? nothing : promptProgress(words, asked)}
    ${
      restCents === 0
        ? waitsForProof({ amountCents, creditCents, unprovedCents })
          ? html`<p role="status">${words.creditUnproved(money(unprovedCents))}</p>`
          : html`<button class="act" ?disabled=${busy} @click=${() => void store.payFromCredit()}>${words.withCredit(money(creditCents))}</button>`
        : nothing
    }
    ${restCents !== null && restCents > 0 && creditCents > 0 ? html`<p class="quiet">${words.partOfCredit(money(creditCents), money(restCents))}</p>` : nothing}
    ${restCents === 0 ? nothing : payForm(store, words, what)}
    ${refusalText(store.state, words)} ${restCents === 0 ? nothing : byHand(words, what, restCents)}
    ${!what.canPrompt && pagesOf(what).length === 0 && what.paybills.length === 0 && restCents !== 0 ? html`<p>${words.linkNoWay}</p>` : nothing}`;
}

/** It suffices only with what is not confirmed yet: there is nothing to do but wait. Pure. */
export const waitsForProof = ({
  amountCents,
  creditCents,
  unprovedCents = 0,
}: Pick<Payable, "amountCents" | "creditCents" | "unprovedCents">): boolean =>
  amountCents !== null && creditCents >= amountCents && creditCents - unprovedCents < amountCents;

const pagesOf = ({ ways }: Payable) => ways.filter(({ paysBy }) => paysBy === "page");

/** The button that is pressed says which way: the phone, or one of the pages. */
function payForm(store: Store, words: Words, what: Payable): TemplateResult | typeof nothing {
  const { amountCents, ownPhone, currency, canPrompt } = what;
  const pages = pagesOf(what);
  if (!canPrompt && pages.length === 0) return nothing;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const typed = String(data.get("phone") ?? "").trim();
    const shillings = Number(data.get("amount") ?? 0);
    const cents = amountCents ?? Math.round(shillings) * 100;
    const chosen = (event.submitter as HTMLButtonElement | null)?.value ?? "";
    const channelId = chosen === "" && !canPrompt ? (pages[0]?.channelId ?? "") : chosen;
    void (channelId === "" ? store.askPhone(typed === "" ? null : typed, cents) : store.openPage(channelId, cents));
  };
  return html`<form @submit=${submit}>
    ${
      amountCents === null
        ? html`<label>${words.amount} (${currencySign(currency)})<input name="amount" type="number" inputmode="numeric" min="1" max="1000000" step="1" required /></label>`
        : nothing
    }
    ${
      canPrompt
        ? html`<label
              >${words.whichPhone}
              <input name="phone" type="tel" inputmode="tel" autocomplete="tel" maxlength="20" ?required=${ownPhone === null} placeholder=${ownPhone === null ? "" : words.ownPhone(ownPhone)}
            /></label>
            <button class="act" ?disabled=${store.state.busy}>${words.askPhone}</button>`
        : nothing
    }
    ${pages.map(
      // A phone that is missing is no matter; how much is paid is.
      ({ channelId, name }) =>
        html`<button class=${canPrompt ? "plain" : "act"} value=${channelId} ?formnovalidate=${amountCents !== null} ?disabled=${store.state.busy}>
          ${name === "Card" ? words.payByCard : words.payThrough(name)}
        </button>`,
    )}
  </form>`;
}

function byHand(
  words: Words,
  { paybills, accountNumber, currency }: Payable,
  restCents: number | null,
): TemplateResult | typeof nothing {
  if (paybills.length === 0 || accountNumber === null) return nothing;
  return html`<h3>${words.orByHand}</h3>
    <dl class="facts">
      <div><dt>${words.paybill}</dt><dd class="copied">${paybills.join(", ")}</dd></div>
      <div><dt>${words.accountNumber}</dt><dd class="copied">${accountNumber}</dd></div>
      ${restCents === null ? nothing : html`<div><dt>${words.amount}</dt><dd>${moneyIn(words, restCents, currency)}</dd></div>`}
    </dl>`;
}

const toPage = (words: Words, prompt: Prompt | null) =>
  prompt?.payAt && /^https?:\/\//.test(prompt.payAt)
    ? html`<a class="act" href=${prompt.payAt} target="_blank" rel="noopener noreferrer">${words.toPayPage}</a>`
    : nothing;

function promptProgress(words: Words, { prompt, onPage }: Asked): TemplateResult {
  if (prompt?.state === "failed")
    return html`<div class="result bad" role="alert">
      <p class="big">${words.promptFailed}</p>
      ${!onPage && prompt.reason !== null && words.reasons[prompt.reason] !== undefined ? html`<p>${words.reasons[prompt.reason]}</p>` : nothing}
      ${toPage(words, prompt)}
    </div>`;
  if (prompt?.state === "paid")
    return html`<div class="result good" role="status"><p class="big">${words.paidWaits}</p></div>`;
  if (onPage) {
    const link = toPage(words, prompt);
    return html`<div class="result waits" role="status">
      <span class="spinner"></span>
      <p class="big">${link === nothing ? words.payPageUnknown : words.payOnPage}</p>
      ${link}
    </div>`;
  }
  const isThere = prompt?.state === "prompted";
  return html`<div class="result waits" role="status">
    <span class="spinner"></span>
    <p class="big">${isThere ? words.prompted : words.asking}</p>
    ${prompt === null ? nothing : html`<p>${words.promptedAt(prompt.phone)}</p>`}
    ${prompt?.state === "unknown" ? html`<p>${words.promptUnknown}</p>` : nothing}
  </div>`;
}
