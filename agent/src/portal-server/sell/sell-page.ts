/**
 * The seller's page: who sells, the packages as tiles with their prices, one button with the sum, then the code. It works without its
 * script, and with the internet away. Pure: data in, HTML out.
 */
import { money, moneyText } from "@karibu/protocol/money-text";
import { displayName } from "@karibu/protocol/plan-name";
import type { EarlierSale, SaleOutcome, SellerFigures, UnusedSale } from "../../cash/cash-sales.ts";
import type { CashPlan } from "../../cash/sellers.ts";
import { escapeHtml } from "../http/escape-html.ts";
import { codePicture } from "../own/code-picture.ts";
import { moment } from "../own/own-body.ts";
import type { StaffLanguage } from "../page/page-frame.ts";
import { sellStrings } from "./sell-strings.ts";

export type SellRefusal = Pick<Extract<SaleOutcome, { kind: "refused" }>, "retryAfterSeconds" | "earlier"> & {
  readonly reason: Extract<SaleOutcome, { kind: "refused" }>["reason"] | "logged-out";
};

/** The form that asks who sells. */
export function renderLogIn(language: StaffLanguage, seller: string, refusal: SellRefusal | null): string {
  const words = sellStrings[language];
  return `<form class="card pay" method="post" action="/sell"><h2>${words.logInTitle}</h2><p class="quiet">${words.logInText}</p>
${refusal === null ? "" : complaint(language, refusal)}
<input type="hidden" name="act" value="in"><input type="hidden" name="lang" value="${language}">
<label for="seller">${words.name}</label><input id="seller" name="seller" required maxlength="100" autocomplete="username" autocapitalize="words" spellcheck="false" value="${escapeHtml(seller)}">
<label for="pin">${words.pin}</label><input id="pin" name="pin" type="password" inputmode="numeric" required maxlength="12" autocomplete="off">
<button class="act act-wide" type="submit">${words.logIn}</button></form>`;
}

/** The button in the bar that ends the seller's session. */
export function renderNotMe(language: StaffLanguage, proof: string): string {
  return `<form method="post" action="/sell"><input type="hidden" name="act" value="out"><input type="hidden" name="lang" value="${language}"><input type="hidden" name="proof" value="${proof}"><button type="submit">${sellStrings[language].notMe}</button></form>`;
}

/** What the seller sold and nobody has used yet, and what a code of it is shown with. */
export interface Lately {
  readonly sales: readonly UnusedSale[];
  readonly place: string;
  /** Where other phones reach the portal; null: not known, and no picture leads there. */
  readonly homeUrl: string | null;
  readonly nowMs: number;
  readonly utcOffsetMinutes: number;
}

export interface Shop {
  readonly language: StaffLanguage;
  readonly sellerName: string;
  readonly proof: string;
  readonly figures: SellerFigures;
  readonly lately: Lately;
  readonly plans: readonly CashPlan[];
  /** Of the sale that this form would make. */
  readonly saleId: string;
  /** Null: none is chosen yet. */
  readonly planKey: string | null;
  /** Of the customer, as typed. */
  readonly phone: string;
  readonly refusal: SellRefusal | null;
}

/** The form's field that says the price which the tile of a plan shows. */
export const centsFieldOf = (planKey: string): string => `cents ${planKey}`;

export function renderShop(shop: Shop): string {
  const { language, plans, saleId, planKey, phone, refusal, proof } = shop;
  const words = sellStrings[language];
  const chosen = plans.find(({ key }) => key === planKey);
  const sum = (plan: CashPlan) => escapeHtml(words.sell(price(plan.priceCents, plan.currency)));
  const tiles = plans.map((plan, index) => {
    const { symbol, amount } = money(plan.priceCents, plan.currency);
    return `<div class="tile"><input type="hidden" name="${escapeHtml(centsFieldOf(plan.key))}" value="${plan.priceCents}"><input type="radio" name="planKey" id="plan-${index}" value="${escapeHtml(plan.key)}" required data-sum="${sum(plan)}"${plan === chosen ? " checked" : ""}><label class="ticket" for="plan-${index}"><span class="ticket-body"><span class="ticket-name">${escapeHtml(displayName(plan.name, language))}</span></span> <span class="stub${amount.length > 4 ? " stub-long" : ""}"><span class="currency">${escapeHtml(symbol)}</span> <span class="amount">${amount}</span></span></label></div>`;
  });
  return `${refusal === null ? "" : `${complaint(language, refusal)}${earlierOf(language, refusal.earlier ?? [])}`}
${figures(shop)}
${
  plans.length === 0
    ? `<p class="card">${words.noPlans}</p>`
    : `<form method="post" action="/sell"><input type="hidden" name="act" value="sell"><input type="hidden" name="saleId" value="${saleId}"><input type="hidden" name="lang" value="${language}"><input type="hidden" name="proof" value="${proof}">
<fieldset><legend>${words.package}</legend><div class="tiles">${tiles.join("")}</div></fieldset>
<div class="card"><label for="phone">${words.phone}</label><input id="phone" name="phone" type="tel" inputmode="tel" maxlength="30" autocomplete="off" placeholder="07…" aria-describedby="phone-why" value="${escapeHtml(phone)}"><p class="quiet" id="phone-why">${words.phoneWhy}</p></div>
<div class="sell-bar"><button class="act" type="submit" id="go">${chosen === undefined ? words.choose : sum(chosen)}</button></div></form>`
}
${latelySold(language, shop.lately, shop.lately.sales)}`;
}

export function renderReceipt(
  shop: Pick<Shop, "language" | "sellerName" | "figures" | "lately">,
  sold: Extract<SaleOutcome, { kind: "sold" }>,
): string {
  const { language, lately } = shop;
  const words = sellStrings[language];
  const { code, planName, priceCents, currency } = sold;
  return `<section class="card given" role="status"><h2 class="good">${words.sold}: ${escapeHtml(displayName(planName, language))}, ${escapeHtml(price(priceCents, currency))}</h2>
<p class="quiet">${words.code}</p><p class="number" id="code">${escapeHtml(spacedCode(code))}</p><p>${words.tellCustomer}</p>
${handOver(language, lately, sold)}
<div class="actions"><button class="plain outline" type="button" id="copy" data-done="${words.copied}" hidden>${words.copy}</button><a class="act big" href="/sell?lang=${language}">${words.another}</a></div></section>
${earlierOf(language, sold.earlier)}${figures(shop)}
${latelySold(
  language,
  lately,
  lately.sales.filter((sale) => sale.code !== code),
)}`;
}

/** Each folded to one line: opened it is shown, printed and sent as when it was sold. */
function latelySold(language: StaffLanguage, lately: Lately, sales: readonly UnusedSale[]): string {
  if (sales.length === 0) return "";
  const words = sellStrings[language];
  const rows = sales.map((sale) => {
    const { code, planName, priceCents, currency, soldAtMs } = sale;
    const at = moment(soldAtMs, lately.nowMs, lately.utcOffsetMinutes);
    const what = `${displayName(planName, language)}, ${price(priceCents, currency)}`;
    return `<details><summary><span><b>${escapeHtml(spacedCode(code))}</b><br><span class="quiet"><time>${at}</time> · ${escapeHtml(what)}</span></span></summary>${handOver(language, lately, sale)}</details>`;
  });
  return `<section class="card" id="lately" aria-labelledby="lately-title"><h2 id="lately-title">${words.lately}</h2><p class="quiet">${words.latelyWhy}</p>${rows.join("")}</section>`;
}

/** The ways by which a code reaches its customer: the picture, a slip, a message of the seller's own phone. */
function handOver(language: StaffLanguage, { place, homeUrl }: Lately, sold: EarlierSale): string {
  const words = sellStrings[language];
  const plan = displayName(sold.planName, language);
  const body = words.message({ plan, code: spacedCode(sold.code), place });
  const slip = `<p class="slip-only"><b>${escapeHtml(place)}</b><br>${escapeHtml(plan)}, ${escapeHtml(price(sold.priceCents, sold.currency))}</p><p class="slip-only number">${escapeHtml(spacedCode(sold.code))}</p>`;
  const picture =
    homeUrl === null
      ? ""
      : `${codePicture(homeUrl, sold.code, `${words.code}: ${spacedCode(sold.code)}`)}<p class="quiet">${words.scan}</p>`;
  return `<div class="hand-over">${slip}${picture}<div class="actions"><button class="plain outline" type="button" data-print hidden>${words.print}</button><a class="plain outline" href="sms:?body=${encodeURIComponent(body)}">${words.sendAgain}</a></div></div>`;
}

function figures({ language, sellerName, figures }: Pick<Shop, "language" | "sellerName" | "figures">): string {
  const words = sellStrings[language];
  const { todayCount, todayCents, outCents, floatCents } = figures;
  const [currency] = [...todayCents.keys(), figures.currency];
  const sums = todayCents.size === 0 ? [[currency, 0] as const] : [...todayCents];
  const today = sums.map(([each, cents]) => price(cents, each)).join(" + ");
  const limit =
    floatCents === null
      ? ""
      : ` <span class="quiet">${escapeHtml(words.outOf(price(floatCents, figures.currency)))}</span>`;
  return `<section class="card" aria-labelledby="mine"><h2 id="mine">${escapeHtml(words.seller(sellerName))}</h2>
<dl class="sums"><div><dt>${words.today}</dt><dd>${escapeHtml(today)}</dd><dd class="quiet">${words.sales(todayCount)}</dd></div><div><dt>${words.out}</dt><dd>${escapeHtml(price(outCents, figures.currency))}</dd>${limit === "" ? "" : `<dd>${limit}</dd>`}</div></dl></section>`;
}

function complaint(language: StaffLanguage, { reason, retryAfterSeconds }: SellRefusal): string {
  const words = sellStrings[language];
  const sentence = words.refusals[reason];
  const wait = retryAfterSeconds === null ? "" : ` ${words.minutes(Math.max(1, Math.ceil(retryAfterSeconds / 60)))}`;
  return `<p class="banner banner-bad" role="alert">${sentence}${wait}</p>`;
}

/** Sales whose codes were not shown, because the disk refused them at first. */
function earlierOf(language: StaffLanguage, earlier: readonly EarlierSale[]): string {
  if (earlier.length === 0) return "";
  const rows = earlier.map(
    ({ code, planName, priceCents, currency }) =>
      `<p>${escapeHtml(displayName(planName, language))}, ${escapeHtml(price(priceCents, currency))}: <b>${escapeHtml(code)}</b></p>`,
  );
  return `<div class="card" role="status"><p>${sellStrings[language].earlier}</p>${rows.join("")}</div>\n`;
}

/** Ten digits in groups, as people read them out. */
const spacedCode = (code: string): string => code.replace(/^(\d{3})(\d{3})(\d{4})$/, "$1 $2 $3");

/** `KSh 50`: one word, which no line breaks. */
const price = (amountCents: number, currency: string): string =>
  moneyText(amountCents, currency).replaceAll(" ", "\u00a0");

/**
 * The chosen tile's sum on the button; one code alone on paper; and a copy of the code, also over plain HTTP, where browsers have no clipboard API.
 * Safari and others bring a form back from memory, with the name of the sale that is made already: it is asked for anew, and nothing is sent again.
 */
export const sellScript = `(function(){var go=document.getElementById("go"),copy=document.getElementById("copy"),code=document.getElementById("code");
addEventListener("pageshow",function(event){if(event.persisted&&go)location.replace(location.pathname+location.search)});
document.addEventListener("change",function(event){var sum=event.target.getAttribute("data-sum");if(go&&sum)go.textContent=sum});
document.querySelectorAll("[data-print]").forEach(function(one){one.hidden=false;one.addEventListener("click",function(){var slip=one.closest(".hand-over");slip.classList.add("slip");window.print();slip.classList.remove("slip")})});
if(copy&&code){copy.hidden=false;copy.addEventListener("click",function(){var field=document.createElement("textarea");field.value=code.textContent.replace(/ /g,"");document.body.appendChild(field);field.select();var done=document.execCommand("copy");field.remove();copy.focus();if(done)copy.textContent=copy.getAttribute("data-done")})}})()`;
