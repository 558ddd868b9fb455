/** The public pages as HTML, without scripts. Pure: everything that came from people is escaped here. */
import { moneyText } from "@karibu/protocol/money-text";
import type { PublicPrice } from "../../modules/hub-module.ts";
import type { SignUpPolicy } from "../provider-life/sign-up-policy.ts";
import { type FaceLanguage, type FaceWords, faceWords } from "./face-words.ts";
import type { PublicState, Standing } from "./status-policy.ts";

export interface FaceFacts {
  readonly language: FaceLanguage;
  /** Without a slash at its end. */
  readonly publicUrl: string;
  readonly signUp: SignUpPolicy;
  readonly prices: readonly PublicPrice[];
  readonly styleUrl: string;
}

/** What goes into the head and the body of the console's own page at `/`, so that its address stays. */
export function welcomeParts(facts: FaceFacts): { readonly head: string; readonly body: string } {
  const words = faceWords[facts.language];
  const { signUp } = facts;
  const signUpWay =
    signUp === "open"
      ? `<p class="ways"><a class="act" href="#/sign-up">${words.signUp}</a></p><p class="soft">${words.signUpNote.open}</p>`
      : `<p class="soft">${words.signUpNote[signUp]}</p>`;
  return {
    head: headOf(facts, { path: "/", title: words.title, description: words.description }),
    body: `<div id="welcome" class="face">${barOf(facts, "/")}
<main><section class="hero"><h1>${words.heading}</h1><p class="lead">${words.lead}</p>${signUpWay}
<noscript><p class="soft">${words.needsScripts}</p></noscript></section>
<section><h2>${words.whatItDoes}</h2><div class="points">${words.points
      .map(([heading, text]) => `<article><h3>${heading}</h3><p>${text}</p></article>`)
      .join("")}</div></section>
<section><h2>${words.howItGoes}</h2><ol>${words.steps.map((step) => `<li>${step}</li>`).join("")}</ol></section>
<section id="prices"><h2>${words.prices}</h2>${pricesOf(facts.prices, words)}</section></main>${footOf(facts, "/")}</div>`,
  };
}

/** A whole page. `standings` null: the database does not answer. */
export function statusPage(facts: FaceFacts, standings: readonly Standing[] | null, nowMs: number): string {
  const words = faceWords[facts.language];
  const shown: readonly Standing[] = standings ?? [{ part: "hub", state: "down", sinceMs: nowMs, judgedAtMs: nowMs }];
  const rows = shown.map(({ part, state, sinceMs }) => {
    const [name, what] = words.parts[part];
    const since = state === "unknown" ? "" : `<span class="soft">${words.since} ${timeOf(sinceMs)}</span>`;
    return `<li class="${state}"><div><strong>${name}</strong><span class="soft">${what}</span></div><div class="state"><b>${words.states[state]}</b>${since}</div></li>`;
  });
  return `<!doctype html><html lang="${facts.language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="refresh" content="60">${headOf(facts, { path: "/status", title: `${words.status} · Karibu`, description: words.statusNote })}<link rel="icon" href="/icon.svg" type="image/svg+xml"></head><body><div class="face">${barOf(facts, "/status")}
<main><section><h1>${words.status}</h1><p class="overall ${worstOf(shown)}" role="status">${words.overall[worstOf(shown)]}</p>
<ul class="standings">${rows.join("")}</ul><p class="soft">${words.statusNote}</p></section></main>${footOf(facts, "/status")}</div></body></html>`;
}

function headOf(
  { publicUrl, styleUrl, language }: FaceFacts,
  page: { readonly path: "/" | "/status"; readonly title: string; readonly description: string },
): string {
  const own = escapeHtml(`${publicUrl}${page.path}`);
  const [title, description] = [escapeHtml(page.title), escapeHtml(page.description)];
  return `<title>${title}</title><meta name="description" content="${description}"><meta name="color-scheme" content="light dark"><link rel="canonical" href="${own}?lang=${language}"><link rel="alternate" hreflang="en" href="${own}?lang=en"><link rel="alternate" hreflang="sw" href="${own}?lang=sw"><link rel="alternate" hreflang="x-default" href="${own}"><meta property="og:title" content="${title}"><meta property="og:description" content="${description}"><meta property="og:type" content="website"><link rel="stylesheet" href="${styleUrl}">`;
}

function barOf({ language }: FaceFacts, path: "/" | "/status"): string {
  const words = faceWords[language];
  const other = language === "en" ? "sw" : "en";
  const links =
    path === "/"
      ? `<a href="#prices">${words.prices}</a><a href="/status?lang=${language}">${words.status}</a>`
      : `<a href="/?lang=${language}">${words.backHome}</a>`;
  return `<header><a class="brand" href="/?lang=${language}"><img src="/icon.svg" alt="" width="36" height="36">Karibu</a><nav>${links}<a href="${path}?lang=${other}" lang="${other}" hreflang="${other}">${words.other}</a><a class="log-in" href="${consoleAt(language, path)}">${words.logIn}</a></nav></header>`;
}

/** The console stands on the first page's own address: a link from there keeps the language that was chosen. */
const consoleAt = (language: FaceLanguage, path: "/" | "/status"): string =>
  path === "/" ? "#/" : `/?lang=${language}#/`;

function footOf({ language }: FaceFacts, path: "/" | "/status"): string {
  const words = faceWords[language];
  return `<footer><a href="/status?lang=${language}">${words.status}</a><a href="${consoleAt(language, path)}guides">${words.guides}</a><a href="${consoleAt(language, path)}api">${words.apiPage}</a></footer>`;
}

function pricesOf(prices: readonly PublicPrice[], words: FaceWords): string {
  if (prices.length === 0) return `<p class="soft">${words.noPrices}</p>`;
  const cards = prices.map((price) => {
    const amount =
      price.priceCents === 0
        ? words.free
        : `${escapeHtml(moneyText(price.priceCents, price.currency))} <small>${words.aMonth}</small>`;
    const facts = [
      ...(price.trialDays > 0 ? [words.trialDays(price.trialDays)] : []),
      ...(price.sitesMax === null ? [] : [words.sites(grouped(price.sitesMax))]),
      ...(price.messagesMax === null ? [] : [words.messages(grouped(price.messagesMax))]),
    ];
    return `<article><h3>${escapeHtml(price.name)}</h3><p class="amount">${amount}</p><ul>${facts.map((fact) => `<li>${fact}</li>`).join("")}</ul></article>`;
  });
  return `<p class="soft">${words.pricesNote}</p><div class="points">${cards.join("")}</div>`;
}

/** What is not known counts for nothing, unless nothing is known. */
function worstOf(standings: readonly Standing[]): PublicState {
  return (["down", "slow", "up"] as const).find((state) => standings.some((one) => one.state === state)) ?? "unknown";
}

/** `2026-11-22 14:05`, UTC. */
function timeOf(atMs: number): string {
  const iso = new Date(atMs).toISOString();
  return `<time datetime="${iso}">${iso.slice(0, 16).replace("T", " ")}</time>`;
}

const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ",");

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (letter) => escapes[letter] ?? "");
