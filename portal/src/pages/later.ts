/**
 * What the first view does not need: what a customer does, and the pages for it. They are one script, which is fetched once the packages are shown, or
 * when something of it is wanted.
 */
import type { PlanOnOffer } from "@karibu/protocol/portal-api";
import type { nothing, TemplateResult } from "lit/html.js";
import { createActions } from "../data/actions.ts";
import { createActionsApi } from "../data/actions-api.ts";
import { keepBackButton } from "../data/back-button.ts";
import { createBuying } from "../data/buying.ts";
import { followEvents } from "../data/purchase-events.ts";
import type { Store } from "../data/store.ts";
import type { WholeWords } from "../strings/words.ts";
import { buyPage } from "./buy/buy-page.ts";
import { createClaimPage } from "./claim/claim-page.ts";
import { homeNews, newsBanner } from "./home/home-news.ts";
import { onlinePage } from "./online/online-page.ts";
import { waitingPage } from "./waiting/waiting-page.ts";

export interface LaterPages {
  buy(plan: PlanOnOffer, words: WholeWords): TemplateResult;
  claim(words: WholeWords): TemplateResult;
  waiting(words: WholeWords): TemplateResult;
  online(words: WholeWords): TemplateResult;
  /** On the first page, above what is for sale. */
  news(words: WholeWords): TemplateResult | typeof nothing;
  /** On top of any page; null: there is none. */
  banner(words: WholeWords): TemplateResult | null;
}

/** @public Its script is loaded by `load-part.ts`, which no import shows. */
export function createLaterPages(store: Store): LaterPages {
  const { hint } = store.arrival;
  const api = createActionsApi(store.api, { hint, homeUrl: `${location.origin}/`, fetch: window.fetch.bind(window) });
  const actions = createActions(store, api);
  const buying = createBuying(store, actions, api);
  const claim = createClaimPage(store, actions, api);
  keepBackButton(store);
  followEvents(store, api);
  store.join(actions);
  return {
    buy: (plan, words) => buyPage(store, { plan, words, actions, buying }),
    claim: (words) => claim.render(words),
    waiting: (words) => waitingPage(store, actions, words),
    online: (words) => onlinePage(store, actions, words),
    news: (words) => homeNews(store, actions, words),
    banner: (words) => newsBanner(store, words),
  };
}
