/** “I already paid” on the page without scripts: its form, and what came of it. Pure. */
import { allWords } from "@karibu/portal/strings/all-words";
import { payWayOf } from "@karibu/portal/strings/pay-way";
import { claimWordsOf, usualWay } from "@karibu/portal/strings/words";
import type { PortalState } from "@karibu/protocol/portal-api";
import { escapeHtml } from "../http/escape-html.ts";
import { hiddenField } from "../page/form-parts.ts";
import type { PageLanguage } from "../page/page-frame.ts";

/** The hub asks the channel, or people must look, or it is credit. The others: what the form lacked. */
export interface Claimed {
  readonly kind: "asked" | "noted" | "credit" | "missing" | "badAmount";
}

interface Facts {
  readonly portal: PortalState;
  readonly language: PageLanguage;
  readonly typed: Readonly<Record<string, string | undefined>>;
  /** A form of the page around this inside. */
  readonly form: (act: string, inside: string, look?: string) => string;
}

export const isLack = (kind: Claimed["kind"]): kind is "missing" | "badAmount" =>
  kind === "missing" || kind === "badAmount";

/** Folded, because few need it; open where it was used. */
export function claimForm(facts: Facts, claimed: Claimed | null): string {
  const { portal, language, typed, form } = facts;
  const all = allWords(language, payWayOf(portal, null));
  const words = claimWords(portal, language);
  const field = (name: "phone" | "receipt" | "amount", label: string, kind: string) =>
    label === ""
      ? ""
      : `<div><label for="claim-${name}">${escapeHtml(label)}</label><input id="claim-${name}" name="${name}" ${kind} autocomplete="off" value="${escapeHtml(typed[name] ?? "")}"></div>`;
  const error = claimed !== null && isLack(claimed.kind) ? claimed.kind : null;
  const missing = error === null ? "" : `<p class="field-error" role="alert">${escapeHtml(words[error])}</p>`;
  const isOpen = error !== null || (typed.receipt ?? "") !== "" || (typed.amount ?? "") !== "";
  const inside = `<p class="quiet">${escapeHtml(words.text)}</p>${missing}
${field("phone", words.phone, 'type="tel" inputmode="tel" maxlength="20"')}${field("receipt", words.receipt, 'maxlength="600"')}${field("amount", words.amount, 'inputmode="decimal" maxlength="12"')}
<button class="act act-wide" type="submit">${escapeHtml(words.go)}</button>`;
  return `<details class="card"${isOpen ? " open" : ""}><summary>${escapeHtml(all.claim)}</summary>${form("claim", inside)}</details>`;
}

/** Without a script nothing asks again by itself: a button sends the same claim. */
export function claimResult(facts: Facts, { kind }: Claimed): { readonly title: string; readonly main: string } {
  const { portal, language, typed, form } = facts;
  const all = allWords(language, payWayOf(portal, null));
  const words = claimWords(portal, language);
  const [title, text] =
    kind === "noted"
      ? [words.notedTitle, `${words.notedText} ${all.unknownLongNote(portal.site.supportPhone)}`]
      : kind === "credit"
        ? [words.creditTitle, words.creditText]
        : [words.askedTitle, words.askedLong];
  const again = (["phone", "receipt", "amount"] as const).map((name) => hiddenField(name, typed[name] ?? "")).join("");
  const button =
    kind === "credit"
      ? ""
      : form("claim", `${again}<button class="act act-wide" type="submit">${escapeHtml(words.go)}</button>`);
  return {
    title,
    main: `<section class="card" role="status"><p class="say">${escapeHtml(text)}</p></section>${button}`,
  };
}

function claimWords({ channels, paysBy = "phone" }: PortalState, language: PageLanguage) {
  // Receipts of other wallets have no form that we know: they are claimed by number and amount.
  const hasReceipts = channels === undefined || channels.some(({ name }) => name === usualWay.wallet);
  return claimWordsOf(allWords(language, { ...usualWay }), hasReceipts ? paysBy : "page");
}
