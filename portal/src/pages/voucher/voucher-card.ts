import { html, nothing, type TemplateResult } from "lit";
import { ticketIcon } from "../../components/icons.ts";
import type { Store } from "../../data/store.ts";
import { codeComplaint, tidyCode } from "./voucher-state.ts";

/** Where a code is typed. On the first page, because half of the customers come for it. */
export function voucherCard(store: Store): TemplateResult {
  const words = store.words.value;
  const trouble = store.trouble.value?.where === "redeem" ? store.trouble.value.trouble : null;
  const complaint = codeComplaint(store.codeText.value, trouble, words);
  const isBusy = store.busy.value === "redeem";
  return html`<form class="card voucher" novalidate @submit=${submit} aria-labelledby="voucher-title">
    <h2 id="voucher-title">${ticketIcon()}${words.voucherTitle}</h2>
    <label class="hidden-label" for="code">${words.voucherLabel}</label>
    <div class="field-row">
      <input
        id="code"
        class="code"
        name="code"
        type="text"
        autocomplete="off"
        autocapitalize="characters"
        autocorrect="off"
        spellcheck="false"
        enterkeyhint="go"
        maxlength="40"
        placeholder=${words.voucherLabel}
        aria-invalid=${complaint !== null}
        aria-describedby="code-complaint"
        .value=${store.codeText.value}
        @input=${typed}
      />
      <button class="act" type="submit" ?disabled=${isBusy}>${isBusy ? words.voucherChecking : words.voucherGo}</button>
    </div>
    <p id="code-complaint" class="complaint" role="alert">${complaint ?? nothing}</p>
  </form>`;

  function typed(event: Event): void {
    const field = event.target as HTMLInputElement;
    const tidy = tidyCode(field.value);
    if (tidy !== field.value) field.value = tidy;
    store.codeText.value = tidy;
  }

  function submit(event: Event): void {
    event.preventDefault();
    void store.redeem();
  }
}
