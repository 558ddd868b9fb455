/** What stands in the cloud: a provider with plans, a site, vouchers and a paybill; its hub; and the payment channel, which has its own books. */
import type { Furnished } from "@karibu/cloud/ground/db/memory-template";
import type { HttpCall } from "@karibu/cloud/ground/http-client/http-call";
import { createEnvelope } from "@karibu/cloud/ground/secrets/envelope";
import { openParties } from "@karibu/cloud/ground/secrets/party-secret";
import { monthsJob } from "@karibu/cloud/operations/maintenance/keep-months";
import { monthOf } from "@karibu/cloud/operations/maintenance/months-policy";
import { voucherGrantId } from "@karibu/protocol/grant-id";
import { newId } from "@karibu/protocol/identifiers";
import { type Clock, sleep, type World } from "@karibu/protocol/world";
import type { ResultBehaviour, SimulatedDaraja } from "../../daraja/daraja-types.ts";
import { payoutPath, reversalPath } from "../../daraja/organisation.ts";
import { sampleApp, sampleInitiator } from "../../daraja/sample-app.ts";
import { createSimulatedDaraja } from "../../daraja/simulated-daraja.ts";
import { seededRandom } from "../../world/seeded-random.ts";
import type { VirtualTime } from "../../world/virtual-time.ts";
import type { NewFact, Right } from "../judge/chronicle.ts";
import type { Day } from "../sites/asks.ts";
import { trouble } from "../sites/play-site-story.ts";
import type { PlanName, SiteShape } from "../sites/site-story.ts";
import type { Uplink } from "../sites/site-town.ts";
import { type Grave, traceLog } from "../trace-log.ts";
import { type Call, demand } from "./console.ts";
import type { channelCalls } from "./hub-commands.ts";
import { hubUrl } from "./hub-life.ts";
import { createHubProcesses, type HubProcesses } from "./hub-processes.ts";
import { type Dues, takeOverLine } from "./make-lines.ts";
import { makeProvider } from "./make-provider.ts";
import { createOffers, type HubPlan, isSold } from "./offers.ts";
import { makePeople } from "./people.ts";
import { openStoryDatabase, type StoryEngine } from "./story-database.ts";

export interface ChannelTrouble {
  /** What befalls a call of the hub to the channel. */
  readonly calls: (typeof channelCalls)[number];
  /** What befalls a callback. */
  readonly lostPercent: number;
  readonly doubledPercent: number;
  readonly lateSeconds: number;
}

/** In the trace, and the part of chance of the first of its lives. */
const hubProcesses = [
  { who: "hub", part: 8 },
  { who: "hub-2", part: 36 },
] as const;

export const noChannelTrouble: ChannelTrouble = { calls: "none", lostPercent: 0, doubledPercent: 0, lateSeconds: 0 };

/** How calls end whose result comes later. */
interface ResultTrouble {
  readonly arrive: ResultBehaviour;
  /** Of those that would move money: with this code, and nothing moves. Null: they are carried out. */
  readonly code: string | null;
}

export const noResultTrouble: ResultTrouble = { arrive: "plain", code: null };

const callMs = 400;
const slowCallMs = 9000;
const silentMs = 30_000;
/** So long who asks at the console waits for an answer. */
const patienceMs = 40_000;

export interface HubSideParts {
  readonly engine: StoryEngine;
  readonly time: VirtualTime;
  readonly note: (fact: NewFact) => void;
  /** Who has this world, the part of chance it has, and its clock. */
  readonly worldOf: (who: string, part: number, clock: Clock, onGrave?: (level: Grave, event: string) => void) => World;
  readonly chance: { integer(belowExclusive: number): number };
  readonly site: Pick<SiteShape, "vouchers" | "accounts" | "sellers">;
  readonly creditsOutages: boolean;
  readonly mayPause: boolean;
  /** Null: the hub's. */
  readonly unverifiedCentsMax: number | null;
  readonly hasInitiator: boolean;
  readonly refundsUsed: boolean;
  readonly dues: Dues;
  /** How far the clock of a second process of the hub is ahead of the first one's, which is right. Null: there is none. */
  readonly secondAheadMs: number | null;
}

/** The tables' months, as a hub's first hour leaves them: to make them takes as long as to play twenty commands. */
function withMonths(world: World): Furnished {
  const nowMs = world.clock.wall().atMs;
  return {
    name: monthOf(nowMs),
    furnish: (database) => monthsJob(world, database, []).run(),
  };
}

/** Who has a world of a story: its part of chance, its log in the trace, and the clock that it is given. */
export const worldsOf =
  (seed: number, time: VirtualTime, trace: string[]): HubSideParts["worldOf"] =>
  (who, part, clock, onGrave) => ({
    clock,
    random: seededRandom(seed * 64 + part),
    log: traceLog(time, trace, who, onGrave),
  });

/** Opens what needs time to pass meanwhile. */
export async function openInTime<Opened>(time: VirtualTime, opening: Promise<Opened>): Promise<Opened> {
  let isOver = false;
  const over = opening.finally(() => {
    isOver = true;
  });
  while (!isOver) await Promise.race([over, time.advance(500)]);
  return over;
}

export type HubSide = Awaited<ReturnType<typeof openHubSide>>;

export async function openHubSide(parts: HubSideParts) {
  const { time, note, worldOf, chance, site, creditsOutages, mayPause, unverifiedCentsMax, refundsUsed, dues } = parts;
  const streetWorld = worldOf("channel", 1, time.clock());
  const databaseWorld = worldOf("database", 2, time.clock());
  const database = await time.track(openStoryDatabase(parts.engine, databaseWorld, withMonths(databaseWorld)));
  const envelope = createEnvelope(streetWorld.random, [streetWorld.random.bytes(32)]);
  let trouble = noChannelTrouble;
  let resultTrouble = noResultTrouble;
  /** Callbacks as they were sent, for who sends a copy of one, or a forged one. */
  const callbacks: { readonly path: string; readonly body: string }[] = [];

  const daraja = createSimulatedDaraja(streetWorld, {
    apps: [sampleApp],
    msisdnForm: "mask",
    results: () => resultTrouble.arrive,
    failsWith: (path) => (path === payoutPath || path === reversalPath ? resultTrouble.code : null),
    async deliver(url, body) {
      watchOutflow();
      const { pathname: path } = new URL(url);
      callbacks.push({ path, body });
      if (trouble.lateSeconds > 0) await sleep(streetWorld.clock, trouble.lateSeconds * 1000);
      if (chance.integer(100) < trouble.lostPercent) return { status: 0, body: "" };
      if (chance.integer(100) < trouble.doubledPercent) void post(path, body).catch(() => {});
      const answer = await post(path, body);
      const receipt = receiptIn(path, body);
      if (answer.status === 200 && receipt !== null)
        note({ kind: "acknowledged", receipt, isPlain: isPlain(body, receipt) });
      return answer;
    },
  });

  /** It tells of all that was paid, as the channel's pages describe it. */
  const isPlain = (body: string, receipt: string): boolean =>
    daraja.successes().some((each) => each.receipt === receipt && body.includes(`"Amount","Value":${each.amount}}`));

  let [reversed, paidOut, repeated, cameBack] = [0, 0, 0, 0];
  /** Notes what left the channel since, and what came back to it. */
  function watchOutflow(): void {
    for (const { original, amount } of daraja.organisation.reversals().slice(reversed))
      note({ kind: "money-returned", receipt: original, amountCents: amount * 100 });
    for (const { receipt, msisdn, amount } of daraja.organisation.payouts().slice(paidOut))
      note({ kind: "paid-out", receipt, payee: msisdn, amountCents: amount * 100 });
    for (const { receipt, original, amount } of daraja.organisation.returnedPayouts().slice(cameBack))
      note({ kind: "payout-returned", receipt, of: original, amountCents: amount * 100 });
    for (const { receipt } of daraja.organisation.repeatedPayouts().slice(repeated))
      note({ kind: "payout-repeated", receipt });
    reversed = daraja.organisation.reversals().length;
    paidOut = daraja.organisation.payouts().length;
    repeated = daraja.organisation.repeatedPayouts().length;
    cameBack = daraja.organisation.returnedPayouts().length;
  }

  const noteGrave = (level: Grave, event: string) => note({ kind: "logged", who: "hub", level, event });
  const hub = createHubProcesses({
    time,
    database,
    envelope,
    note,
    aheadMs: parts.secondAheadMs === null ? [0] : [0, parts.secondAheadMs],
    worldOf(nth, life, clock) {
      const { who, part } = hubProcesses[nth] as (typeof hubProcesses)[number];
      return worldOf(who, part + life, clock, noteGrave);
    },
    chance,
    callOut: (clock) => callChannel({ daraja, watchOutflow }, clock, () => trouble),
  });
  const post = (path: string, body: string) =>
    hub.ask({ method: "POST", path, headers: { "content-type": "application/json" }, body });

  await hub.start();
  const startedMs = time.trueMs() - time.nowMs();
  const made = await time.track(makeProvider(worldOf("owner", 3, time.clock()), database, envelope, startedMs));
  const newKey = () => newId(streetWorld);
  const callAs =
    (token: string): Call =>
    async (method, path, body, key = newKey()) => {
      const asking = hub.ask({
        method,
        path,
        headers: {
          host: new URL(hubUrl).host,
          authorization: `Bearer ${token}`,
          "content-type": "application/json",
          "idempotency-key": key,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const answer = await Promise.race([asking, sleep(streetWorld.clock, patienceMs).then(() => null)]);
      if (answer === null) throw new Error("nobody answers");
      return { status: answer.status, body: answer.body === "" ? null : JSON.parse(answer.body) };
    };
  const call = callAs(made.ownerToken);
  const lineParts = { world: worldOf("owner", 5, time.clock()), database, envelope, providerId: made.providerId };
  /** Notes the line, too. @returns its name */
  async function take({
    rightId,
    inMinutes,
    ...account
  }: {
    accountId: string;
    planId: string;
    rightId: string;
    inMinutes: number;
  }) {
    const paidUntilMs = inMinutes * 60_000;
    const line = await takeOverLine(lineParts, { ...account, paidUntilMs: startedMs + paidUntilMs });
    note({ kind: "line", ...line, rightId, paidUntilMs, graceSeconds: dues.graceSeconds });
    return line.line;
  }
  if (creditsOutages)
    await demand(call("PATCH", "/api/v1/settings", { outageCredit: { minSeconds: 120, maxSeconds: 7200 } }));
  if (mayPause)
    await demand(call("PATCH", "/api/v1/settings", { codeGuard: { mayPause, mayPin: false, movesPerDay: null } }));
  if (unverifiedCentsMax !== null) {
    await demand(call("PATCH", "/api/v1/money-settings", { unverifiedCentsMax }));
    note({ kind: "unverified-limit", centsMax: unverifiedCentsMax });
  }
  if (refundsUsed) {
    await demand(call("PATCH", "/api/v1/money-settings", { refundUsed: "any" }));
    note({ kind: "refunds-used" });
  }
  const channelId = await openChannel(call, parts.hasInitiator ? sampleInitiator : {});
  const offers = createOffers(startedMs);
  const printed = await printVouchers(call, made, site.vouchers);
  const { sellerIds, commissions, lines, ...people } = await makePeople(call, time, site, made, dues, (due) =>
    time.track(take(due)),
  );
  for (const [at, seller] of sellerIds.entries())
    note({ kind: "seller", seller, commissionPermille: commissions[at] ?? 0 });

  const newLine = () => createLine(hub, post);
  const line = newLine();
  const uplink: Uplink = {
    hubUrl,
    enrolToken: made.enrolToken,
    dial: line.dial,
    post: line.post,
    vouchers: printed,
    ...people,
    planKeyOf: (plan) => [...made.planIds].find(([, name]) => name === plan)?.[0] ?? "",
    offerOf: (plan, priceCents) => offers.pricedAt(plan, priceCents) ?? plan,
  };

  return {
    hub,
    database,
    daraja,
    uplink,
    providerId: made.providerId,
    /** What the hub's books call these numbers, and the numbers. Once the hub is up. */
    async namesOf(phones: readonly string[]): Promise<ReadonlyMap<string, string>> {
      const parties = await openParties(databaseWorld, database, envelope);
      return new Map(phones.map((phone) => [parties.ofPhone(made.providerId, phone), phone]));
    },
    siteId: made.siteId,
    planIds: made.planIds,
    /** Those that are asked for by their number. */
    soldPlans: new Map([...made.planIds].filter(([, name]) => isSold(name))),
    /** A plan as it was at a price, by the judge's name; as it was at first, where it never had this price. */
    planNamed(planId: string, priceCents: number): string {
      const plan = made.planIds.get(planId);
      return plan === undefined ? "" : (offers.pricedAt(plan, priceCents) ?? plan);
    },
    offers,
    restoreWorld: worldOf("restore", 7, time.clock()),
    channelId,
    sellerIds,
    lines,
    callbacks,
    call,
    callAsAdmin: callAs(made.adminToken),
    neighbourId: made.neighbourId,
    callAsNeighbour: callAs(made.neighbourToken),
    newKey,
    post,
    watchOutflow,
    setTrouble(now: ChannelTrouble): void {
      trouble = now;
    },
    setResultTrouble(now: ResultTrouble): void {
      resultTrouble = now;
    },
    cutWan: line.cut,
    /** Of another site. */
    newLine,
  };
}

/** A site's way to the hub. */
function createLine(
  hub: HubProcesses,
  post: (path: string, body: string) => Promise<{ status: number; body: string }>,
) {
  const cutBy = new Set<"trouble" | "port">();
  let wire: { cut(): void } | null = null;
  const refuseWhileCut = () => {
    if (cutBy.size > 0) throw new Error("connection refused");
  };
  return {
    async dial() {
      refuseWhileCut();
      const dialled = hub.dial();
      wire = dialled;
      return dialled;
    },
    async post(url: string, body: unknown) {
      refuseWhileCut();
      const answer = await post(new URL(url).pathname, JSON.stringify(body));
      return { status: answer.status, body: JSON.parse(answer.body) as unknown };
    },
    /** @returns whether anything cuts it still */
    cut(by: "trouble" | "port", isCut: boolean): boolean {
      if (isCut) cutBy.add(by);
      else cutBy.delete(by);
      if (isCut) wire?.cut();
      return cutBy.size > 0;
    },
  };
}

/** Of money that came in, by the body of a callback or a confirmation; null: it tells of none. */
function receiptIn(path: string, body: string): string | null {
  const kind = /\/hooks\/k\/[^/]+\/(\w)/.exec(path)?.[1];
  if (kind === "c") return /"TransID":"(\w+)"/.exec(body)?.[1] ?? null;
  return kind === "s" ? (/"MpesaReceiptNumber","Value":"(\w+)"/.exec(body)?.[1] ?? null) : null;
}

function callChannel(
  { daraja, watchOutflow }: { readonly daraja: SimulatedDaraja; watchOutflow(): void },
  clock: Clock,
  trouble: () => ChannelTrouble,
): HttpCall {
  return async ({ method, url, headers, body }) => {
    const { calls } = trouble();
    await sleep(clock, calls === "slow" ? slowCallMs : callMs);
    if (calls === "refused") return { status: 503, body: "<html><body>Service Unavailable</body></html>" };
    if (calls === "silent") {
      await sleep(clock, silentMs);
      throw new Error("The operation was aborted due to timeout");
    }
    const { pathname: path, searchParams: query } = new URL(url);
    const lowerCase = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const answer = await daraja.request({ method, path, query, headers: lowerCase, body: body ?? "" });
    watchOutflow();
    await sleep(clock, calls === "slow" ? slowCallMs : callMs);
    // The channel has done it, and its answer is lost on the way.
    if (calls === "unheard") throw new Error("socket hang up");
    return { status: answer.status, body: answer.body };
  };
}

async function openChannel(call: Call, initiator: object): Promise<string> {
  const { business: _, ...keys } = sampleApp;
  const channel = { kind: "mpesa-paybill", name: "Paybill", environment: "sandbox", ...keys, ...initiator };
  const made = await demand(call("POST", "/api/v1/channels", channel));
  await demand(call("POST", `/api/v1/channels/${made.id}/register`, {}));
  return made.id;
}

async function printVouchers(
  call: Call,
  { planIds, siteId }: { readonly planIds: ReadonlyMap<string, HubPlan>; readonly siteId: string },
  wanted: readonly PlanName[],
): Promise<{ code: string; right: Right }[]> {
  const printed: { code: string; right: Right }[] = [];
  for (const [planId, plan] of planIds) {
    const quantity = wanted.filter((name) => name === plan).length;
    if (quantity === 0) continue;
    const { batchId } = await demand(call("POST", "/api/v1/vouchers/batches", { planId, quantity, siteId }));
    const { items } = await demand(call("GET", `/api/v1/vouchers?batchId=${batchId}&limit=100`));
    for (const { code, serial } of items as { code: string; serial: number }[])
      printed.push({ code, right: { rightId: voucherGrantId({ batchId, serial }), kind: "voucher", plan } });
  }
  return printed;
}

/** A site has no internet. @param cut takes its way to the hub, or gives it back; returns whether anything cuts it still */
export const cutOff = (day: Pick<Day, "town" | "troubles">, seconds: number, cut: (isCut: boolean) => boolean): void =>
  trouble(day, "wan", "cut", seconds, () => {
    const { knobs } = day.town.router;
    cut(true);
    knobs.wan = "down";
    return () => {
      knobs.wan = cut(false) ? "down" : "up";
    };
  });
