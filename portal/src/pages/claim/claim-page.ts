/** "I already paid": the number that paid, and the receipt code or the amount. */

import { countryOfCurrency } from "@karibu/protocol/phone-number";
import { html, nothing, type TemplateResult } from "lit/html.js";
import { backIcon } from "../../components/later-icons.ts";
import { onPhoneInput } from "../../components/phone-field.ts";
import { unbroken } from "../../components/unbroken.ts";
import type { ActionsApi } from "../../data/actions-api.ts";
import { type Signal, signal } from "../../data/signals.ts";
import type { Actions, Store } from "../../data/store.ts";
import { troubleText } from "../../data/trouble.ts";
import type { ClaimWords } from "../../strings/en-later.ts";
import { areWhole, claimWordsOf, usualWay, type WholeWords } from "../../strings/words.ts";
import { phoneError } from "../buy/buy-state.ts";
import { askedLongMs, nextAskMs, readClaim } from "./claim-state.ts";

export interface ClaimPage {
  render(words: WholeWords): TemplateResult;
}

export function createClaimPage(store: Store, actions: Actions, api: ActionsApi): ClaimPage {
  const receipt = signal("");
  const amount = signal("");
  const error = signal<string | null>(null);
  const isBusy = signal(false);
  const found = signal<"asked" | "noted" | "credit" | null>(null);
  let askedAtMs = 0;
  /** Raised by each new claim and by leaving the page: earlier claims then stop. */
  let turn = 0;

  return { render };

  function render(all: WholeWords): TemplateResult {
    const words = wordsNow(all);
    return html`
      <button class="plain back" @click=${leave}>${backIcon()}${all.back}</button>
      ${found.value === null ? form(words, all) : resultCard(words)}
    `;
  }

  function wordsNow(all: WholeWords): ClaimWords {
    const { channels, paysBy = "phone" } = store.portal.value ?? {};
    // Receipts of other wallets have no form that we know: they are claimed by number and amount.
    const hasReceipts = channels === undefined || channels.some(({ name }) => name === usualWay.wallet);
    return claimWordsOf(all, hasReceipts ? paysBy : "page");
  }

  function form(words: ClaimWords, { claim, phoneExample }: WholeWords): TemplateResult {
    return html`<form class="card pay" novalidate @submit=${(event: Event) => submit(event, words)}>
      <h1 tabindex="-1">${claim}</h1>
      <p class="quiet">${unbroken(words.text)}</p>
      ${field("payer", "tel", words.phone, store.phoneText, 20, phoneExample)}
      ${words.receipt === "" ? nothing : field("receipt", "text", words.receipt, receipt, 600, "TJK4XY12AB")}
      ${field("amount", "decimal", words.amount, amount, 12, "50")}
      <p id="claim-error" class="field-error" role="alert">${error.value ?? nothing}</p>
      <button class="act act-wide" type="submit" ?disabled=${isBusy.value} aria-busy=${isBusy.value}>
        ${isBusy.value ? html`<span class="spinner"></span>${words.looking}` : words.go}
      </button>
    </form>`;
  }

  /** A labelled field. Its text goes into `target`. */
  function field(
    id: "payer" | "receipt" | "amount",
    mode: "tel" | "text" | "decimal",
    label: string,
    target: Signal<string>,
    charactersMax: number,
    example = "",
  ): TemplateResult {
    const isPhone = mode === "tel";
    return html`<label for=${id}>${label}</label>
      <input
        id=${id}
        type=${isPhone ? mode : "text"}
        inputmode=${mode}
        autocomplete=${isPhone ? mode : "off"}
        autocapitalize="characters"
        autocorrect="off"
        spellcheck="false"
        maxlength=${charactersMax}
        placeholder=${example}
        aria-describedby="claim-error"
        .value=${target.value}
        @input=${(event: Event) => {
          if (isPhone) onPhoneInput(store, event);
          else target.value = (event.target as HTMLInputElement).value;
        }}
      />`;
  }

  function resultCard(words: ClaimWords): TemplateResult {
    const outcome = found.value;
    const isLong = store.nowMs.value - askedAtMs >= askedLongMs;
    const [title, text] =
      outcome === "noted"
        ? [words.notedTitle, words.notedText]
        : outcome === "credit"
          ? [words.creditTitle, words.creditText]
          : [words.askedTitle, isLong ? words.askedLong : words.askedText];
    // Nothing comes by itself: who can help. The number is a link at the end of every page.
    const advice = store.words.value.unknownLongNote?.(store.portal.value?.site.supportPhone ?? null) ?? "";
    return html`<section class="card" role="status">
      <h1 tabindex="-1">${title}</h1>
      <p class="say">${unbroken(text === words.askedText || outcome === "credit" ? text : `${text} ${advice}`)}</p>
    </section>`;
  }

  function submit(event: Event, words: ClaimWords): void {
    event.preventDefault();
    if (isBusy.value) return;
    const read = readClaim(receipt.value, amount.value, words);
    if (read.kind === "error") {
      error.value = read.text;
      return;
    }
    askedAtMs = store.platform.monotonicMs();
    void ask({ ...read.claim, phone: store.phoneText.value }, ++turn);
  }

  async function ask(claim: Parameters<ActionsApi["claim"]>[0], mine: number): Promise<void> {
    const isFirst = found.value === null;
    isBusy.value = isFirst;
    error.value = null;
    const answer = await api.claim(claim);
    isBusy.value = false;
    if (mine !== turn) return;
    if (!answer.ok) {
      const { code } = answer.trouble;
      // While the page waits, a lost connection or "slow down" says nothing about the payment.
      if (!isFirst && (code === "slow-down" || code === "unreachable" || code === "hub-away" || code === "hub-slow")) {
        return again(claim, mine);
      }
      found.value = null;
      const country = countryOfCurrency(store.portal.value?.site.currency);
      const all = store.words.value;
      const ofPhone = areWhole(all) ? phoneError(claim.phone, answer.trouble, country, all) : null;
      error.value = ofPhone ?? troubleText(answer.trouble, all);
      return;
    }
    const view = answer.value;
    if (view.kind === "asked" || view.kind === "noted") {
      found.value = view.kind;
      return again(claim, mine);
    }
    if (view.kind === "redeemed") {
      reset();
      store.goTo({ name: "auto" });
      return actions.enter(view.logIn);
    }
    const { purchase } = view;
    if (purchase === null) found.value = "credit";
    else {
      reset();
      actions.take(purchase);
    }
  }

  function again(claim: Parameters<ActionsApi["claim"]>[0], mine: number): void {
    const delayMs = nextAskMs(store.platform.monotonicMs() - askedAtMs);
    if (delayMs === null) return;
    store.platform.after(delayMs, () => {
      if (mine === turn && store.route.value.name === "claim") void ask(claim, mine);
    });
  }

  function reset(): void {
    turn++;
    found.value = null;
    error.value = null;
    receipt.value = "";
    amount.value = "";
  }

  function leave(): void {
    reset();
    store.goTo({ name: "auto" });
  }
}
