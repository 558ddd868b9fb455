/** What phones and sellers ask of a site, and what is noted of it. */
import { cashSaleGrantId } from "@karibu/protocol/grant-id";
import type { Fact, FactOf, Trouble } from "../judge/chronicle.ts";
import { type PlanName, plans, type SiteStory } from "./site-story.ts";
import type { Answer, SiteTown } from "./site-town.ts";

interface PostedLogIn {
  readonly user: string;
  readonly mac: string;
  readonly rightId: string | null;
  readonly atMs: number;
}

export interface Day {
  readonly town: SiteTown;
  readonly story: Pick<SiteStory, "site"> & { readonly commands: readonly { readonly do: string }[] };
  asks: number;
  readonly sales: { readonly saleId: string; readonly seller: number; readonly plan: PlanName; code: string | null }[];
  /** What ends each trouble that is on. */
  readonly troubles: Map<Trouble, () => void>;
  /** The last one-time log-in that each phone posted, and what it got it for: null, it does not know. */
  readonly posted: Map<number, PostedLogIn>;
  readonly saleNames: { bytes(count: number): Uint8Array };
}

/** A printed code, or one that was sold. */
export function codeOf({ sales, town }: Day, code: number): { code: string; rightId: string } | null {
  const sold = sales.flatMap(({ saleId, code }) => (code === null ? [] : [{ code, rightId: cashSaleGrantId(saleId) }]));
  const all = [...town.codes, ...sold];
  return all[code % all.length] ?? null;
}

export const phoneOf = ({ story }: Pick<Day, "story">, phone: number): number => phone % story.site.phones;

/** What a phone begins may never end: the power goes, and nobody answers. */
export function begin({ town }: Pick<Day, "town">, flow: Promise<void>): void {
  flow.catch((error: unknown) => town.note({ kind: "threw", what: String((error as Error).stack ?? error) }));
}

export async function redeem(day: Day, phone: number, code: string, rightId: string | null): Promise<void> {
  const { town } = day;
  const ask = day.asks++;
  if (!(await seen(town, phone))) return;
  town.note({ kind: "asked", ask, what: "code", phone, mac: town.client(phone).mac, rightId });
  const answer = await town.ask(phone, "/api/vouchers/redeem", { code });
  await follow(day, phone, ask, answer);
}

export async function comeBack(day: Day, phone: number): Promise<void> {
  const { town } = day;
  const ask = day.asks++;
  if (!(await seen(town, phone))) return;
  town.note({ kind: "asked", ask, what: "return", phone, mac: town.client(phone).mac, rightId: null });
  await follow(day, phone, ask, await town.ask(phone, "/api/log-in", {}));
}

/** As the page does: it posts what it is told to the hotspot. */
export async function follow(
  day: Pick<Day, "town" | "posted">,
  phone: number,
  ask: number,
  answer: { status: number; body: Answer } | null,
): Promise<void> {
  const { town } = day;
  if (answer === null) return;
  const { status, body } = answer;
  const { retryAfterSeconds: waitSeconds } = body;
  const wait = waitSeconds === undefined ? {} : { waitSeconds };
  town.note({ kind: "answered", ask, code: status < 300 ? "ok" : (body.code ?? String(status)), ...wait });
  const logIn = body.logIn ?? body;
  if (status >= 300 || logIn.kind !== "post" || town.router.running === null) return;
  const { username: user = "", password = "" } = logIn;
  // It may have another MAC before the router answers.
  const client = town.client(phone);
  const wasOnline = client.online();
  const outcome = await client.logIn({ user, password });
  town.sessions.look();
  const isOnline = outcome.kind === "logged-in";
  town.note({ kind: "hotspot-said", ask, isOnline, message: isOnline ? "" : outcome.message });
  // Who is online is asked for nothing.
  if (!isOnline || wasOnline) return;
  const isOfAsk = (fact: Fact): fact is FactOf<"asked"> => fact.kind === "asked" && fact.ask === ask;
  const { mac } = client;
  day.posted.set(phone, { user, mac, rightId: town.facts.findLast(isOfAsk)?.rightId ?? null, atMs: town.time.nowMs() });
}

export async function logInAtHotspot(
  day: Day,
  phone: number,
  credentials: { user: string; password: string },
  rightId: string | null,
  what: "account" | "repeat" = "account",
): Promise<void> {
  const { town } = day;
  const ask = day.asks++;
  if (!(await seen(town, phone)) || town.client(phone).online()) return;
  town.note({ kind: "asked", ask, what, phone, rightId });
  const outcome = await town.client(phone).logIn(credentials);
  town.sessions.look();
  const isOnline = outcome.kind === "logged-in";
  town.note({ kind: "hotspot-said", ask, isOnline, message: isOnline ? "" : outcome.message });
}

export async function logOut(day: Day, phone: number): Promise<void> {
  const { town } = day;
  const ask = day.asks++;
  if (town.router.running === null || !town.client(phone).online()) return;
  town.note({ kind: "asked", ask, what: "log-out", phone, mac: town.client(phone).mac, rightId: null });
  const answer = await town.ask(phone, "/api/log-out", {});
  if (answer === null) return;
  town.note({ kind: "answered", ask, code: answer.status < 300 ? "ok" : (answer.body.code ?? String(answer.status)) });
  if ("url" in answer.body && town.router.running !== null) await town.client(phone).logOut();
}

export async function sell(day: Day, sale: Day["sales"][number]): Promise<void> {
  const { town } = day;
  const ask = day.asks++;
  const { saleId, plan } = sale;
  const seller = town.sellers[sale.seller];
  if (seller === undefined) return;
  const { name } = seller;
  const rightId = cashSaleGrantId(saleId);
  const { priceCents: saleCents } = plans[plan];
  town.note({ kind: "asked", ask, what: "sale", phone: -1, rightId, seller: name, saleCents });
  const order = { saleId, seller: seller.name, pin: seller.pin, planKey: town.planKeyOf(plan) };
  const answer = await town.ask(90, "/api/sales", order);
  if (answer === null) return;
  const { status, body } = answer;
  town.note({ kind: "answered", ask, code: status < 300 ? "ok" : (body.code ?? String(status)) });
  if (status >= 300 || body.code === undefined) return;
  sale.code = body.code;
  const { priceCents = plans[plan].priceCents } = body;
  town.note({
    kind: "sold",
    ask,
    saleId,
    seller: seller.name,
    plan: town.offerOf(plan, priceCents),
    priceCents,
    code: body.code,
    rightId: cashSaleGrantId(saleId),
  });
}

/** A phone that is made up tries a code: it has another MAC and address each time, and no cookie. */
export async function guessAsNobody(day: Day, number: number): Promise<void> {
  const { town } = day;
  if (town.router.running === null) return;
  await town.stranger(number).request();
  const ask = day.asks++;
  town.note({ kind: "asked", ask, what: "code", phone: -1, rightId: null });
  const answer = await town.askAs(town.stranger(number), "/api/vouchers/redeem", { code: `9012${number}` });
  if (answer !== null) town.note({ kind: "answered", ask, code: answer.body.code ?? String(answer.status) });
}

export async function sellWithWrongPin(day: Day, number: number, count: number): Promise<void> {
  const { town } = day;
  const seller = town.sellers[number % Math.max(1, town.sellers.length)];
  if (seller === undefined) return;
  const order = { saleId: "0".repeat(32), seller: seller.name, pin: "000000", planKey: town.planKeyOf("2 hours") };
  for (let tries = 0; tries < count; tries++) {
    const ask = day.asks++;
    town.note({ kind: "asked", ask, what: "sale", phone: -1, rightId: null, seller: seller.name });
    const answer = await town.ask(90, "/api/sales", order);
    if (answer === null) return;
    const { status, body } = answer;
    town.note({ kind: "answered", ask, code: status < 300 ? "ok" : (body.code ?? String(status)) });
  }
}

/** On the page of the phone's own packages, what the first form of this kind sends. Null: there is none. */
export async function openOwnForm(
  town: SiteTown,
  phone: number,
  act: string,
): Promise<Readonly<Record<string, string>> | null> {
  const page = (await town.openPage(phone, "/mine"))?.body ?? "";
  const form = page.split("<form").find((part) => part.includes(`name="act" value="${act}"`));
  const fields = [...(form ?? "").matchAll(/name="([a-z]+)" value="([^"]*)"/g)];
  return form === undefined ? null : Object.fromEntries(fields.map(([, name = "", value = ""]) => [name, value]));
}

/** On the page of its own packages, the first device that can be taken off. */
export async function takeOff(day: Day, phone: number): Promise<void> {
  const { town } = day;
  if (!(await seen(town, phone))) return;
  const given = await openOwnForm(town, phone, "off");
  if (given === null) return;
  town.note({ kind: "asked", ask: day.asks++, what: "take-off", phone, rightId: given.grant ?? null });
  await town.submit(phone, "/mine", given);
}

/** The phone opens a page: the router sees it, and lets it in by its MAC cookie where it has one. False: there is no router. */
export async function seen(town: SiteTown, phone: number): Promise<boolean> {
  const { running } = town.router;
  if (running === null) return false;
  const client = town.client(phone);
  const hasCookie = running.hotspot.cookies().some(({ mac }) => mac === client.mac) && !client.online();
  await client.request();
  town.sessions.look();
  if (hasCookie && town.router.running === running)
    town.note({ kind: "came-back", phone, mac: client.mac, isOnline: client.online() });
  return town.router.running !== null;
}
