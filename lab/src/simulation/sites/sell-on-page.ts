/** A seller who sells on the page for sellers: each has a phone, which remembers them for as long as the page lets it. */
import { cashSaleGrantId } from "@karibu/protocol/grant-id";
import type { Day } from "./asks.ts";
import { type PlanName, plans } from "./site-story.ts";

const firstPhone = 91;

const answerOf: Readonly<Record<number, string>> = {
  200: "ok",
  400: "bad-request",
  403: "logged-out",
  409: "not-offered",
  422: "unknown-plan",
  429: "slow-down",
  503: "fault",
};

export async function sellOnPage(
  day: Day,
  { number, plan, logsOut }: { readonly number: number; readonly plan: PlanName; readonly logsOut: boolean },
): Promise<void> {
  const { town } = day;
  const seller = town.sellers[number];
  if (seller === undefined) return;
  const phone = firstPhone + number;
  let page = await town.openPage(phone, "/sell");
  if (page?.includes('name="act" value="in"') === true) {
    const ask = day.asks++;
    town.note({ kind: "asked", ask, what: "seller-in", phone: -1, rightId: null, seller: seller.name });
    const answer = await town.submit(phone, "/sell", { act: "in", seller: seller.name, pin: seller.pin });
    if (answer === null) return;
    town.note({ kind: "answered", ask, code: answer.status === 303 ? "ok" : (answerOf[answer.status] ?? "fault") });
    page = await town.openPage(phone, "/sell");
  }
  const saleId = fieldIn(page, "saleId");
  const proof = fieldIn(page, "proof");
  if (page === null || saleId === null || proof === null) return;
  const shown = { kind: "seller-page", seller: seller.name } as const;
  town.note({ ...shown, outCents: outCentsIn(page), codes: codesIn(page) });
  const planKey = town.planKeyOf(plan);
  const priceCents = Number(fieldIn(page, `cents ${planKey}`) ?? plans[plan].priceCents);
  const ask = day.asks++;
  const rightId = cashSaleGrantId(saleId);
  const { name } = seller;
  town.note({ kind: "asked", ask, what: "sale", phone: -1, rightId, seller: name, saleCents: priceCents });
  const order = { act: "sell", saleId, proof, planKey, [`cents ${planKey}`]: String(priceCents) };
  const answer = await town.submit(phone, "/sell", order);
  if (answer === null) return;
  town.note({ kind: "answered", ask, code: answerOf[answer.status] ?? "fault" });
  const code = /id="code">([\d ]+)</.exec(answer.body)?.[1]?.replaceAll(" ", "");
  if (code !== undefined) {
    day.sales.push({ saleId, seller: number, plan, code });
    const offer = town.offerOf(plan, priceCents);
    town.note({ kind: "sold", ask, saleId, seller: name, plan: offer, priceCents, code, rightId });
  }
  if (logsOut) await town.submit(phone, "/sell", { act: "out", proof });
}

function fieldIn(page: string | null, name: string): string | null {
  return page?.split(`name="${name}" value="`)[1]?.split('"')[0] ?? null;
}

/** The second sum of two: of today, and what is to be handed in. */
function outCentsIn(page: string): number {
  const [, out = ""] = [...page.matchAll(/<\/dt><dd>([^<]*)<\/dd>/g)].map(([, sum = ""]) => sum);
  const [whole = "0", part = "0"] = out.replace(/[^\d.]/g, "").split(".");
  return Number(whole) * 100 + Number(part);
}

const codesIn = (page: string): string[] =>
  [...page.matchAll(/<summary><span><b>([\d ]+)<\/b>/g)].map(([, code = ""]) => code.replaceAll(" ", ""));
