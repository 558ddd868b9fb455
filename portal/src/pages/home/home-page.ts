import { nameInWords } from "@karibu/protocol/plan-name";
import { html, nothing, type TemplateResult } from "lit/html.js";
import { arrowIcon } from "../../components/icons.ts";
import { mineLink } from "../../components/mine-link.ts";
import type { Store } from "../../data/store.ts";
import { voucherCard } from "../voucher/voucher-card.ts";
import { type Ticket, ticketGroups } from "./home-state.ts";

/** A text of the provider's in the reader's language, or in the one that it was written in. */
const inLanguage = (text: Readonly<Record<string, string>>, language: string): string =>
  text[language] ?? Object.values(text)[0] ?? "";

/** The first page: packages to buy, and vouchers. `news`: what else there is to say to this phone. */
export function homePage(store: Store, news: TemplateResult | typeof nothing): TemplateResult {
  const words = store.words.value;
  const portal = store.portal.value;
  if (portal === null) return html``;
  const vouchersFirst = portal.buying !== "open";
  const groups = portal.buying === "not-offered" ? [] : ticketGroups(portal.plans, words);
  return html`
    ${news}
    ${portal.announcements?.map((said) => html`<p class="banner">${inLanguage(said, store.language.value)}</p>`)}
    ${
      // The agent's own page gives it: nothing of it is in this bundle.
      portal.trial === undefined
        ? nothing
        : html`<a class="strip" href=${portal.trial.url}><span>${words.free}: ${nameInWords(portal.trial.name, words.planWords)}</span>${arrowIcon()}</a>`
    }
    ${portal.buying === "not-offered" ? html`<p class="quiet">${words.notOfferedText}</p>` : nothing}
    ${vouchersFirst ? voucherCard(store) : nothing}
    ${
      portal.buying !== "not-offered" && portal.plans.length === 0
        ? html`<p class="card quiet">${words.noPackages}</p>`
        : nothing
    }
    ${groups.map(
      (
        group,
        index,
      ) => html`<section class="group ${index % 2 === 1 ? "group-odd" : ""}" aria-labelledby="group-${index}">
        <h2 id="group-${index}">${group.title ?? words.packages}</h2>
        <ul class="tickets">
          ${group.tickets.map((ticket) => html`<li>${ticketButton(store, ticket, portal.buying === "open")}</li>`)}
        </ul>
      </section>`,
    )}
    ${vouchersFirst ? nothing : voucherCard(store)}
    <p class="quiet"><button class="plain act-wide" @click=${() => store.goTo({ name: "claim" })}>${words.claim}</button></p>
    ${mineLink(words)}
  `;
}

function ticketButton(store: Store, ticket: Ticket, isOpen: boolean): TemplateResult {
  const words = store.words.value;
  const dot = (index: number) => (index < ticket.facts.length - 1 ? "\u00a0·" : nothing);
  const { symbol, amount } = ticket.price;
  // A screen reader says: buy, name, price. The price is drawn on the left.
  return html`<button
    class="ticket"
    ?disabled=${!isOpen}
    @click=${() => store.goTo({ name: "buy", planId: ticket.planId })}
  >
    <span class="ticket-body">
      <span class="ticket-name"><span class="hidden-label">${isOpen ? words.buy : words.closed} </span>${ticket.name}</span>
      <span class="ticket-facts">${ticket.facts.map((fact, index) => (index === 0 ? html`<b>${fact}</b>${dot(index)}` : html` <span>${fact}${dot(index)}</span>`))}</span>
    </span>
    <span class="stub ${amount.length > 4 ? "stub-long" : ""}">
      <span class="currency">${symbol}${ticket.usual === null ? nothing : html` <s>${ticket.usual}</s>`}</span> <span class="amount">${amount}</span>
    </span>
    ${isOpen ? arrowIcon() : nothing}
  </button>`;
}
