/**
 * The seller's page: one form, no script, so that it opens on any phone with the internet away. Every sale asks for the PIN,
 * so a page on another site that posts this form sells nothing. Pure: data in, HTML out.
 */
import { sha256 } from "@karibu/protocol/hash";
import { displayName } from "@karibu/protocol/plan-name";
import type { EarlierSale, SaleOutcome } from "../../cash/cash-sales.ts";
import type { CashPlan } from "../../cash/sellers.ts";
import { escapeHtml } from "../http/escape-html.ts";
import { type SellLanguage, sellStrings } from "./sell-strings.ts";

export interface SellPage {
  readonly language: SellLanguage;
  readonly siteName: string;
  readonly hasSellers: boolean;
  readonly plans: readonly CashPlan[];
  /** Of the sale that this form would make. */
  readonly saleId: string;
  /** What was typed before, but for the PIN. */
  readonly seller: string;
  readonly planKey: string | null;
  readonly outcome: SaleOutcome | null;
}

const style = `:root{color-scheme:light dark}*{box-sizing:border-box}html{background:#fff;color:#1a1a1a}a{color:#0a5c36}@media(prefers-color-scheme:dark){html{background:#161616;color:#f2f2f2}a{color:#7fd8a8}}body{font:18px/1.5 system-ui,sans-serif;margin:0 auto;padding:16px;max-width:480px}h1{font-size:24px;margin:8px 0 16px}label,legend{display:block;font-weight:600;margin:16px 0 4px}fieldset{border:0;padding:0;margin:0}input:not([type=radio]){width:100%;font:inherit;padding:12px;border:1px solid #767676;border-radius:8px}.plan{display:flex;gap:12px;align-items:center;font-weight:400;margin:0;padding:10px 0;min-height:48px;border-bottom:1px solid #8884}.plan b{margin-left:auto;white-space:nowrap}input[type=radio]{width:24px;height:24px;flex:none;margin:0}button,.next{display:block;width:100%;font:inherit;font-weight:600;text-align:center;text-decoration:none;padding:14px;margin-top:20px;border:0;border-radius:8px;background:#0a6b3d;color:#fff!important}.code{font:700 34px/1.3 ui-monospace,monospace;letter-spacing:2px;overflow-wrap:anywhere;margin:4px 0}.card{border:1px solid #8886;border-radius:12px;padding:16px}.bad{border:2px solid #b3261e;border-radius:8px;padding:12px}.lang{float:right}`;
const styleHash = `'sha256-${sha256(style).toString("base64")}'`;

export const sellPageSecurity = `default-src 'none'; style-src ${styleHash}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

export function renderSellPage(page: SellPage): string {
  const words = sellStrings[page.language];
  const other = page.language === "en" ? "sw" : "en";
  const body = !page.hasSellers
    ? `<p>${words.noSellers}</p>`
    : page.plans.length === 0
      ? `<p>${words.noPlans}</p>`
      : page.outcome?.kind === "sold"
        ? receipt(page, page.outcome)
        : form(page);
  return `<!doctype html>
<html lang="${page.language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${words.title}</title><style>${style}</style></head>
<body><a class="lang" href="/sell?lang=${other}" lang="${other}">${words.otherLanguage}</a>
<h1>${words.title}</h1>
${page.siteName === "" ? "" : `<p>${escapeHtml(page.siteName)}</p>`}
${body}
</body></html>
`;
}

function form({ language, plans, saleId, seller, planKey, outcome }: SellPage): string {
  const words = sellStrings[language];
  const chosen = planKey ?? plans[0]?.key;
  const rows = plans.map(
    ({ key, name, priceCents, currency }) =>
      `<label class="plan"><input type="radio" name="planKey" value="${escapeHtml(key)}" required${key === chosen ? " checked" : ""}><span>${escapeHtml(displayName(name))}</span><b>${priceText(priceCents, currency)}</b></label>`,
  );
  return `${outcome?.kind === "refused" ? `<p class="bad" role="alert">${complaintOf(language, outcome)}</p>${earlierOf(language, outcome.earlier ?? [])}` : ""}
<form method="post" action="/sell"><input type="hidden" name="saleId" value="${saleId}"><input type="hidden" name="lang" value="${language}">
<fieldset><legend>${words.package}</legend>${rows.join("")}</fieldset>
<label for="seller">${words.name}</label><input id="seller" name="seller" required maxlength="100" autocomplete="username" value="${escapeHtml(seller)}">
<label for="pin">${words.pin}</label><input id="pin" name="pin" type="password" inputmode="numeric" required maxlength="12" autocomplete="off">
<button>${words.sell}</button></form>`;
}

function complaintOf(language: SellLanguage, outcome: Extract<SaleOutcome, { kind: "refused" }>): string {
  const words = sellStrings[language];
  const sentence = words.refusals[outcome.reason];
  if (outcome.retryAfterSeconds === null) return sentence;
  return `${sentence} ${words.minutes(Math.max(1, Math.ceil(outcome.retryAfterSeconds / 60)))}`;
}

function receipt({ language }: SellPage, sold: Extract<SaleOutcome, { kind: "sold" }>): string {
  const words = sellStrings[language];
  const { code, planName, priceCents, currency, outCents, floatCents } = sold;
  const limit = floatCents === null ? "" : ` ${words.outOf} ${priceText(floatCents, currency)}`;
  const spaced = code.replace(/^(\d{3})(\d{3})(\d{4})$/, "$1 $2 $3");
  return `<div class="card" role="status"><p><b>${words.sold}: ${escapeHtml(displayName(planName))}, ${priceText(priceCents, currency)}</b></p>
<p>${words.code}</p><p class="code">${escapeHtml(spaced)}</p><p>${words.tellCustomer}</p></div>
${earlierOf(language, sold.earlier)}<p>${words.out}: <b>${priceText(outCents, currency)}</b>${limit}</p>
<a class="next" href="/sell?lang=${language}">${words.another}</a>`;
}

/** Sales whose codes were not shown, because the disk refused them at first. */
function earlierOf(language: SellLanguage, earlier: readonly EarlierSale[]): string {
  if (earlier.length === 0) return "";
  const rows = earlier.map(
    ({ code, planName, priceCents, currency }) =>
      `<p>${escapeHtml(displayName(planName))}, ${priceText(priceCents, currency)}: <b>${escapeHtml(code)}</b></p>`,
  );
  return `<div class="card" role="status"><p>${sellStrings[language].earlier}</p>${rows.join("")}</div>\n`;
}

/** `KES 50`, `KES 1,250`, `KES 12.50`: one word, which no line breaks. */
function priceText(amountCents: number, currency: string): string {
  const whole = amountCents % 100 === 0;
  const amount = (amountCents / 100).toFixed(whole ? 0 : 2).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return `${escapeHtml(currency)}&nbsp;${amount}`;
}
