/**
 * A day of trade at all channels, played against a hub process that is killed on the way, and its end: the statements are imported, the days
 * closed, and the channels' own books compared with what the hub's API says. What happens is in `test-day-plan.ts`.
 */
import { statementWorkbook } from "@karibu/cloud/money/reconciliation/test-workbook";
import { freeTcpPort } from "@karibu/tools/start/free-ports";
import { statementCsv, statementRows } from "../daraja/statement.ts";
import { eventually } from "./payments-hub.ts";
import { type Compared, compareBooks, type DayTruth, type HubBooks, type RealInflow } from "./test-day-books.ts";
import { mpesaApps, startDayChannels } from "./test-day-channels.ts";
import { type DayHubSetting, shiftedWorld, startDayHub } from "./test-day-hub.ts";
import { type CallAs, initiatorOf, mpesaPlaces, openDay, patienceMs, type Shop } from "./test-day-opening.ts";
import { createPaying, msisdnOf } from "./test-day-paying.ts";
import { type Day, type DayPayment, type PlaceName, planDay } from "./test-day-plan.ts";

const hourMs = 3_600_000;
/** Nine in the morning in East Africa. */
const opensAtMs = Date.UTC(2026, 10, 20, 6);
const dayText = "2026-11-20";
const period = "From 20-11-2026 00:00:00 To 20-11-2026 23:59:59";
const proofAfterMs = 1.7 * hourMs;
const nightAfterMs = 15.7 * hourMs;
/** A hub that is killed is away for so long by everybody's clock: its unfinished requests are taken over. */
const awayMs = 61_000;
const atOnce = 20;
/** The report settles within so long, or it never does. */
const settlesWithinMs = 180_000;
const admin = { email: "admin@karibu.test", password: "the-admin-password" };

export interface EndOfDay {
  /** With the initiator of one short code dead. */
  readonly atNight: Compared;
  /** After that initiator was replaced. */
  readonly nextMorning: Compared;
  readonly closed: Readonly<Record<string, { readonly bookedCents: number; readonly statementCents: number }>>;
  /** Why the day of the short code with the dead initiator was not closed at night; null: it was. */
  readonly notClosed: string | null;
  /** By the channels' own books. */
  readonly real: { readonly inflows: number; readonly cents: number; readonly returned: number };
  /** How many had been paid at each death of the hub. */
  readonly killedWith: readonly number[];
  readonly seconds: number;
}

export async function playEndOfDay(
  day: Day,
  engine: Pick<DayHubSetting, "databaseUrl" | "dataDir">,
): Promise<EndOfDay> {
  const startedMs = performance.now();
  const plan = planDay(day);
  const byMsisdn = new Map(plan.map((each) => [msisdnOf(each), each]));
  const fateOf = ({ msisdn }: { readonly msisdn: string }) => byMsisdn.get(msisdn)?.fate ?? "plain";
  let shiftMs = opensAtMs - Date.now();
  const world = shiftedWorld(() => shiftMs);
  const lostOrders = new Set<string>();
  const channels = await startDayChannels(
    world,
    {
      scriptedMs: 20,
      lateMs: 3000,
      promptMs: hourMs,
      querySpacingMs: 0,
      resultMs: 20,
      loses: (prompt) => fateOf(prompt) === "lost",
      delivery: (prompt) => (({ doubled: "twice", late: "late" }) as const)[fateOf(prompt) as "late"] ?? "once",
      confirmsPush: (success) =>
        (({ lost: "never", "confirmed-first": "before" }) as const)[fateOf(success) as "lost"] ?? "after",
    },
    { pesapal: (orderId) => lostOrders.has(orderId) },
  );
  const { daraja } = channels;
  const { organisation } = daraja;
  const setting = { ...engine, port: await freeTcpPort(), admin, channelUrls: channels.channelUrls };
  let hub = await startDayHub({ ...setting, shiftMs });
  const killedWith: number[] = [];
  let keys = 0;

  const call: CallAs = (shop, method, path, body, key = `key-${++keys}`) =>
    hub.call(method, path, { token: shop.token, key, ...(body === undefined ? {} : { body }) });
  const logIn = async (who: { email: string; password: string }): Promise<string> =>
    (await hub.call("POST", "/login", { body: who })).token;
  async function openShop(name: string, currency: "KES" | "UGX", priceCents: number): Promise<Shop> {
    const owner = { email: `owner@${name}.test`, password: "the-owner-password" };
    const made = { name, ownerEmail: owner.email, ownerPassword: owner.password, currency };
    await hub.call("POST", "/providers", { token: await logIn(admin), body: made });
    const shop = { owner, token: await logIn(owner), planId: "" };
    const { planId } = await call(shop, "POST", "/plans", { name: "An hour", priceCents, terms: {} });
    return { ...shop, planId };
  }
  async function moveClock(toMs: number, ...shops: readonly Shop[]): Promise<void> {
    shiftMs = toMs - Date.now();
    await hub.order({ kind: "clock", shiftMs });
    for (const shop of shops) shop.token = await logIn(shop.owner);
    await hub.order({ kind: "sweep" });
  }
  async function readAll<Item>(shop: Shop, path: string): Promise<Item[]> {
    const all: Item[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const more: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const page = await call(shop, "GET", `${path}${path.includes("?") ? "&" : "?"}limit=100${more}`);
      all.push(...page.items);
      cursor = page.nextCursor;
    }
    return all;
  }
  const settled = () =>
    eventually(
      () => hub.order<{ reports: number; purchases: number }>({ kind: "open" }),
      ({ reports, purchases }) => {
        if (reports + purchases > 0) throw new Error(`${reports} reports and ${purchases} purchases wait`);
      },
      patienceMs,
    );

  try {
    const opened = await openDay({ call, channels, capCents: day.capCents, openShop });
    const { kenya, uganda, places, shopOf } = opened;
    const paying = createPaying({ world, call, channels, day: opened, lostOrders });

    const killAt = Array.from({ length: day.kills }, (_, at) => Math.floor(((at + 1) / (day.kills + 1)) * plan.length));
    for (let from = 0; from < plan.length; from += atOnce) {
      const paidBefore = daraja.successes().length;
      const batch = Promise.all(plan.slice(from, from + atOnce).map(paying.play));
      if (killAt.some((at) => at >= from && at < from + atOnce)) {
        // Some have paid, and others are about to.
        const hasBegun = eventually(async () => daraja.successes().length, isMoreThan(paidBefore), patienceMs);
        await Promise.race([batch, hasBegun]);
        await hub.kill();
        killedWith.push((await channels.inflows()).length);
        shiftMs += awayMs;
        hub = await startDayHub({ ...setting, shiftMs });
      }
      await batch;
    }
    await daraja.delivered();
    await settled();

    // Later in the morning the hub asks about what only callbacks have told; then money goes back.
    await moveClock(opensAtMs + proofAfterMs, kenya, uganda);
    const prove = async (payment: DayPayment, id: string): Promise<boolean> => {
      const { verified } = await call(shopOf(payment.place), "GET", `/payments/${id}`);
      if (!verified) await call(shopOf(payment.place), "POST", `/payments/${id}/verify`);
      return verified;
    };
    for (const payment of plan.filter(({ afterwards }) => afterwards !== null)) {
      const id = paying.paymentIds.get(payment.number);
      if (id === undefined) throw new Error(`payment ${payment.number} was not made`);
      const isProved = (is: boolean) => {
        if (!is) throw new Error(`${payment.place} ${payment.number} is not proved`);
      };
      await eventually(() => prove(payment, id), isProved, patienceMs);
      await paying.giveBack(payment, id);
    }
    const allDone = (refunds: HubBooks["refunds"]) => {
      const waiting = refunds.filter(({ state }) => state !== "done");
      if (waiting.length > 0) throw new Error(`refunds are not done: ${JSON.stringify(waiting)}`);
    };
    for (const shop of [kenya, uganda])
      await eventually(() => readAll<HubBooks["refunds"][number]>(shop, "/refunds"), allDone, patienceMs);
    await settled();

    // The night: statements are imported, and days closed.
    await moveClock(opensAtMs + nightAfterMs, kenya, uganda);
    for (const place of mpesaPlaces) {
      const { shortcode } = mpesaApps[place];
      const given = [daraja.successes(), organisation, { shortcode, period }] as const;
      const workbook = () => Buffer.from(statementWorkbook("xlsx", statementRows("portal", ...given)));
      const file =
        place === "till" ? { file: workbook().toString("base64") } : { csv: statementCsv("portal", ...given) };
      const read = await call(kenya, "POST", "/reconciliation/statements", { channelId: places[place].id, ...file });
      if (read.failures.length > 0) throw new Error(JSON.stringify(read.failures));
    }
    const compare = async (unaskable: ReadonlySet<PlaceName>): Promise<Compared> => {
      const inflows = await channels.inflows();
      const both: Compared[] = [];
      for (const shop of [kenya, uganda]) {
        const all = await readAll<{ id: string; kind: string }>(shop, "/channels");
        const own = Object.entries(places).filter(([, { id }]) => all.some((each) => each.id === id));
        const truth: DayTruth = {
          inflows: inflows.filter(({ place }) => shopOf(place) === shop),
          forged: paying.forged,
          unaskable,
          channels: new Map([
            ...all.filter(({ kind }) => kind === "cash").map(({ id }) => [id, "cash"] as const),
            ...own.map(([place, { id }]) => [id, place as PlaceName] as const),
          ]),
          feeCents: new Map(mpesaPlaces.map((place) => [place, feesOf(inflows, place)])),
          payoutCents: new Map([["paybill", sum(organisation.payouts().map(({ amount }) => amount * 100))]]),
          tillCents: shop === kenya ? paying.takenCents() : 0,
        };
        const books: HubBooks = {
          receipts: await readAll(shop, "/receipts"),
          payments: await readAll(shop, "/payments"),
          accounts: await readAll(shop, "/ledger/accounts"),
          refunds: await readAll(shop, "/refunds"),
          differences: await readAll(shop, "/reconciliation/differences?state=open"),
        };
        both.push(compareBooks(books, truth));
      }
      return joinCompared(both);
    };
    /** What is still on its way is waited for: what stays unexplained is the answer. */
    const comparedAtLast = async (unaskable: ReadonlySet<PlaceName>): Promise<Compared> => {
      for (const untilMs = performance.now() + settlesWithinMs; ; ) {
        const compared = await compare(unaskable);
        if (compared.unexplained.length === 0 || performance.now() > untilMs) return compared;
      }
    };
    const closed: Record<string, { bookedCents: number; statementCents: number }> = {};
    const close = async (place: (typeof mpesaPlaces)[number]): Promise<string | null> => {
      const body = { channelId: places[place].id, day: dayText };
      try {
        const { bookedCents, statementCents } = await call(kenya, "POST", "/reconciliation/closed-days", body);
        closed[place] = { bookedCents, statementCents };
        return null;
      } catch (error) {
        return String(error);
      }
    };
    const atNight = await comparedAtLast(new Set<PlaceName>(["dead", "mtn"]));
    for (const place of ["paybill", "till"] as const) {
      const why = await close(place);
      if (why !== null) throw new Error(why);
    }
    const notClosed = await close("dead");

    // In the morning the owner enters another initiator: what waited is asked.
    await call(kenya, "PUT", `/channels/${places.dead.id}/initiator`, initiatorOf("new"));
    const nextMorning = await comparedAtLast(new Set<PlaceName>(["mtn"]));
    await close("dead");
    const inflows = await channels.inflows();
    return {
      atNight,
      nextMorning,
      closed,
      notClosed,
      killedWith,
      real: {
        inflows: inflows.length,
        cents: sum(inflows.map(({ amountCents }) => amountCents)),
        returned: inflows.filter(({ returnedCents }) => returnedCents > 0).length,
      },
      seconds: Math.round((performance.now() - startedMs) / 1000),
    };
  } finally {
    await hub.kill();
    await channels.stop();
  }
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, each) => total + each, 0);
const isMoreThan = (before: number) => (now: number) => {
  if (now <= before) throw new Error("nobody pays");
};
/** Half a shilling for each payment stands on the statement. */
const feesOf = (inflows: readonly RealInflow[], of: PlaceName): number =>
  50 * inflows.filter(({ place }) => place === of).length;

/** Of two providers: neither their receipts nor their currencies are the same. */
function joinCompared(all: readonly Compared[]): Compared {
  const named: Record<string, number> = {};
  for (const each of all)
    for (const [name, count] of Object.entries(each.named)) named[name] = (named[name] ?? 0) + count;
  const forgedServiceCents = Object.assign({}, ...all.map((each) => each.forgedServiceCents));
  return { named, unexplained: all.flatMap(({ unexplained }) => unexplained), forgedServiceCents };
}
