import type { AdvertsView } from "@karibu/protocol/portal-api";
import { signal } from "@preact/signals-core";
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Store } from "../../data/store.ts";
import { inLanguage } from "../../strings/in-language.ts";

/** Below the packages: what the provider advertises, and where its terms are. Asked for once; who has no answer goes without. */
export function createAdverts({ api, portal, words, language }: Store): () => TemplateResult | typeof nothing {
  const told = signal<AdvertsView | null>(null);
  let isAsked = false;
  return () => {
    if (portal.value?.hasMore !== true) return nothing;
    if (!isAsked) {
      isAsked = true;
      void api.adverts().then((answer) => {
        if (answer.ok) told.value = answer.value;
      });
    }
    if (told.value === null) return nothing;
    return html`${told.value.adverts.map((advert) => card(advert, language.value))}
      ${
        told.value.hasTerms
          ? html`<p class="quiet"><a class="plain act-wide" href="/terms?lang=${language.value}">${words.value.terms}</a></p>`
          : nothing
      }`;
  };
}

function card({ text, picture, link }: AdvertsView["adverts"][number], language: string): TemplateResult {
  const inside = html`${
    picture === undefined
      ? nothing
      : html`<img src=${picture.url} width=${picture.width} height=${picture.height} alt="" />`
  }${inLanguage(text, language)}`;
  // The site tells https alone; this page believes no site.
  return link === undefined || !/^https:/.test(link)
    ? html`<p class="card advert">${inside}</p>`
    : html`<a class="card advert" href=${link} target="_blank" rel="noopener noreferrer">${inside}</a>`;
}
