import type { Plan } from "@karibu/protocol/plan";
import { displayName } from "@karibu/protocol/plan-name";
import { html, nothing, type TemplateResult } from "lit";
import { backIcon, lockIcon } from "../../components/icons.ts";
import { onPhoneInput } from "../../components/phone-field.ts";
import type { Store } from "../../data/store.ts";
import { troubleText } from "../../data/trouble.ts";
import { moneyText } from "../../strings/format.ts";
import { planFacts } from "../../strings/plan-facts.ts";
import { phoneError } from "./buy-state.ts";

/** The page that asks for the number of the phone that pays. */
export function buyPage(store: Store, plan: Plan): TemplateResult {
  const words = store.words.value;
  const trouble = store.trouble.value?.where === "buy" ? store.trouble.value.trouble : null;
  const error = phoneError(store.phoneText.value, trouble, words);
  const price = moneyText(plan.priceCents, plan.currency);
  const isBusy = store.busy.value === "buy";
  return html`
    <button class="plain back" @click=${() => store.goTo({ name: "shop" })}>${backIcon()}${words.back}</button>
    <form class="card pay" novalidate @submit=${submit}>
      <h1 tabindex="-1">${words.payTitle}</h1>
      <div class="order">
        <div><strong>${displayName(plan.name)}</strong><span class="quiet">${planFacts(plan, words).join("\u00a0· ")}</span></div>
        <b class="price">${price}</b>
      </div>
      <label for="phone">${words.phoneLabel}</label>
      <input
        id="phone"
        name="phone"
        type="tel"
        inputmode="tel"
        autocomplete="tel"
        enterkeyhint="go"
        maxlength="20"
        placeholder="0712 345 678"
        aria-invalid=${error !== null}
        aria-describedby="phone-hint phone-error"
        .value=${store.phoneText.value}
        @input=${(event: Event) => onPhoneInput(store, event)}
      />
      <p id="phone-hint" class="hint">${words.phoneHint}</p>
      <p id="phone-error" class="field-error" role="alert">
        ${error ?? (trouble === null ? nothing : troubleText(trouble, words))}
      </p>
      <button class="act act-wide" type="submit" ?disabled=${isBusy} aria-busy=${isBusy}>
        ${isBusy ? html`<span class="spinner"></span>${words.paySending}` : words.pay(price)}
      </button>
      <p class="assurance">${lockIcon()}<span>${words.payNote}</span></p>
    </form>
  `;

  function submit(event: Event): void {
    event.preventDefault();
    void store.buy(plan.planId);
  }
}
