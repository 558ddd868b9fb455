/**
 * "I already paid": the number that paid, and the receipt code or the amount. This module is loaded when the page is first opened. It
 * imports nothing that the main script contains already; such functions are handed in.
 */

import type { Signal } from "@preact/signals-core";
import type { html as litHtml, nothing as litNothing, TemplateResult } from "lit";
import type { Store } from "../../data/store.ts";
import type { Trouble } from "../../data/trouble.ts";
import { type ClaimWords, claimWordsOf } from "../../strings/claim-words.ts";
import type { Strings } from "../../strings/en.ts";
import { askedLongMs, nextAskMs, readClaim } from "./claim-state.ts";

export interface ClaimKit {
  readonly html: typeof litHtml;
  readonly nothing: typeof litNothing;
  readonly signal: <T>(value: T) => Signal<T>;
  readonly store: Store;
  readonly backIcon: () => TemplateResult;
  readonly onPhoneInput: (store: Store, event: Event) => void;
  readonly unbroken: (text: string) => readonly (string | TemplateResult)[];
  readonly troubleText: (trouble: Trouble, words: Strings) => string;
}

export interface ClaimPage {
  render(): TemplateResult;
}

export function createClaimPage(kit: ClaimKit): ClaimPage {
  const { html, nothing, signal, store } = kit;
  const receipt = signal("");
  const amount = signal("");
  const error = signal<string | null>(null);
  const isBusy = signal(false);
  const found = signal<"asked" | "credit" | null>(null);
  let askedAtMs = 0;
  /** Raised by each new claim and by leaving the page: earlier claims then stop. */
  let turn = 0;

  return { render };

  function render(): TemplateResult {
    const words = wordsNow();
    return html`
      <button class="plain back" @click=${leave}>${kit.backIcon()}${store.words.value.back}</button>
      ${found.value === null ? form(words) : resultCard(words)}
    `;
  }

  function wordsNow(): ClaimWords {
    return claimWordsOf(store.language.value, store.portal.value?.paysBy ?? "phone");
  }

  function form(words: ClaimWords): TemplateResult {
    return html`<form class="card pay" novalidate @submit=${submit}>
      <h1 tabindex="-1">${store.words.value.claim}</h1>
      <p class="quiet">${kit.unbroken(words.text)}</p>
      ${field("payer", "tel", words.phone, store.phoneText, 20, "0712 345 678")}
      ${
        words.receipt === ""
          ? nothing
          : html`${field("receipt", "text", words.receipt, receipt, 600)}
              <p id="receipt-hint" class="hint">${words.receiptHint}</p>`
      }
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
        aria-describedby="${id === "receipt" ? "receipt-hint " : ""}claim-error"
        .value=${target.value}
        @input=${(event: Event) => {
          if (isPhone) kit.onPhoneInput(store, event);
          else target.value = (event.target as HTMLInputElement).value;
        }}
      />`;
  }

  function resultCard(words: ClaimWords): TemplateResult {
    const isCredit = found.value === "credit";
    const isLong = store.nowMs.value - askedAtMs >= askedLongMs;
    return html`<section class="card" role="status">
      <h1 tabindex="-1">${isCredit ? words.creditTitle : words.askedTitle}</h1>
      <p class="say">${kit.unbroken(isCredit ? words.creditText : isLong ? words.askedLong : words.askedText)}</p>
    </section>`;
  }

  function submit(event: Event): void {
    event.preventDefault();
    if (isBusy.value) return;
    const read = readClaim(receipt.value, amount.value, wordsNow());
    if (read.kind === "error") {
      error.value = read.text;
      return;
    }
    askedAtMs = store.platform.monotonicMs();
    void ask({ ...read.claim, phone: store.phoneText.value }, ++turn);
  }

  async function ask(claim: Parameters<Store["api"]["claim"]>[0], mine: number): Promise<void> {
    const isFirst = found.value === null;
    isBusy.value = isFirst;
    error.value = null;
    const answer = await store.api.claim(claim);
    isBusy.value = false;
    if (mine !== turn) return;
    if (!answer.ok) {
      const { code } = answer.trouble;
      // While the page waits, a lost connection or "slow down" says nothing about the payment.
      if (!isFirst && (code === "slow-down" || code === "unreachable" || code === "hub-away" || code === "hub-slow")) {
        return again(claim, mine);
      }
      found.value = null;
      error.value = kit.troubleText(answer.trouble, store.words.value);
      return;
    }
    if (answer.value.kind === "asked") {
      found.value = "asked";
      return again(claim, mine);
    }
    const { purchase } = answer.value;
    if (purchase === null) found.value = "credit";
    else {
      reset();
      store.take(purchase);
    }
  }

  function again(claim: Parameters<Store["api"]["claim"]>[0], mine: number): void {
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
