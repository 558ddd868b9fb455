import { sampleApp } from "../../daraja/sample-app.ts";
import { seededRandom } from "../../world/seeded-random.ts";
import type { QuietWatch, VirtualTime } from "../../world/virtual-time.ts";
import type { Chronicle } from "../judge/chronicle.ts";
import { begin, follow, phoneOf, seen } from "../sites/asks.ts";
import { loadParts } from "../sites/load-parts.ts";
import { pass, play as playAtSite, shapeRouter, trouble } from "../sites/play-site-story.ts";
import { readBooks } from "../sites/read-books.ts";
import type { Command } from "../sites/site-story.ts";
import { type Answer, openSiteTown, timeOfSeed } from "../sites/site-town.ts";
import { orNothing } from "./console.ts";
import { customerOffPlayer } from "./customers-off.ts";
import { type HoldKind, holdPlayers } from "./holds.ts";
import type { HubCommand, HubCommandKind } from "./hub-commands.ts";
import type { HubDay, Order, Player } from "./hub-day.ts";
import {
  cutOff,
  type HubSide,
  type HubSideParts,
  noChannelTrouble,
  openHubSide,
  openInTime,
  worldsOf,
} from "./hub-side.ts";
import type { HubStory } from "./hub-story.ts";
import { promisePlayer, renewPlayer } from "./lines.ts";
import { makeCreditPlayer } from "./made-credit.ts";
import { duesOf } from "./make-lines.ts";
import { neighbourPlayer, readNeighbour } from "./neighbour.ts";
import { type OperatorKind, operatorPlayers, readmit } from "./operators.ts";
import { lastOfPackage, renewPackagePlayer } from "./packages.ts";
import { msisdnOf, payers, strangersPhone } from "./payers.ts";
import { accountPlansAt } from "./people.ts";
import { readHubBooks } from "./read-hub-books.ts";
import { type HubReach, readHubReach } from "./read-hub-reach.ts";
import { readSiteCopy } from "./read-site-copy.ts";
import { releasePlayer } from "./releases.ts";
import { type RestoreKind, restorePlayers } from "./restore-hub.ts";
import { switchPortPlayer, watchUplink } from "./router-port.ts";
import { type SendBackKind, sendBackPlayers } from "./send-back.ts";
import { closeNight, reversePlayer, withdrawPlayer } from "./statements.ts";
import { quickEngine, type StoryEngine } from "./story-database.ts";
import { type TakeBackKind, takeBackPlayers } from "./take-back.ts";

export interface PlayedHubStory {
  readonly chronicle: Chronicle;
  /** The log of hub, agent and router. */
  readonly trace: readonly string[];
  readonly reach: HubReach;
  /** Virtual milliseconds. */
  readonly tookMs: number;
  /** How often something ended after quiet was declared, where somebody looked. */
  readonly lateWork: number;
}

/** Questions about the last purchases, links that dial again and what the journal still holds come to rest within so long. */
const restMs = 900_000;
const pollMs = 4000;
const pollsMax = 90;

/** @param engine what happens is the same on each */
export async function playHubStory(
  story: HubStory,
  watch: QuietWatch | null = null,
  engine: StoryEngine = quickEngine,
): Promise<PlayedHubStory> {
  await loadParts();
  const time = timeOfSeed(story.seed, watch);
  const trace: string[] = [];
  const early: Parameters<HubDay["town"]["note"]>[0][] = [];
  const worldOf = worldsOf(story.seed, time, trace);
  let note: (fact: (typeof early)[number]) => void = (fact) => void early.push(fact);
  const opening = openHubSide({
    engine,
    time,
    note: (fact) => note(fact),
    worldOf,
    chance: seededRandom(story.seed * 64 + 4),
    site: story.site,
    creditsOutages: story.creditsOutages,
    mayPause: story.mayPause === true,
    unverifiedCentsMax: story.asksFirst === true ? 0 : (story.unverifiedCentsMax ?? null),
    hasInitiator: story.hasInitiator === true,
    refundsUsed: story.refundsUsed === true,
    dues: duesOf(story),
    secondAheadMs: story.secondAheadMs ?? null,
  });
  const opened = await openInTime(time, opening);
  try {
    const town = openSiteTown(story.seed, story.site, time, opened.uplink);
    note = town.note;
    for (const fact of early) note(fact);
    const played = await playTown(story, { time, trace, worldOf, opened, town });
    town.hangUp();
    return played;
  } finally {
    opened.hub.hangUp();
    await opened.database.close();
  }
}

interface TownParts {
  readonly time: VirtualTime;
  readonly trace: readonly string[];
  readonly worldOf: HubSideParts["worldOf"];
  readonly opened: HubSide;
  readonly town: HubDay["town"];
}

async function playTown(story: HubStory, { time, trace, worldOf, opened, town }: TownParts): Promise<PlayedHubStory> {
  const day: HubDay = {
    town,
    story,
    side: opened,
    asks: 0,
    sales: [],
    orders: [],
    troubles: new Map(),
    posted: new Map(),
    saleNames: seededRandom(story.seed ^ 0x5a1e),
    names: seededRandom(story.seed ^ 0x0dde),
    acts: 0,
    movedSeen: 0,
    backUp: null,
    withdrawals: [],
    releases: [],
  };
  // Only the pings of a router whose API is asked prove an outage.
  if (story.creditsOutages && story.site.routerApi) town.note({ kind: "credits-outages" });
  watchUplink(day);
  await town.open();
  shapeRouter(day);
  await passWatched(day, 20_000);
  for (const command of story.commands) {
    play(day, command);
    await passWatched(day, command.do === "wait" ? command.seconds * 1000 : command.gapSeconds * 1000);
  }
  for (const end of [...day.troubles.values()]) end();
  town.settleDown();
  await passWatched(day, restMs);
  while (town.agent() === null || !opened.hub.isUp()) await passWatched(day, 60_000);
  opened.hub.spare();
  if (day.backUp !== null) {
    // Who restores a hub brings it the channel's statement: what was paid since the back-up stands there.
    play(day, { do: "statement", layout: "portal", file: "csv", gapSeconds: 0 });
    await passWatched(day, 60_000);
  }
  for (const order of day.orders) if (order.isSeenPaid && !order.isStranger) begin(day, returnPaid(day, order));
  await passWatched(day, 180_000);
  await readAll(day);
  await closeNight(day);
  await readNeighbour(day);
  const reach = await readHubReach(opened);
  town.note({ kind: "told", alarms: reach.alarms, status: [] });
  await town.close();
  town.note(await readSiteCopy(worldOf("copy", 6, time.clock()), town.folder, time.trueMs() - time.nowMs()));
  await Promise.all([opened.hub.close(), time.advance(60_000)]);
  return {
    chronicle: {
      plans: { ...opened.offers.all(), ...accountPlansAt(time.trueMs() - time.nowMs()) },
      rights: town.rights,
      phones: story.site.phones,
      facts: town.facts,
    },
    trace: [...trace, ...town.trace],
    reach,
    tookMs: time.nowMs(),
    lateWork: time.lateWork(),
  };
}

/** Lets time pass, and looks at the router and at the channel's own books meanwhile. */
async function passWatched(day: HubDay, ms: number): Promise<void> {
  await pass(day.town, ms);
  const moved = day.side.daraja.successes();
  for (const { receipt, amount, accountReference, checkoutRequestId, msisdn } of moved.slice(day.movedSeen)) {
    const isPrompted = checkoutRequestId !== "";
    day.town.note({
      kind: "money-moved",
      receipt,
      amountCents: amount * 100,
      reference: accountReference,
      payer: msisdn,
      isPrompted,
    });
  }
  day.movedSeen = moved.length;
}

async function readAll({ town, side }: HubDay): Promise<void> {
  const agent = town.agent();
  if (agent === null) return;
  town.note({ kind: "books", books: readBooks(agent, "end") });
  const books = await readHubBooks(side, town.time.trueMs() - town.time.nowMs());
  const bought = await side.database.asProvider(side.providerId, (tx) =>
    tx
      .selectFrom("grants")
      .innerJoin("purchases", "purchases.purchaseId", "grants.purchaseId")
      .leftJoin("customers", "customers.phoneHash", "grants.phoneHash")
      .select(["grants.grantId", "purchases.purchaseId", "purchases.planId", "purchases.amountCents"])
      .select(["customers.customerId as customer", "purchases.renewsGrantId"])
      .orderBy("grants.grantId")
      .execute(),
  );
  for (const row of bought)
    town.note({
      kind: "bought",
      purchaseId: row.purchaseId,
      rightId: row.grantId,
      plan: side.planNamed(row.planId, row.amountCents),
      customer: row.customer,
      renews: row.renewsGrantId,
    });
  town.note({ kind: "hub-books", books });
}

type HubOnly = Exclude<
  HubCommandKind,
  Command["do"] | OperatorKind | HoldKind | TakeBackKind | SendBackKind | RestoreKind
>;

const players: { readonly [Kind in HubOnly]: Player<Kind> } = {
  neighbour: neighbourPlayer,
  "customer-off": customerOffPlayer,
  "renew-package": renewPackagePlayer,
  release: releasePlayer,
  withdraw: withdrawPlayer,
  reverse: reversePlayer,
  "renew-line": renewPlayer,
  "promise-line": promisePlayer,
  "switch-port": switchPortPlayer,
  buy: (day, { phone, plan, payer }) => {
    const ids = [...day.side.soldPlans.keys()];
    const order: Order = {
      phone: phoneOf(day, phone),
      planId: ids[plan % ids.length] as string,
      payer: `0700000${payers[payer % payers.length]}`,
      idempotencyKey: Buffer.from(day.names.bytes(16)).toString("hex"),
      purchaseId: null,
      isSeenPaid: false,
      isStranger: false,
    };
    day.orders.push(order);
    begin(day, buy(day, order));
  },
  "buy-again": (day, { phone }) => {
    const order = day.orders.findLast((each) => each.phone === phoneOf(day, phone) && !each.isStranger);
    if (order !== undefined) begin(day, buy(day, order));
  },
  "pay-by-hand": (day, { payer, plan, account, change, confirmation, isLike }) => {
    const newest = day.orders.at(-1);
    const likeNewest = isLike ? newest : undefined;
    const planName =
      day.side.planIds.get(likeNewest?.planId ?? "") ??
      [...day.side.soldPlans.values()][plan % day.side.soldPlans.size];
    const msisdn = `254700001${likeNewest?.payer.slice(-3) ?? `00${payer % 6}`}`;
    begin(
      day,
      payByHand(day, {
        msisdn,
        // Of what costs less than somebody forgets to pay, they pay a shilling.
        amount: Math.max(1, day.side.offers.now(planName ?? "2 hours").terms.priceCents / 100 + change),
        confirmation,
        account:
          account === "reference"
            ? (newest?.purchaseId ?? null)
            : account === "phone"
              ? `0${msisdn.slice(3)}`
              : "HOUSE 7",
      }),
    );
  },
  claim: (day, { phone, payment, isOwn }) => begin(day, claim(day, phoneOf(day, phone), payment, isOwn)),
  "hub-killed": ({ side }, { offSeconds }) => side.hub.kill(offSeconds * 1000),
  "hub-dies-at": ({ side }, { transaction, isAfter, offSeconds }) =>
    side.hub.dieAt({ transaction, of: null, when: isAfter ? "after" : "before" }, offSeconds * 1000),
  "hub-dies-with-money": ({ side }, { transaction, of, isAfter, offSeconds }) =>
    side.hub.dieAt({ transaction, of, when: isAfter ? "after" : "before" }, offSeconds * 1000),
  "hub-restarted": (day, { offSeconds }) => begin(day, day.side.hub.stop(offSeconds * 1000)),
  "wan-trouble": (day, { seconds }) => cutOff(day, seconds, (isCut) => day.side.cutWan("trouble", isCut)),
  "channel-trouble": (day, { seconds, ...now }) =>
    trouble(
      day,
      "channel",
      `calls: ${now.calls}; callbacks: ${now.lostPercent} % lost, ${now.lateSeconds} s late`,
      seconds,
      () => {
        day.side.setTrouble(now);
        return () => day.side.setTrouble(noChannelTrouble);
      },
    ),
  "callback-again": ({ side }, { callback }) => {
    const sent = side.callbacks[callback % Math.max(1, side.callbacks.length)];
    if (sent !== undefined) side.post(sent.path, sent.body).catch(() => {});
  },
  "callback-forged": (day, { callback }) => {
    const { side, town, names } = day;
    const pushes = side.callbacks.filter(({ path }) => /\/s\//.test(path));
    const sent = pushes[callback % Math.max(1, pushes.length)];
    if (sent === undefined) return;
    const receipt = `UF${Buffer.from(names.bytes(4)).toString("hex").toUpperCase()}`;
    town.note({ kind: "forged", receipt });
    side.post(sent.path.replace(/\w{6}$/, "000000"), forgedBody(sent.body, receipt, 2000)).catch(() => {});
  },
  "callback-leaked": (day, { callback, percent }) => begin(day, postLeaked(day, callback, percent)),
  "make-credit": makeCreditPlayer,
};

function play(day: HubDay, command: HubCommand): void {
  if (command.do === "new-mac" && !command.keepsCookie)
    for (const order of day.orders) if (order.phone === phoneOf(day, command.phone)) order.isStranger = true;
  if (command.do === "stick-changed") begin(day, readmit(day, command.offSeconds * 1000));
  const own = (
    {
      ...players,
      ...operatorPlayers,
      ...holdPlayers,
      ...takeBackPlayers,
      ...sendBackPlayers,
      ...restorePlayers,
    } as Partial<Record<HubCommandKind, Player<HubCommandKind>>>
  )[command.do];
  if (own !== undefined) own(day, command);
  else playAtSite(day, command as Command);
}

/** As the page does: starts the purchase, and asks what became of it until it is over; then it does what it is told to get online. */
async function buy(day: HubDay, order: Order): Promise<void> {
  const { town } = day;
  const ask = day.asks++;
  const { phone, planId, payer, idempotencyKey } = order;
  if (!(await seen(town, phone))) return;
  town.note({ kind: "asked", ask, what: "purchase", phone, payer: msisdnOf(payer), rightId: null });
  const started = await town.ask(phone, "/api/purchases", { planId, phone: payer, idempotencyKey });
  if (started === null) return;
  town.note({
    kind: "answered",
    ask,
    code: started.status < 300 ? "ok" : (started.body.code ?? String(started.status)),
  });
  if (started.status >= 300) return;
  let view = started.body as PurchaseSaid;
  const { purchaseId } = view;
  order.purchaseId = purchaseId;
  for (let polls = 0, said = ""; polls < pollsMax; polls++) {
    if (view.state !== said) {
      said = view.state;
      town.note({ kind: "purchase-said", ask, purchaseId, state: said, payer: msisdnOf(payer) });
      if (said === "paid" && !order.isStranger) order.isSeenPaid = true;
    }
    if (said === "failed") return;
    if (said === "paid" && view.logIn?.kind !== "wait") {
      if (view.logIn != null) await follow(day, phone, ask, { status: 200, body: view.logIn });
      return;
    }
    await new Promise<void>((resolve) => void town.after(pollMs, resolve));
    if (order.isStranger) return;
    const again = await town.ask(phone, `/api/purchases/${purchaseId}`, null);
    if (again !== null && again.status < 300) view = again.body as PurchaseSaid;
  }
}

/** At the paybill, from the menu of the phone. `account`: the id of a purchase whose reference is typed, or what is typed. */
async function payByHand(
  { side }: HubDay,
  paid: { msisdn: string; amount: number; account: string | null; confirmation: "once" | "twice" | "late" | "never" },
): Promise<void> {
  const reference = await side.database.asProvider(side.providerId, (tx) =>
    tx.selectFrom("purchases").select("reference").where("purchaseId", "=", paid.account).executeTakeFirst(),
  );
  const account = reference?.reference ?? paid.account ?? "KARIBU";
  await side.daraja.organisation.payBill({ ...paid, account, shortcode: sampleApp.shortcode });
}

/** "I already paid": with a receipt of the channel's books, and the number that paid; or, not `isOwn`, of who saw somebody's receipt. */
async function claim(day: HubDay, phone: number, payment: number, isOwn: boolean): Promise<void> {
  const { town, side } = day;
  const all = side.daraja.successes();
  const chosen = all[payment % Math.max(1, all.length)];
  if (chosen === undefined || !(await seen(town, phone))) return;
  const bought = await readGrantOf(side, "purchases.reference", chosen.accountReference);
  const ask = day.asks++;
  const { receipt, msisdn } = chosen;
  const what = isOwn ? "claim" : "false-claim";
  town.note({ kind: "asked", ask, what, phone, receipt, rightId: isOwn ? (bought?.grantId ?? null) : null });
  const from = isOwn ? `0${msisdn.slice(3)}` : strangersPhone;
  const answer = await town.ask(phone, "/api/claims", { phone: from, receipt });
  const found = (answer?.body as { purchase?: Answer | null } | undefined)?.purchase;
  await follow(day, phone, ask, answer === null || found == null ? answer : { status: answer.status, body: found });
}

interface PurchaseSaid extends Answer {
  readonly purchaseId: string;
  readonly state: string;
}

/**
 * In the end: who saw that it is paid comes back, and is let in as long as it is worth something: with what the phone has, by the purchase that its
 * page still knows, or by the receipt in the channel's message.
 */
async function returnPaid(day: HubDay, order: Order): Promise<void> {
  const { town, side } = day;
  const { phone, purchaseId, payer } = order;
  const bought = await readGrantOf(side, "purchases.purchaseId", purchaseId);
  const ask = day.asks++;
  if (!(await seen(town, phone))) return;
  const rightId = bought === undefined ? null : await lastOfPackage(day, phone, bought.grantId);
  town.note({ kind: "asked", ask, what: "paid-return", phone, rightId });
  const had = await town.ask(phone, "/api/log-in", {});
  // The page of the first purchase knows nothing of what goes on from it.
  const goesOn = bought !== undefined && rightId !== bought.grantId;
  if (had?.body.code !== "nothing-bought" || goesOn) return follow(day, phone, ask, had);
  const shown = await town.ask(phone, `/api/purchases/${purchaseId}`, null);
  if (shown !== null && shown.status < 300) return follow(day, phone, ask, shown);
  const { receipt } = side.daraja.successes().find((each) => each.accountReference === bought?.reference) ?? {};
  if (receipt === undefined) return follow(day, phone, ask, had);
  await follow(day, phone, ask, await town.ask(phone, "/api/claims", { phone: payer, receipt }));
}

const readGrantOf = (
  { database, providerId }: HubSide,
  by: "purchases.purchaseId" | "purchases.reference",
  value: string | null,
) =>
  database.asProvider(providerId, (tx) =>
    tx
      .selectFrom("purchases")
      .innerJoin("grants", "grants.purchaseId", "purchases.purchaseId")
      .select(["grants.grantId", "purchases.reference"])
      .where(by, "=", value)
      .executeTakeFirst(),
  );

/** Who knows where a prompt's callback goes posts one of its own: that so much was paid. */
async function postLeaked(day: HubDay, callback: number, percent: number): Promise<void> {
  const { side, town, names } = day;
  const pushes = side.callbacks.filter(({ path }) => /\/s\//.test(path));
  const sent = pushes.at(callback % Math.max(1, pushes.length));
  if (sent === undefined) return;
  const requestId = (JSON.parse(sent.body) as StkCallback).Body.stkCallback.CheckoutRequestID;
  const purchase = await side.database.asProvider(side.providerId, (tx) =>
    tx
      .selectFrom("purchases")
      .select(["purchaseId", "amountCents", "askedCents"])
      .where("requestId", "=", requestId)
      .executeTakeFirst(),
  );
  if (purchase === undefined) return;
  const receipt = `UL${Buffer.from(names.bytes(4)).toString("hex").toUpperCase()}`;
  const amountCents = (purchase.amountCents * percent) / 100;
  const askedCents = purchase.askedCents ?? purchase.amountCents;
  town.note({ kind: "leaked", receipt, purchaseId: purchase.purchaseId, amountCents, askedCents });
  await orNothing(side.post(sent.path, forgedBody(sent.body, receipt, amountCents)));
}

interface StkCallback {
  readonly Body: { readonly stkCallback: { readonly CheckoutRequestID: string } };
}

function forgedBody(body: string, receipt: string, amountCents: number): string {
  const { stkCallback } = (JSON.parse(body) as StkCallback).Body;
  const items = [
    { Name: "Amount", Value: amountCents / 100 },
    { Name: "MpesaReceiptNumber", Value: receipt },
    { Name: "TransactionDate", Value: 20261120120000 },
    { Name: "PhoneNumber", Value: 254700000001 },
  ];
  return JSON.stringify({
    Body: { stkCallback: { ...stkCallback, ResultCode: 0, ResultDesc: "ok", CallbackMetadata: { Item: items } } },
  });
}
