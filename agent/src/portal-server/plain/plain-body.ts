/** The page without scripts as HTML: the portal's own words and states, drawn once. Pure. */

import { troubleText } from "@karibu/portal/data/trouble";
import { ticketGroups } from "@karibu/portal/pages/home/home-state";
import { whatIsLeft } from "@karibu/portal/pages/home/what-is-left";
import { onlineView } from "@karibu/portal/pages/online/online-state";
import { waitingView } from "@karibu/portal/pages/waiting/waiting-state";
import { allWords } from "@karibu/portal/strings/all-words";
import { endedAdvice } from "@karibu/portal/strings/ended-advice";
import { moneyIn } from "@karibu/portal/strings/format";
import { heldAdvice } from "@karibu/portal/strings/held-advice";
import { payWayOf } from "@karibu/portal/strings/pay-way";
import { priceText } from "@karibu/portal/strings/price-text";
import type { WholeWords } from "@karibu/portal/strings/words";
import { nameInWords } from "@karibu/protocol/plan-name";
import type { LogIn, OfferView, PortalState, Problem, PurchaseView } from "@karibu/protocol/portal-api";
import { escapeHtml } from "../http/escape-html.ts";
import { bad, formProof, hiddenField, hintFields, type Notice, noticeHtml, withHint } from "../page/form-parts.ts";
import type { PageLanguage } from "../page/page-frame.ts";
import type { Visit } from "../visit/visit.ts";
import { type Claimed, claimForm, claimResult, isLack } from "./plain-claim.ts";

/** Of this page's proofs. */
export const plainPurpose = "page without scripts";

export interface PlainFacts {
  readonly portal: PortalState;
  readonly words: WholeWords;
  readonly language: PageLanguage;
  readonly visit: Visit;
  /** The purchase that this phone waits for; null: none, or the customer looks at the packages meanwhile. */
  readonly purchase: PurchaseView | null;
  /** How the phone gets online, where it is about to; null: it is not. */
  readonly logIn: LogIn | null;
  /** The hotspot's own log-out, where the agent can't log this phone out. */
  readonly logOutUrl?: string;
  readonly notice: Notice | null;
  readonly isShop: boolean;
  /** Of the form that was refused: nobody types it twice. */
  readonly typed: Typed;
  /** What the typed code makes of the price; absent: no code, or it was agreed to. */
  readonly deal?: Deal;
  /** What came of “I already paid”. */
  readonly claimed?: Claimed;
  readonly newKey: () => string;
}

export type Typed = Readonly<
  Partial<Record<"phone" | "plan" | "channel" | "promo" | "receipt" | "amount" | "key", string>>
>;
export type Deal = OfferView & { readonly planId: string };

export interface PlainBody {
  readonly title: string;
  readonly main: string;
  /** Something comes by itself: the page is to be asked for again. */
  readonly isWaiting: boolean;
}

/** As the portal speaks at this site before a way to pay is chosen. */
export const plainWords = (language: PageLanguage, portal: PortalState): WholeWords =>
  allWords(language, payWayOf(portal, null));

/** Why a form was refused, in the customer's language. */
export function refusalText(
  { code, retryAfterSeconds, field }: Problem,
  language: PageLanguage,
  state: { readonly ok: PortalState } | { readonly refused: Problem },
): string {
  if (!("ok" in state)) return "";
  const words = plainWords(language, state.ok);
  if (field === "channelId") return words.payHowMissing;
  if (code === "bad-request") {
    const missing: Record<string, string> = { code: words.voucherMissing, phone: words.phoneMissing };
    return missing[field ?? ""] ?? words.problems[code];
  }
  return field === "pin" && code === "wrong-password"
    ? words.voucherPin
    : troubleText({ code, field: field ?? null, retryAfterSeconds: retryAfterSeconds ?? null }, words);
}

export function plainBody(facts: PlainFacts): PlainBody {
  const { portal, words, visit, purchase, logIn, notice, isShop, logOutUrl } = facts;
  const told = noticeHtml(notice);
  if (logOutUrl !== undefined) {
    return {
      title: words.logOut,
      main: `<p><a class="act act-wide" href="${escapeHtml(logOutUrl)}">${escapeHtml(words.logOut)}</a></p>`,
      isWaiting: false,
    };
  }
  if (logIn?.kind === "refused") {
    const text = troubleText({ code: logIn.reason, field: null, retryAfterSeconds: null }, words);
    const again = logInButton(facts, null, words.connectAgain);
    const why = noticeHtml(bad(`${words.notConnectedText} ${text}`));
    return { title: words.notConnectedTitle, main: `${told}${why}${again}${shopLink(facts)}`, isWaiting: false };
  }
  const { deal, claimed = null } = facts;
  if (deal !== undefined)
    return { title: words.payTitle, main: `${told}${dealForm(facts, deal)}${shopLink(facts)}`, isWaiting: false };
  if (claimed !== null && !isLack(claimed.kind)) {
    const { title, main } = claimResult(claimFacts(facts), claimed);
    return { title, main: `${told}${main}${shopLink(facts)}`, isWaiting: false };
  }
  if (purchase !== null) return waiting(facts, purchase, told);
  if (portal.online !== null && !isShop) return online(facts, portal.online, told);
  const ended = endedAdvice(portal, words);
  const over = ended === null ? "" : noticeHtml(bad(`${ended.title}. ${ended.text}`));
  const held = portal.held == null || portal.online !== null ? "" : heldNotice(portal.held, words);
  const away = portal.buying === "hub-away" ? noticeHtml(bad(words.hubAwayText)) : "";
  const trial =
    portal.trial === undefined
      ? ""
      : `<p><a class="plain outline act-wide" href="${escapeHtml(portal.trial.url)}">${escapeHtml(`${words.free}: ${nameInWords(portal.trial.name, words.planWords)}`)}</a></p>`;
  const mine = `<p><a class="plain act-wide" href="/mine?lang=${facts.language}">${escapeHtml(words.mine)}</a></p>`;
  const main = [
    told,
    over,
    held,
    away,
    available(facts),
    trial,
    shop(facts),
    codeForm(facts),
    claimForm(claimFacts(facts), claimed),
    mine,
  ].join("\n");
  return { title: words.greeting, main, isWaiting: logIn !== null && logIn.kind !== "post" && visit.homeUrl !== null };
}

function heldNotice(held: NonNullable<PortalState["held"]>, words: WholeWords): string {
  const { title, text } = heldAdvice(held, words);
  return noticeHtml(bad(`${title}. ${text}`));
}

function waiting(facts: PlainFacts, purchase: PurchaseView, told: string): PlainBody {
  const { portal, words } = facts;
  const plan = portal.plans.find(({ planId }) => planId === purchase.planId) ?? null;
  const ageMs = (portal.purchase?.ageSeconds ?? 0) * 1000;
  const view = waitingView(
    {
      following: { view: purchase, phone: null, sinceMs: 0 },
      connecting: null,
      plan,
      hub: portal.hub,
      supportPhone: portal.site.supportPhone,
      nowMs: ageMs,
    },
    words,
  );
  const note = view.note === null ? "" : `<p class="quiet">${escapeHtml(view.note)}</p>`;
  const pay =
    view.payAt === null || !/^(https?:\/\/|\/pay\/)/.test(view.payAt)
      ? ""
      : `<p><a class="act act-wide" href="${escapeHtml(view.payAt)}" rel="noreferrer">${escapeHtml(words.payAt)}</a></p>`;
  const goOnline = view.actions.includes("go-online") ? logInButton(facts, purchase.grantId, words.goOnline) : "";
  const look = `<p><a class="plain outline act-wide" href="${escapeHtml(withHint("/plain", facts.visit.hint, { lang: facts.language }))}">${escapeHtml(words.tryNow)}</a></p>`;
  const isOpen = view.picture !== "failed";
  const claim = view.actions.includes("claim") ? claimForm(claimFacts(facts), null) : "";
  const rest = isOpen ? `${look}${claim}${shopLink(facts)}` : `${shop(facts)}${codeForm(facts)}`;
  const main = `${told}<section class="card" role="status"><p class="say">${escapeHtml(view.text)}</p>${note}</section>${pay}${goOnline}${rest}`;
  return { title: view.title, main, isWaiting: isOpen && goOnline === "" };
}

function online(facts: PlainFacts, has: NonNullable<PortalState["online"]>, told: string): PlainBody {
  const { words, portal, language } = facts;
  const view = onlineView(has, { plans: portal.plans, sinceMs: 0, wallMs: 0 }, words);
  const row = (name: string, value: string) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`;
  const main = `${told}<section class="card"><h2>${escapeHtml(view.planName)}</h2><dl class="sums">${row(words.timeLeft, view.timeSpoken)}${row(words.dataLeft, view.dataNote ?? view.dataText)}</dl></section>
${form(facts, "log-out", `<button class="plain outline act-wide" type="submit">${escapeHtml(words.logOut)}</button>`)}
<p><a class="plain act-wide" href="${escapeHtml(withHint("/plain", facts.visit.hint, { lang: language, shop: "1" }))}">${escapeHtml(words.buyMore)}</a></p>
<p><a class="plain act-wide" href="/mine?lang=${language}">${escapeHtml(words.mine)}</a></p>${
    // A package for one device has no place for a television beside this phone.
    has.devices === 1
      ? ""
      : `
<p><a class="plain act-wide" href="/devices?lang=${language}">${escapeHtml(words.otherDevices)}</a></p>`
  }`;
  return { title: words.onlineTitle, main, isWaiting: false };
}

function available(facts: PlainFacts): string {
  const { portal, words } = facts;
  if (portal.online !== null || portal.available.length === 0) return "";
  const cards = portal.available.map(
    (one) =>
      `<div class="available"><div><strong>${escapeHtml(nameInWords(one.planName, words.planWords))}</strong> <span class="quiet">${escapeHtml(whatIsLeft(one, words))}</span></div></div>${logInButton(facts, one.grantId, words.goOnline)}`,
  );
  return `<section class="card card-good roomy"><h2>${escapeHtml(words.availableTitle)}</h2>${cards.join("")}</section>`;
}

function shop(facts: PlainFacts): string {
  const { portal, words } = facts;
  if (portal.buying === "not-offered") return `<p class="card quiet">${escapeHtml(words.notOfferedText)}</p>`;
  if (portal.buying !== "open") return "";
  if (portal.plans.length === 0) return `<p class="card quiet">${escapeHtml(words.noPackages)}</p>`;
  const groups = ticketGroups(portal.plans, words).map(({ title, tickets }) => {
    const tiles = tickets.map(({ planId, name, price, usual, facts: gives }) => {
      const plan = portal.plans.find((one) => one.planId === planId);
      const id = `plan-${portal.plans.findIndex((one) => one.planId === planId)}`;
      const was = usual === null ? "" : ` <s>${escapeHtml(usual)}</s>`;
      return `<div class="tile"><input type="radio" name="plan" id="${id}" value="${escapeHtml(`${planId}~${plan?.priceCents ?? ""}`)}" required${facts.typed.plan === planId ? " checked" : ""}><label class="ticket" for="${id}"><span class="stub${price.amount.length > 4 ? " stub-long" : ""}"><span class="currency">${escapeHtml(price.symbol)}${was}</span> <span class="amount">${escapeHtml(price.amount)}</span></span><span class="ticket-body"><span class="ticket-name">${escapeHtml(name)}</span> <span class="ticket-facts">${escapeHtml(gives.join(" · "))}</span></span></label></div>`;
    });
    return `<fieldset><legend>${escapeHtml(title ?? words.packages)}</legend><div class="tiles">${tiles.join("")}</div></fieldset>`;
  });
  const several = (portal.channels ?? []).length > 1 ? (portal.channels ?? []) : [];
  const ways = several.map(
    ({ channelId, name, paysBy }, index) =>
      `<label class="way" for="way-${index}"><input type="radio" name="channel" id="way-${index}" value="${escapeHtml(channelId)}" required${facts.typed.channel === channelId ? " checked" : ""}><span><b>${escapeHtml(name)}</b> <span class="quiet">${escapeHtml(paysBy === "page" ? words.payByPage : words.payByPhone)}</span></span></label>`,
  );
  const how =
    ways.length === 0
      ? ""
      : `<fieldset class="ways"><legend>${escapeHtml(words.payHow)}</legend>${ways.join("")}</fieldset>`;
  return form(
    facts,
    "buy",
    `${hiddenField("key", facts.typed.key || facts.newKey())}${groups.join("")}
<div class="card pay">${how}<label for="phone">${escapeHtml(words.phoneLabel)}</label><input id="phone" name="phone" type="tel" inputmode="tel" autocomplete="tel" maxlength="20" required value="${escapeHtml(facts.typed.phone ?? "")}" placeholder="${escapeHtml(words.phoneExample)}" aria-describedby="phone-hint"><p class="hint" id="phone-hint">${escapeHtml(words.phoneHint)}</p>
<details${(facts.typed.promo ?? "") === "" ? "" : " open"}><summary>${escapeHtml(words.promo)}</summary><input name="promo" maxlength="40" autocomplete="off" aria-label="${escapeHtml(words.promo)}" value="${escapeHtml(facts.typed.promo ?? "")}"></details>
<button class="act act-wide" type="submit">${escapeHtml(words.buy)}</button>${ways.length > 0 ? "" : `<p class="assurance">${escapeHtml(words.payNote)}</p>`}</div>`,
  );
}

/** The price with the code, and a button that pays it: nobody pays what they have not seen. */
function dealForm(facts: PlainFacts, { planId, priceCents, usualCents, currency }: Deal): string {
  const { words, portal, typed } = facts;
  const plan = portal.plans.find((one) => one.planId === planId);
  const price = priceText(words, priceCents, currency);
  const was = usualCents > priceCents ? `<s>${escapeHtml(moneyIn(words, usualCents, currency).amount)}</s> ` : "";
  const kept = (["phone", "channel", "promo"] as const).map((name) => hiddenField(name, typed[name] ?? ""));
  const hidden = `${hiddenField("key", facts.typed.key || facts.newKey())}${hiddenField("plan", `${planId}~${priceCents}`)}${hiddenField("agreed", "yes")}${kept.join("")}`;
  const name = plan === undefined ? "" : nameInWords(plan.name, words.planWords);
  return form(
    facts,
    "buy",
    `${hidden}<div class="order"><strong>${escapeHtml(name)}</strong> <b class="price">${was}${escapeHtml(price)}</b></div>
<p class="quiet">${escapeHtml(`${words.promo}: ${typed.promo ?? ""}`)}</p><button class="act act-wide" type="submit">${escapeHtml(words.pay(price))}</button>`,
    "card roomy pay",
  );
}

const claimFacts = (facts: PlainFacts) => ({
  portal: facts.portal,
  language: facts.language,
  typed: facts.typed,
  form: (act: string, inside: string, look?: string) => form(facts, act, inside, look),
});

function codeForm(facts: PlainFacts): string {
  const { words } = facts;
  return form(
    facts,
    "redeem",
    `<h2>${escapeHtml(words.voucherTitle)}</h2><div><label for="code">${escapeHtml(words.voucherLabel)}</label><input id="code" name="code" class="code" maxlength="200" required autocomplete="off" autocapitalize="none" spellcheck="false"></div>
<div><label for="pin">${escapeHtml(words.voucherPinLabel)}</label><input id="pin" name="pin" class="code" inputmode="numeric" maxlength="12" autocomplete="off" aria-describedby="pin-hint"><p class="hint" id="pin-hint">${escapeHtml(words.voucherPinHint)}</p></div>
<button class="act act-wide" type="submit">${escapeHtml(words.voucherGo)}</button>`,
    "card roomy",
  );
}

function logInButton(facts: PlainFacts, grantId: string | null, label: string): string {
  const grant = grantId === null ? "" : hiddenField("grant", grantId);
  return form(facts, "log-in", `${grant}<button class="act act-wide" type="submit">${escapeHtml(label)}</button>`);
}

function shopLink({ words, visit, language }: PlainFacts): string {
  const url = withHint("/plain", visit.hint, { lang: language, shop: "1" });
  return `<p><a class="plain act-wide" href="${escapeHtml(url)}">${escapeHtml(words.otherPackage)}</a></p>`;
}

function form({ visit, language }: PlainFacts, act: string, inside: string, look = "roomy"): string {
  const hidden = [
    hiddenField("act", act),
    hiddenField("lang", language),
    hiddenField("proof", formProof(plainPurpose, visit)),
    hintFields(visit.hint),
  ];
  return `<form class="${look}" method="post" action="/plain">${hidden.join("")}${inside}</form>`;
}
