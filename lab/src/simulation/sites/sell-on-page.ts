/** A seller who sells on the page for sellers: each has a phone, which remembers them for as long as the page lets it. */
import { cashSaleGrantId } from "@karibu/protocol/grant-id";
import type { Day } from "./asks.ts";
import { type PlanName, plans } from "./site-story.ts";

const firstPhone = 91;

/** The page says why not in a sentence; its status means something else for each act. */
const answers = {
  "seller-in": { 303: "ok", 403: "wrong-password", 429: "guessing" },
  "seller-out": { 303: "ok", 403: "logged-out" },
  sale: { 200: "ok", 400: "bad-request", 403: "logged-out", 409: "not-offered", 422: "unknown-plan" },
} as const satisfies Record<string, Readonly<Record<number, string>>>;

/** 503 and all that the page never says. */
const codeOf = (what: keyof typeof answers, { status }: { readonly status: number }): string =>
  (answers[what] as Readonly<Record<number, string>>)[status] ?? (status === 503 ? "fault" : String(status));

/** Throws where the page shows neither its log-in nor its packages: nobody could sell there. */
export async function sellOnPage(
  day: Day,
  { number, plan, logsOut }: { readonly number: number; readonly plan: PlanName; readonly logsOut: boolean },
): Promise<void> {
  const { town } = day;
  const seller = town.sellers[number];
  if (seller === undefined) return;
  const phone = firstPhone + number;
  const who = { kind: "asked", phone: -1, seller: seller.name } as const;
  let page = await openSellPage(town, phone);
  if (page?.kind === "log-in") {
    const ask = day.asks++;
    town.note({ ...who, ask, what: "seller-in", rightId: null });
    const answer = await town.submit(phone, "/sell", { act: "in", seller: seller.name, pin: seller.pin });
    if (answer === null) return;
    town.note({ kind: "answered", ask, code: codeOf("seller-in", answer) });
    page = await openSellPage(town, phone);
  }
  if (page?.kind !== "shop") return;
  const { saleId, proof, body } = page;
  town.note({ kind: "seller-page", seller: seller.name, outCents: outCentsIn(body), codes: codesIn(body) });
  const planKey = town.planKeyOf(plan);
  const priceCents = Number(fieldIn(body, `cents ${planKey}`) ?? plans[plan].priceCents);
  const ask = day.asks++;
  const rightId = cashSaleGrantId(saleId);
  town.note({ ...who, ask, what: "sale", rightId, saleCents: priceCents, isOnPage: true });
  const order = { act: "sell", saleId, proof, planKey, [`cents ${planKey}`]: String(priceCents) };
  const answer = await town.submit(phone, "/sell", order);
  if (answer === null) return;
  town.note({ kind: "answered", ask, code: codeOf("sale", answer) });
  if (answer.status === 200) {
    const code = /id="code">([\d ]+)</.exec(answer.body)?.[1]?.replaceAll(" ", "");
    if (code === undefined) throw new Error("the page of a sale shows no code");
    day.sales.push({ saleId, seller: number, plan, code });
    const offer = town.offerOf(plan, priceCents);
    town.note({ kind: "sold", ask, saleId, seller: seller.name, plan: offer, priceCents, code, rightId });
  }
  if (logsOut) await logOut(day, seller.name, phone, proof);
}

async function logOut(day: Day, seller: string, phone: number, proof: string): Promise<void> {
  const { town } = day;
  const ask = day.asks++;
  town.note({ kind: "asked", ask, what: "seller-out", phone: -1, rightId: null, seller });
  const answer = await town.submit(phone, "/sell", { act: "out", proof });
  if (answer !== null) town.note({ kind: "answered", ask, code: codeOf("seller-out", answer) });
}

type SellPage =
  | { readonly kind: "log-in" }
  | { readonly kind: "shop"; readonly saleId: string; readonly proof: string; readonly body: string };

/** Null: nobody answered, or the site could not just then. */
async function openSellPage(town: Day["town"], phone: number): Promise<SellPage | null> {
  const answer = await town.openPage(phone, "/sell");
  if (answer === null || answer.status !== 200) return null;
  const { body } = answer;
  if (body.includes('name="act" value="in"')) return { kind: "log-in" };
  const [saleId, proof] = [fieldIn(body, "saleId"), fieldIn(body, "proof")];
  if (saleId === null || proof === null) throw new Error("the page for sellers has no form for a sale");
  return { kind: "shop", saleId, proof, body };
}

function fieldIn(page: string, name: string): string | null {
  return page.split(`name="${name}" value="`)[1]?.split('"')[0] ?? null;
}

/** The second sum of two: of today, and what is to be handed in. */
function outCentsIn(page: string): number {
  const [, out = ""] = [...page.matchAll(/<\/dt><dd>([^<]*)<\/dd>/g)].map(([, sum = ""]) => sum);
  const [whole = "0", part = "0"] = out.replace(/[^\d.]/g, "").split(".");
  return Number(whole) * 100 + Number(part);
}

const codesIn = (page: string): string[] =>
  [...page.matchAll(/<summary><span><b>([\d ]+)<\/b>/g)].map(([, code = ""]) => code.replaceAll(" ", ""));
