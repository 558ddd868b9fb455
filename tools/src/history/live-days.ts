/** The days of the demo's business: who comes when, what staff do, and what goes wrong once. All of it by the doors that people use. */
import { sampleApp } from "@karibu/lab/daraja/sample-app";
import { statementCsv } from "@karibu/lab/daraja/statement";
import { refusedEndings } from "@karibu/lab/sms/simulated-africastalking";
import { settled } from "@karibu/lab/town/town-hub";
import { buy, type Customer, leave, logIn, type Plan, redeem, type Street, stay } from "@karibu/lab/town/visits";
import { sleep } from "@karibu/protocol/world";
import { logIns } from "../start/sample.ts";
import { openSellers } from "./history-sellers.ts";
import type { HistorySite, HistoryTown, SiteKey, TownClient } from "./history-town.ts";

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const minuteMs = 60_000;
/** Kenya's. */
const offsetMs = 3 * hourMs;
/** Where nothing happens, time goes on in such steps: by day, by night, and in the last hours, which curves show. */
const stepMs = { day: 120 * minuteMs, night: 300 * minuteMs, last: 60 * minuteMs };
const lastMs = 24 * hourMs;
/** How often the hub looks after its upkeep before those: a look takes a second of processor. */
const upkeepMs = 4 * hourMs;
/** What runs in full at the end of each. */
const awakeMs = 4000;
/**
 * People come and go in the same minutes of an hour: what a hub and its sites look after when time was skipped is done once for all of them, and
 * that is most of what a day costs. No report is finer than an hour.
 */
const togetherMs = 3 * minuteMs;
/** Another one in each hour. */
const minuteOf = (hourBeganMs: number): number => (((hourBeganMs / hourMs) * 23) % 53) | 0;

/** Visits a day, of a business that has begun to grow. */
const visitsPerDay: Readonly<Record<SiteKey, readonly [first: number, last: number]>> = {
  market: [7, 16],
  stage: [3, 9],
  lake: [2, 4],
};
/** Of the hours of a day, from 0: when people come. */
const hours = [0, 0, 0, 0, 0, 1, 3, 5, 5, 4, 4, 5, 6, 6, 5, 5, 6, 8, 9, 9, 8, 6, 3, 1];
const regularsPerSite = 40;
/** Of the last days: who pays late has not paid yet. */
const unpaidDays = 21;
/** Of each router. */
export const keptBackUps = 14;

interface Event {
  readonly atMs: number;
  readonly act: () => Promise<void>;
}

interface Line {
  readonly who: Customer;
  readonly user: string;
  readonly password: string;
  readonly payNumber: string;
  readonly cents: number;
  readonly paysOnTime: boolean;
}

export async function liveDays(town: HistoryTown, days: number, say: (line: string) => void): Promise<void> {
  const { time, hub, sites, chance } = town;
  const clock = time.clock();
  const events: Event[] = [];
  const at = (atMs: number, act: () => Promise<void>): void => {
    if (atMs > time.trueMs() && atMs < endMs) events.push({ atMs, act });
  };
  const ready = <T>(work: Promise<T>) => settled(time, work, 1000);
  const startMs = time.trueMs();
  const endMs = startMs + days * dayMs;
  const owner = await town.owner();
  let loggedIn = { atMs: startMs, owner: Promise.resolve(owner) };
  /** A log-in of the console's lasts some minutes. */
  const office = (): Promise<TownClient> => {
    const atMs = time.trueMs();
    if (atMs - loggedIn.atMs > 5 * minuteMs) loggedIn = { atMs, owner: hub.logIn(logIns.owner) };
    return loggedIn.owner;
  };
  /** Who is about to go online, by the phone's MAC. */
  const here = new Set<string>();
  const { items: plans } = await ready(
    owner.get<{ items: (Omit<Plan, "validitySeconds"> & { terms: { validitySeconds: number | null } })[] }>(
      "/api/v1/plans?limit=50",
    ),
  );
  const sold: Plan[] = plans
    .map(({ terms, ...plan }) => ({ ...plan, validitySeconds: terms.validitySeconds }))
    .filter(({ priceCents }) => priceCents > 0 && priceCents <= 20_000)
    .sort((one, other) => one.priceCents - other.priceCents);
  const hour = sold.find(({ name }) => name === "1 hour") as Plan;
  const streets = new Map(
    sites.map(({ key, site }): [SiteKey, Street] => [
      key,
      { site, daraja: hub.daraja, wait: (ms) => sleep(clock, ms), chance: chance.integer },
    ]),
  );
  const regulars = new Map(sites.map(({ key }, at): [SiteKey, Customer[]] => [key, makeRegulars(at)]));
  const codes = new Map<SiteKey, string[]>();
  for (const { key, siteId } of sites) codes.set(key, await ready(printVouchers(owner, siteId)));
  const lines = await openLines();
  const sellers = await openSellers(town, owner);
  const channels = await ready(owner.get<{ items: { id: string; kind: string }[] }>("/api/v1/channels"));
  const paybill = channels.items.find(({ kind }) => kind === "mpesa-paybill");
  // So that a subscriber's money is heard of when it comes, not with the next statement.
  await ready(owner.post(`/api/v1/channels/${paybill?.id}/register`, {}));
  await ready(owner.put("/api/v1/router-back-up-schedule", { every: "day", kept: keptBackUps }));

  planOnce();
  hub.lookSeldom(upkeepMs);
  for (let day = 0, midnightMs = startOfDay(startMs); midnightMs < endMs; day++, midnightMs += dayMs) {
    for (const one of sites) planVisits(one, midnightMs, day);
    planOffice(midnightMs, day);
    const nightMs = Math.min(endMs, midnightMs + dayMs);
    await runUntil(Math.min(nightMs, Math.max(time.trueMs(), endMs - lastMs - upkeepMs)));
    if (time.trueMs() >= endMs - lastMs - upkeepMs) hub.lookSeldom(stepMs.last);
    await runUntil(nightMs);
    say(`day ${day + 1} of ${Math.ceil((endMs - startOfDay(startMs)) / dayMs)}`);
  }

  async function runUntil(untilMs: number): Promise<void> {
    for (;;) {
      events.sort((one, other) => one.atMs - other.atMs);
      const [next] = events;
      if (next === undefined || next.atMs > untilMs) break;
      const together = events.filter(({ atMs }) => atMs <= Math.min(next.atMs + togetherMs, untilMs));
      events.splice(0, together.length);
      await skipTo(next.atMs);
      await ready(Promise.all(together.map(act)));
    }
    await skipTo(untilMs);
  }

  async function act({ atMs, act }: Event): Promise<void> {
    await sleep(clock, Math.max(0, atMs - time.trueMs()));
    await act();
  }

  async function skipTo(atMs: number): Promise<void> {
    for (;;) {
      const gapMs = atMs - time.trueMs();
      if (gapMs <= 0) return;
      const hourOfDay = Math.floor(((time.trueMs() + offsetMs) % dayMs) / hourMs);
      const usual = hourOfDay < 5 ? stepMs.night : stepMs.day;
      const step = Math.min(gapMs, time.trueMs() < endMs - lastMs ? usual : stepMs.last);
      if (step > awakeMs) time.skip(step - awakeMs);
      await time.advance(Math.min(step, awakeMs));
    }
  }

  function planVisits({ key }: HistorySite, midnightMs: number, day: number): void {
    const [first, last] = visitsPerDay[key];
    const weekday = new Date(midnightMs + offsetMs).getUTCDay();
    const swing = weekday === 0 ? 0.7 : weekday >= 5 ? 1.25 : 1;
    const usual = (first + ((last - first) * day) / days) * swing * town.busy;
    const count = Math.max(1, Math.round(usual * (0.8 + chance.integer(41) / 100)));
    for (let visit = 0; visit < count; visit++) {
      const atMs = inHour(midnightMs, drawHour()) + chance.integer(togetherMs);
      at(atMs, () => visitSite(key));
    }
  }

  function drawHour(): number {
    const whole = hours.reduce((sum, part) => sum + part, 0);
    let left = chance.integer(whole);
    return hours.findIndex((part) => {
      left -= part;
      return left < 0;
    });
  }

  async function visitSite(key: SiteKey): Promise<void> {
    const street = streets.get(key) as Street;
    const people = regulars.get(key) as Customer[];
    const who = people[Math.min(chance.integer(people.length), chance.integer(people.length))] as Customer;
    const client = street.site.client(who.address, who.mac);
    if (client.online() || here.has(who.mac)) return;
    here.add(who.mac);
    await come(key, street, who).finally(() => here.delete(who.mac));
  }

  async function come(key: SiteKey, street: Street, who: Customer): Promise<void> {
    const draw = chance.integer(100);
    const plan = sold[Math.min(chance.integer(sold.length), chance.integer(sold.length))] as Plan;
    if (draw < 72) {
      const mood = chance.integer(100);
      const pays = mood < 91 ? "pay" : mood < 97 ? "cancel" : "ignore";
      if (await buy(street, who, { plan, pays })) goOnline(street, who, plan);
      return;
    }
    const [code, bought] =
      draw < 82 ? [codes.get(key)?.pop(), hour] : await sellForCash(key, { who, plan, atCounter: draw >= 94 });
    if (code !== undefined && (await redeem(street, who, code))) goOnline(street, who, bought);
  }

  /** Where nobody sells at the site, they come to the counter. */
  async function sellForCash(
    key: SiteKey,
    { who, plan, atCounter }: { readonly who: Customer; readonly plan: Plan; readonly atCounter: boolean },
  ): Promise<readonly [string | undefined, Plan]> {
    const { siteId } = sites.find((one) => one.key === key) as HistorySite;
    const order = { planId: plan.planId, phone: who.phone };
    const code =
      atCounter || !sellers.sellsAt(key)
        ? await sellers.sellAtCounter(siteId, order)
        : await sellers.sellAtSite(key, order);
    return [code, plan];
  }

  function goOnline(street: Street, who: Customer, { validitySeconds }: Plan): void {
    stay(street, who, 20_000 + chance.integer(120_000));
    const nowMs = time.trueMs();
    // A second later its time is over: the router ends it then, not when we next look.
    const endsMs = nowMs + (validitySeconds ?? 8 * 3600) * 1000 + 1000;
    at(Math.min(endsMs, nextAfter(nowMs + (10 + chance.integer(170)) * minuteMs)), () => leave(street, who));
  }

  function makeRegulars(site: number): Customer[] {
    return Array.from({ length: regularsPerSite }, (_, index) => ({
      phone: phoneOf(site, index),
      mac: ["02", "4B", "D0", hex(site), hex(index), hex(chance.integer(256))].join(":"),
      // Every third one is a guest of the second router, where there is one.
      address: index % 3 === 0 ? `10.77.0.${10 + index}` : `10.5.50.${10 + index}`,
    }));
  }

  async function printVouchers(client: TownClient, siteId: string): Promise<string[]> {
    const order = { planId: hour.planId, quantity: 100, siteId };
    const { batchId } = await client.post<{ batchId: string }>("/api/v1/vouchers/batches", order);
    await sleep(clock, 5000);
    const { items } = await client.get<{ items: { code: string }[] }>(`/api/v1/vouchers?batchId=${batchId}&limit=100`);
    await client.post(`/api/v1/vouchers/batches/${batchId}/printed`, {});
    return items.map(({ code }) => code);
  }

  /** Before the first ones are all sold. */
  async function printMore(): Promise<void> {
    for (const { key, siteId } of sites) codes.get(key)?.unshift(...(await printVouchers(await office(), siteId)));
  }

  async function openLines(): Promise<Line[]> {
    const month = await ready(
      owner.post<{ planId: string }>("/api/v1/plans", {
        name: "Home, a month",
        priceCents: 150_000,
        terms: { downKbps: 10_000, upKbps: 5000 },
        // Lines are opened with it; no guest is offered a month without an end.
        active: false,
      }),
    );
    const names = [
      "Achieng Otieno",
      "Baraka Mwangi",
      "Chebet Rono",
      "Daudi Kamau",
      "Esther Wafula",
      "Farida Hassan",
      "Gitau Njoroge",
      "Halima Abdi",
    ];
    const made: Line[] = [];
    for (const [index, name] of names.entries()) {
      const phone = `0720${String(300_111 + index * 1213)}`;
      const key: SiteKey = index % 3 === 2 ? "stage" : "market";
      const { siteId } = sites.find((one) => one.key === key) as HistorySite;
      const { customerId } = await ready(owner.post<{ customerId: string }>("/api/v1/customers", { name, phone }));
      const user = (name.split(" ")[0] ?? "").toLowerCase();
      const password = `home-${1000 + chance.integer(9000)}`;
      const order = {
        customerId,
        username: user,
        password,
        chap: true,
        service: "hotspot",
        planId: month.planId,
        siteIds: [siteId],
      };
      const { accountId } = await ready(owner.post<{ accountId: string }>("/api/v1/accounts", order));
      const { payNumber } = await ready(
        owner.post<{ payNumber: string }>("/api/v1/subscriptions", {
          customerId,
          accountId,
          planId: month.planId,
          every: { unit: "month", count: 1 },
          autoRenew: true,
        }),
      );
      const who = {
        phone,
        mac: ["02", "4B", "E0", "00", "00", hex(index)].join(":"),
        address: `10.5.51.${10 + index}`,
      };
      made.push({ who, user, password, payNumber, cents: 150_000, paysOnTime: index % 4 !== 3 });
    }
    return made;
  }

  /** Subscribers pay and use their lines; staff do what there is to do; once the site's internet fails. */
  function planOffice(midnightMs: number, day: number): void {
    for (const [index, line] of lines.entries()) {
      const street = streets.get(index % 3 === 2 ? "stage" : "market") as Street;
      const dueDay = 1 + index * 2;
      const payDay = line.paysOnTime ? dueDay : dueDay + 4;
      const owes = !line.paysOnTime && midnightMs > endMs - unpaidDays * dayMs;
      if (day % 30 === payDay % 30 && !owes) at(inHour(midnightMs, 9 + index), () => payLine(line));
      if (chance.integer(100) < 55)
        at(inHour(midnightMs, 18 + chance.integer(4)) + chance.integer(togetherMs), async () => {
          if (!(await logIn(street, line.who, line))) return;
          stay(street, line.who, 60_000 + chance.integer(300_000));
          at(nextAfter(time.trueMs() + (40 + chance.integer(140)) * minuteMs), () => leave(street, line.who));
        });
    }
    if (day % 7 === 2) at(inHour(midnightMs, 20), () => readStatement());
    if (day % 3 === 2) at(inHour(midnightMs, 18), async () => sellers.handIn(await office()));
    if (day % 15 === 9)
      at(inHour(midnightMs, 9), async () => {
        await (await office()).post("/api/v1/expenses", {
          category: "Electricity",
          payee: "Kenya Power",
          note: "Tokens for the counter",
          amountCents: 20_000,
          spentOn: new Date(midnightMs + offsetMs).toISOString().slice(0, 10),
        });
      });
  }

  /** What a business meets now and then, once: an outage, a refund, money taken back, tickets. `part`: of all days. */
  function planOnce(): void {
    const on = (part: number, hour: number, act: () => Promise<void>): void => {
      const midnightMs = startOfDay(startMs + part * days * dayMs);
      at(inHour(midnightMs, hour), act);
    };
    on(0.35, 14, async () => setWan("stage", false));
    on(0.35, 17, async () => setWan("stage", true));
    on(0.4, 15, () => refundOne());
    on(0.45, 8, () => printMore());
    on(0.6, 16, () => takeBackOne());
    on(0.35, 9, () => ticket("Slow in the evening", "speed", true));
    on(0.55, 12, () => ticket("Paid, and was not let in at first", "payment", true));
    on(0.93, 9, () => ticket("Wants a line at home", "other", false));
  }

  async function payLine({ who, payNumber, cents }: Line): Promise<void> {
    const { shortcode } = sampleApp;
    const msisdn = `254${who.phone.slice(1)}`;
    await hub.daraja.organisation.payBill({ shortcode, msisdn, amount: cents / 100, account: payNumber });
  }

  async function setWan(key: SiteKey, up: boolean): Promise<void> {
    sites.find((one) => one.key === key)?.site.setWan(up);
  }

  /** Of the newest purchase of which not all was used: of an hour there is nothing left to give back. */
  async function refundOne(): Promise<void> {
    const client = await office();
    const { items } = await client.get<{ items: { id: string; amountCents: number }[] }>(
      "/api/v1/payments?state=paid&limit=50",
    );
    for (const { id } of items.filter(({ amountCents }) => amountCents > hour.priceCents)) {
      const order = { paymentId: id, method: "cash", reason: "The internet was down for most of this hour" };
      try {
        // Where a site is away that may know better, it goes on by itself once that was heard.
        await client.post("/api/v1/refunds", order);
        return;
      } catch (error) {
        if (!String(error).includes('"code":"used"')) throw error;
      }
    }
    at(nextAfter(time.trueMs() + hourMs), refundOne);
  }

  /** A customer calls M-Pesa, and gets the money back without the business being asked. */
  async function takeBackOne(): Promise<void> {
    const payment = hub.daraja.successes().at(-3);
    if (payment !== undefined) hub.daraja.organisation.reverse(payment.receipt);
  }

  async function readStatement(): Promise<void> {
    const { items } = await (await office()).get<{ items: { id: string; kind: string }[] }>("/api/v1/channels");
    const paybill = items.find(({ kind }) => kind === "mpesa-paybill");
    // From the first day on, as its balance counts.
    const moved = hub.daraja.successes();
    if (paybill === undefined || moved.length === 0) return;
    // This owner leaves the money where it came in: each statement tells of the same days anew, and what one moved on the next would move again.
    const csv = statementCsv("portal", moved, hub.daraja.organisation, { moved: [] });
    await (await office()).post("/api/v1/reconciliation/statements", { channelId: paybill.id, csv });
  }

  async function ticket(subject: string, kind: string, isSolved: boolean): Promise<void> {
    const [site] = sites;
    const order = { subject, kind, text: `${subject}. He called at the counter.`, siteId: site?.siteId ?? null };
    const { ticketId } = await (await office()).post<{ ticketId: string }>("/api/v1/tickets", order);
    if (!isSolved) return;
    const answer = { text: "We looked at it, and it is in order again.", state: "solved" };
    await (await office()).post(`/api/v1/tickets/${ticketId}/answers`, answer);
  }
}

/** One that gets its messages. */
function phoneOf(site: number, index: number): string {
  const number = 100_000 + index * 7919 + site * 104_729;
  const isRefused = String(number).slice(-3) in refusedEndings;
  return `07${10 + site}${String(isRefused ? number + 10 : number).slice(-6)}`;
}

const hex = (number: number): string => (number & 0xff).toString(16).padStart(2, "0").toUpperCase();
/** When people come and go in this hour of the day. */
const inHour = (midnightMs: number, hour: number): number =>
  midnightMs + hour * hourMs + minuteOf(midnightMs + hour * hourMs) * minuteMs;
const startOfDay = (atMs: number): number => Math.floor((atMs + offsetMs) / dayMs) * dayMs - offsetMs;

/** When people next come and go. */
function nextAfter(atMs: number): number {
  const midnightMs = startOfDay(atMs);
  const hour = Math.floor((atMs - midnightMs) / hourMs);
  const thisHourMs = inHour(midnightMs, hour);
  return thisHourMs >= atMs ? thisHourMs : inHour(midnightMs, hour + 1);
}
