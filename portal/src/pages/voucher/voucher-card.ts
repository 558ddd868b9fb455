import { html, nothing, type TemplateResult } from "lit/html.js";
import { ticketIcon } from "../../components/icons.ts";
import type { Store } from "../../data/store.ts";
import { codeError } from "./voucher-state.ts";

/**
 * The field for a voucher code. It is on the first page, because half of the customers come with a voucher. The site folds the case of its own codes;
 * one of another system counts letter for letter, perhaps with a password behind a blank, so what is typed stays as it is.
 */
export function voucherCard(store: Store): TemplateResult {
  const words = store.words.value;
  const trouble = store.trouble.value?.where === "redeem" ? store.trouble.value.trouble : null;
  const error = codeError(store.codeText.value, trouble, words);
  const isBusy = store.busy.value === "redeem";
  const isWrong = error !== null && trouble?.code !== "one-moment";
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
        autocapitalize="none"
        autocorrect="off"
        spellcheck="false"
        enterkeyhint="go"
        maxlength="200"
        placeholder=${words.voucherLabel}
        aria-invalid=${isWrong}
        ?readonly=${isBusy}
        aria-describedby="code-error"
        .value=${store.codeText.value}
        @input=${onInput}
      />
      <button class="act" type="submit" ?disabled=${isBusy}>${isBusy ? words.voucherChecking : words.voucherGo}</button>
    </div>
    ${
      trouble?.field === "pin" || store.pinText.value !== ""
        ? html`<label for="pin">${words.voucherPinLabel ?? nothing}</label
            ><input id="pin" class="code" inputmode="numeric" autocomplete="off" maxlength="6"
              .value=${store.pinText.value} @input=${(event: Event) => {
                store.pinText.value = (event.target as HTMLInputElement).value;
              }} />`
        : nothing
    }
    <p id="code-error" class=${isWrong ? "field-error" : "hint"} role="alert">${error ?? nothing}</p>
  </form>`;

  function onInput(event: Event): void {
    store.codeText.value = (event.target as HTMLInputElement).value;
  }

  function submit(event: Event): void {
    event.preventDefault();
    store.redeem();
  }
}
