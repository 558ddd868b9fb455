/** The pages that the first view does not need. They are one script, which is fetched once the packages are shown. */
import type { PlanOnOffer } from "@karibu/protocol/portal-api";
import type { TemplateResult } from "lit/html.js";
import { createBuying } from "../data/buying.ts";
import { followEvents } from "../data/purchase-events.ts";
import type { Store } from "../data/store.ts";
import type { WholeWords } from "../strings/words.ts";
import { buyPage } from "./buy/buy-page.ts";
import { createClaimPage } from "./claim/claim-page.ts";
import { onlinePage } from "./online/online-page.ts";
import { waitingPage } from "./waiting/waiting-page.ts";

export interface LaterPages {
  buy(plan: PlanOnOffer, words: WholeWords): TemplateResult;
  claim(words: WholeWords): TemplateResult;
  waiting(words: WholeWords): TemplateResult;
  online(words: WholeWords): TemplateResult;
}

/** @public Its script is loaded by `load-part.ts`, which no import shows. */
export function createLaterPages(store: Store): LaterPages {
  followEvents(store);
  const buying = createBuying(store);
  const claim = createClaimPage(store);
  return {
    buy: (plan, words) => buyPage(store, { plan, words, buying }),
    claim: (words) => claim.render(words),
    waiting: (words) => waitingPage(store, words),
    online: (words) => onlinePage(store, words),
  };
}
