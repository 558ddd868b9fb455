import { countryOfCurrency } from "@karibu/protocol/phone-number";
import { nameInWords } from "@karibu/protocol/plan-name";
import type { PlanOnOffer } from "@karibu/protocol/portal-api";
import { html, nothing, type TemplateResult } from "lit/html.js";
import { backIcon, lockIcon } from "../../components/later-icons.ts";
import { onPhoneInput } from "../../components/phone-field.ts";
import { dealName } from "../../data/buying.ts";
import type { Actions, Store } from "../../data/store.ts";
import { troubleText } from "../../data/trouble.ts";
import { moneyIn } from "../../strings/format.ts";
import { planFacts } from "../../strings/plan-facts.ts";
import { priceText } from "../../strings/price-text.ts";
import type { WholeWords } from "../../strings/words.ts";
import { voucherCard } from "../voucher/voucher-card.ts";
import { phoneError } from "./buy-state.ts";

/** The page that asks for the number of the phone that pays. */
export function buyPage(
  store: Store,
  {
    plan,
    words,
    actions,
    buying,
  }: { plan: PlanOnOffer; words: WholeWords; actions: Actions; buying: (planId: string) => Promise<void> },
): TemplateResult {
  const trouble = store.trouble.value?.where === "buy" ? store.trouble.value.trouble : null;
  const country = countryOfCurrency(store.portal.value?.site.currency);
  const error = phoneError(store.phoneText.value, trouble, country, words);
  const deal = store.deal.value?.of === dealName(plan.planId, store.promoText.value) ? store.deal.value : null;
  const { priceCents, currency, usualCents = priceCents } = deal ?? plan;
  const price = priceText(words, priceCents, currency);
  const isBusy = store.busy.value === "buy";
  return html`
    <button class="plain back" @click=${() => store.goTo({ name: "shop" })}>${backIcon()}${words.back}</button>
    <form class="card pay" novalidate @submit=${submit}>
      <h1 tabindex="-1">${words.payTitle}</h1>
      <div class="order">
        <div><strong>${nameInWords(plan.name, words.planWords)}</strong><span class="quiet">${planFacts(plan, words).join("\u00a0· ")}</span></div>
        <b class="price">${usualCents > priceCents ? html`<s>${moneyIn(words, usualCents, currency).amount}</s> ` : nothing}${price}</b>
      </div>
      ${store.channels.value.length > 0 ? ways(store, actions, words, trouble?.field === "channelId") : nothing}
      <label for="phone">${words.phoneLabel}</label>
      <input
        id="phone"
        name="phone"
        type="tel"
        inputmode="tel"
        autocomplete="tel"
        enterkeyhint="go"
        maxlength="20"
        placeholder=${words.phoneExample}
        aria-invalid=${error !== null}
        aria-describedby="phone-hint phone-error"
        .value=${store.phoneText.value}
        @input=${(event: Event) => onPhoneInput(store, event)}
      />
      <p id="phone-hint" class="hint">${words.phoneHint}</p>
      <p id="phone-error" class="field-error" role="alert">
        ${error ?? (trouble === null || trouble.field === "channelId" ? nothing : troubleText(trouble, words))}
      </p>
      <details ?open=${store.promoText.value !== ""}>
        <summary class="quiet">${words.promo}</summary>
        <input
          name="promo"
          autocomplete="off"
          maxlength="40"
          aria-label=${words.promo}
          .value=${store.promoText.value}
          @input=${(event: Event) => (store.promoText.value = (event.target as HTMLInputElement).value)}
        />
      </details>
      <button class="act act-wide" type="submit" ?disabled=${isBusy} aria-busy=${isBusy}>
        ${isBusy ? html`<span class="spinner"></span>${words.paySending}` : words.pay(price)}
      </button>
      ${
        store.channels.value.length > 0 && store.channel.value === null
          ? nothing
          : html`<p class="assurance">${lockIcon()}<span>${words.payNote}</span></p>`
      }
    </form>
    ${trouble !== null && closedCodes.includes(trouble.code) ? voucherCard(store) : nothing}
  `;

  function submit(event: Event): void {
    event.preventDefault();
    void buying(plan.planId);
  }
}

/** Paying does not work now: the way that still works stands below. */
const closedCodes: readonly string[] = ["hub-away", "hub-slow", "not-offered", "unreachable"];

/** Several ways to pay: the customer chooses, nothing is guessed from the number. */
function ways(store: Store, actions: Actions, words: WholeWords, isMissing: boolean): TemplateResult {
  return html`<fieldset class="ways" aria-describedby="ways-error">
    <legend>${words.payHow}</legend>
    ${store.channels.value.map(
      ({ channelId, name, paysBy }) => html`<label class="way">
        <input
          type="radio"
          name="channel"
          .checked=${store.channel.value?.channelId === channelId}
          @change=${() => actions.chooseChannel(channelId)}
        />
        <span><b>${name}</b><span class="quiet">${paysBy === "page" ? words.payByPage : words.payByPhone}</span></span>
      </label>`,
    )}
    <p id="ways-error" class="field-error" role="alert">${isMissing ? words.payHowMissing : nothing}</p>
  </fieldset>`;
}
