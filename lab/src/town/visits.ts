/** What customers do at a site of the town: they come with a phone, pay as they are used to, stay for a while and leave. */
import type { SimulatedDaraja } from "../daraja/daraja-types.ts";
import type { Client } from "../router/device/router.ts";
import type { PortalAnswer } from "./town-phones.ts";
import type { TownSite } from "./town-site.ts";

export interface Customer {
  /** `07…`, ten digits. */
  readonly phone: string;
  readonly mac: string;
  readonly address: string;
}

export interface Plan {
  readonly planId: string;
  readonly name: string;
  readonly priceCents: number;
  readonly validitySeconds: number | null;
}

export interface Street {
  readonly site: TownSite;
  readonly daraja: Pick<SimulatedDaraja, "act">;
  /** Resolves when so much of the town's time has passed. */
  wait(ms: number): Promise<void>;
  /** A whole number below this one. */
  chance(below: number): number;
}

const msisdnOf = (phone: string): string => `254${phone.slice(1)}`;
const pollMs = 4000;
const pollsMax = 20;

/** At the portal, by M-Pesa. True: the phone is online. `pays`: what its owner does with the prompt. */
export async function buy(
  { site, daraja, wait, chance }: Street,
  who: Customer,
  { plan, pays }: { readonly plan: Plan; readonly pays: "pay" | "cancel" | "ignore" },
): Promise<boolean> {
  const phone = await come(site, who);
  const idempotencyKey = `${who.phone}-${chance(1e9)}`;
  const started = await site.ask(phone, "/api/purchases", { planId: plan.planId, phone: who.phone, idempotencyKey });
  if (started === null || started.status >= 300) return false;
  await wait(5000 + chance(9000));
  daraja.act(msisdnOf(who.phone), pays === "pay" ? { kind: "pay", pin: "2580" } : { kind: pays });
  const { purchaseId } = started.body as { purchaseId: string };
  for (let polls = 0; polls < pollsMax; polls++) {
    await wait(pollMs);
    const said = await site.ask(phone, `/api/purchases/${purchaseId}`, null);
    if (said?.body.state === "failed") return false;
    if (said?.body.state === "paid" && said.body.logIn?.kind !== "wait") return enter(phone, said);
  }
  return false;
}

/** A seller at the site's kiosk, with a phone of their own. Undefined: it was refused. */
export async function sellForCash(
  site: TownSite,
  { who, name, pin }: { readonly who: Customer; readonly name: string; readonly pin: string },
  { saleId, planId, phone }: { readonly saleId: string; readonly planId: string; readonly phone: string },
): Promise<string | undefined> {
  const order = { saleId, seller: name, pin, planKey: planId, phone };
  const sold = await site.ask(await come(site, who), "/api/sales", order);
  return sold?.status === 201 ? (sold.body as { readonly code: string }).code : undefined;
}

/** With a code, typed at the router's own page: of a voucher, or of a sale for cash. */
export async function redeem({ site }: Street, who: Customer, code: string): Promise<boolean> {
  const phone = await come(site, who);
  return (await phone.logIn({ user: code, password: code })).kind === "logged-in";
}

/** With the name and password of a subscriber. */
export async function logIn(
  { site }: Street,
  who: Customer,
  line: { readonly user: string; readonly password: string },
) {
  const phone = await come(site, who);
  return phone.online() || (await phone.logIn(line)).kind === "logged-in";
}

export function stay({ site }: Street, who: Customer, downBytesPerSecond: number): void {
  phoneOf(site, who).consume({ downBytesPerSecond, upBytesPerSecond: Math.ceil(downBytesPerSecond / 9) });
}

export async function leave({ site }: Street, who: Customer): Promise<void> {
  const phone = phoneOf(site, who);
  phone.consume({});
  await phone.logOut();
}

const phoneOf = (site: TownSite, { address, mac }: Customer): Client => site.client(address, mac);

async function come(site: TownSite, who: Customer): Promise<Client> {
  const phone = phoneOf(site, who);
  await phone.request();
  return phone;
}

/** As its page does: the agent logged it in already, or it posts what it was given. */
async function enter(phone: Client, answer: PortalAnswer): Promise<boolean> {
  const logIn = answer.body.logIn ?? answer.body;
  if (logIn.kind !== "post") return phone.online();
  return (await phone.logIn({ user: logIn.username ?? "", password: logIn.password ?? "" })).kind === "logged-in";
}
