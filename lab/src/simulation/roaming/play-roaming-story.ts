/** Plays a story of two sites with one hub and returns what happened. The same story is the same chronicle, to the byte. */
import { bridgeId, voucherBridgeId, voucherRefOf } from "@karibu/protocol/grant-id";
import { seededRandom } from "../../world/seeded-random.ts";
import { demand } from "../hubs/console.ts";
import { cutOff, type HubSide, openHubSide, openInTime, worldsOf } from "../hubs/hub-side.ts";
import { msisdnOf, oddlyTold, payers, willing } from "../hubs/payers.ts";
import { quickEngine, type StoryEngine } from "../hubs/story-database.ts";
import type { Fact, NewFact, Right } from "../judge/chronicle.ts";
import type { RoamingChronicle } from "../judge/roaming.ts";
import { begin, comeBack, type Day, follow, logOut, phoneOf, redeem, seen } from "../sites/asks.ts";
import { loadParts } from "../sites/load-parts.ts";
import { passAll, shapeRouter } from "../sites/play-site-story.ts";
import type { SiteShape } from "../sites/site-story.ts";
import { type Answer, openSiteTown, type SiteTown, timeOfSeed } from "../sites/site-town.ts";
import type { RoamingCommand, RoamingCommandOf, RoamingKind, RoamingStory } from "./roaming-story.ts";

export interface PlayedRoamingStory {
  readonly chronicle: RoamingChronicle;
  /** The log of the hub, agents and routers. */
  readonly trace: readonly string[];
  /** Virtual milliseconds. */
  readonly tookMs: number;
}

interface Roaming {
  readonly side: HubSide;
  readonly days: readonly [Day, Day];
  readonly lines: readonly ReturnType<HubSide["newLine"]>[];
  /** Whose phones come after those of the printed codes. */
  readonly bought: Bought[];
}

interface Bought {
  readonly purchaseId: string;
  /** The number that paid. */
  readonly payer: string;
  readonly receipt: string;
  readonly right: Right;
}

/** Links that dial again, and what journals still hold, come to rest within so long. */
const restMs = 300_000;
/** From one look at the whole town to the next, in the end. */
const stepMs = 20_000;
/** Who is told to wait asks again so often, so many times. */
const pollMs = 4000;
const pollsMax = 3;
/** A prompt is answered, told of and given within so long. */
const paidWithinMs = 60_000;

/** @param engine what happens is the same on each */
export async function playRoamingStory(
  story: RoamingStory,
  engine: StoryEngine = quickEngine,
): Promise<PlayedRoamingStory> {
  await loadParts();
  const time = timeOfSeed(story.seed);
  const trace: string[] = [];
  const hubFacts: Fact[] = [];
  const worldOf = worldsOf(story.seed, time, trace);
  const site = shapeOf(story);
  const opening = openHubSide({
    engine,
    time,
    note: (fact: NewFact) => void hubFacts.push({ atMs: time.nowMs(), ...fact } as Fact),
    worldOf,
    chance: seededRandom(story.seed * 64 + 4),
    site,
    creditsOutages: false,
    mayPause: false,
    unverifiedCentsMax: null,
    hasInitiator: false,
    refundsUsed: false,
    dues: { dues: [], graceSeconds: 0 },
    secondAheadMs: story.secondAheadMs ?? null,
  }).then(async (side) => ({ side, ...(await openAnother(side, story)) }));
  const { side, enrolToken } = await openInTime(time, opening);
  try {
    const line = side.newLine();
    const uplinks = [side.uplink, { ...side.uplink, enrolToken, dial: line.dial, post: line.post }] as const;
    const towns = uplinks.map((uplink, at) => openSiteTown(story.seed + at * 0x5eed, site, time, uplink));
    const [one, other] = towns.map((town) => dayOf(town, site, story)) as [Day, Day];
    const roaming: Roaming = { side, days: [one, other], lines: [{ ...line, cut: side.cutWan }, line], bought: [] };
    for (const day of roaming.days) {
      await day.town.open();
      shapeRouter(day);
    }
    await pass(roaming, 30_000);
    await buyAll(roaming, story);
    for (const command of story.commands) {
      play(roaming, command);
      await pass(roaming, command.do === "wait" ? command.seconds * 1000 : command.gapSeconds * 1000);
    }
    await comeToRest(roaming);
    await typeAll(roaming);
    for (const { town } of roaming.days) await town.close();
    await Promise.all([side.hub.close(), time.advance(60_000)]);
    for (const { town } of roaming.days) town.hangUp();
    const bought = roaming.bought.map(({ right }) => ({ ...right, bridgeId: bridgeId(right.rightId) }));
    return {
      chronicle: {
        plans: one.town.plans,
        rights: [...one.town.rights.map((right) => ({ ...right, bridgeId: bridgeOf(right.rightId) })), ...bought],
        bridge: story.bridge,
        phones: site.phones,
        sites: towns.map(({ facts }) => facts.map((fact) => ofWhole(fact, bought))),
        hub: hubFacts,
      },
      trace: [...trace, ...towns.flatMap((town) => town.trace)],
      tookMs: time.nowMs(),
    };
  } finally {
    side.hub.hangUp();
    await side.database.close();
  }
}

/** Each code has a phone of its own. The routers are good ones: what is tried here is what sites and hub agree on. */
const shapeOf = ({ codes, bought, macCookies }: RoamingStory): SiteShape => ({
  routerApi: true,
  wakesWrongByMinutes: 0,
  ntpSeconds: 5,
  macCookies,
  interimFlushSeconds: 60,
  phones: codes.length + bought.length,
  vouchers: codes,
  accounts: [],
  sellers: 0,
});

/** What was bought has another name with each move: its own, and the number of the move (`catalogue/leases/hold-grant.ts`). */
const ofWhole = (fact: Fact, bought: readonly Right[]): Fact => {
  const whole = fact.kind === "charged-to" && bought.find(({ rightId }) => fact.rightId.startsWith(`${rightId}.`));
  return whole === false || whole === undefined ? fact : ({ ...fact, rightId: whole.rightId } as Fact);
};

const bridgeOf = (rightId: string): string => {
  const ref = voucherRefOf(rightId);
  return ref === null ? "" : voucherBridgeId(ref);
};

/** The second site, where all codes and all that was bought are taken too. */
async function openAnother(
  { call, uplink, siteId }: HubSide,
  { bridge }: RoamingStory,
): Promise<{ readonly enrolToken: string }> {
  await demand(call("PATCH", "/api/v1/settings", { bridge }));
  const order = { name: "Lake road", interimSeconds: 60, autoLogIn: true };
  const { site, enrolmentToken } = await demand(call("POST", "/api/v1/sites", order));
  const batchIds = new Set(uplink.vouchers.map(({ right }) => voucherRefOf(right.rightId)?.batchId));
  for (const batchId of batchIds)
    await demand(call("PUT", `/api/v1/vouchers/batches/${batchId}/sites`, { siteIds: [site.siteId] }));
  await demand(call("PUT", "/api/v1/roaming-sites", { siteIds: [siteId, site.siteId] }));
  return { enrolToken: enrolmentToken };
}

const dayOf = (town: SiteTown, site: SiteShape, story: RoamingStory): Day => ({
  town,
  story: { site, commands: story.commands },
  asks: 0,
  sales: [],
  troubles: new Map(),
  posted: new Map(),
  saleNames: seededRandom(story.seed ^ 0x5a1e),
});

const pass = ({ days }: Roaming, ms: number): Promise<void> =>
  passAll(
    days.map(({ town }) => town),
    ms,
  );

const players: { readonly [Kind in RoamingKind]: (roaming: Roaming, command: RoamingCommandOf<Kind>) => void } = {
  wait: () => {},
  type: (roaming, { site, code }) => type(roaming, roaming.days[site] as Day, code),
  walk: (roaming, { code, afterSeconds }) => {
    const { days } = roaming;
    const from = days.find(({ town, story }) => isOnline(town, phoneOf({ story }, code))) ?? days[0];
    const to = from === days[0] ? days[1] : days[0];
    begin(from, logOut(from, phoneOf(from, code)));
    from.town.after(500 + afterSeconds * 1000, () => type(roaming, to, code));
  },
  return: ({ days }, { site, code }) => {
    const day = days[site] as Day;
    begin(day, comeBack(day, phoneOf(day, code)));
  },
  "log-out": ({ days }, { site, code }) => {
    const day = days[site] as Day;
    begin(day, logOut(day, phoneOf(day, code)));
  },
  traffic: ({ days }, { site, code, kBps }) => {
    const { town, story } = days[site] as Day;
    town.client(phoneOf({ story }, code)).consume({ downBytesPerSecond: kBps * 900, upBytesPerSecond: kBps * 100 });
  },
  "wan-cut": ({ days, lines }, { site, seconds }) =>
    cutOff(days[site] as Day, seconds, (isCut) => lines[site]?.cut("trouble", isCut) === true),
  "agent-restarted": ({ days }, { site, offSeconds }) => void days[site]?.town.stopAgent(offSeconds * 1000),
  "agent-killed": ({ days }, { site, offSeconds }) => days[site]?.town.kill(offSeconds * 1000),
  "power-cut": ({ days }, { site, offSeconds }) => days[site]?.town.cutPower(offSeconds * 1000),
  "dies-at-write": ({ days }, { site, write, isPower, offSeconds }) =>
    days[site]?.town.dieAtWrite(write, isPower, offSeconds * 1000),
  "hub-killed": ({ side }, { offSeconds }) => side.hub.kill(offSeconds * 1000),
  "hub-dies-at": ({ side }, { transaction, isAfter, offSeconds }) =>
    side.hub.dieAt({ transaction, of: null, when: isAfter ? "after" : "before" }, offSeconds * 1000),
};

const play = (roaming: Roaming, command: RoamingCommand): void =>
  (players[command.do] as (roaming: Roaming, command: RoamingCommand) => void)(roaming, command);

/** The phone of whoever has it types the code, or says that it has paid. */
function type({ bought }: Pick<Roaming, "bought">, day: Day, number: number): void {
  const phone = phoneOf(day, number);
  const code = day.town.codes[phone];
  const paid = bought[phone - day.town.codes.length];
  if (code !== undefined) begin(day, redeem(day, phone, code.code, code.rightId));
  else if (paid !== undefined) begin(day, claim(day, phone, paid));
}

/** As the page does: it asks again while it is told to wait. */
async function claim(day: Day, phone: number, { payer, receipt, right }: Bought): Promise<void> {
  const { town } = day;
  const ask = day.asks++;
  if (!(await seen(town, phone))) return;
  town.note({ kind: "asked", ask, what: "claim", phone, receipt, rightId: right.rightId });
  const answer = await town.ask(phone, "/api/claims", { phone: payer, receipt });
  let view = (answer?.body as { purchase?: PurchaseSaid | null } | undefined)?.purchase ?? null;
  for (let polls = 0; view?.logIn?.kind === "wait" && polls < pollsMax; polls++) {
    await new Promise<void>((resolve) => void town.after(pollMs, resolve));
    view =
      ((await town.ask(phone, `/api/purchases/${view.purchaseId}`, null))?.body as PurchaseSaid | undefined) ?? null;
  }
  // Who has logged out logs in by a button.
  if (view?.logIn?.kind === "done" && !isOnline(town, phone))
    return follow(day, phone, ask, await town.ask(phone, "/api/log-in", {}));
  await follow(day, phone, ask, answer === null || view === null ? answer : { status: answer.status, body: view });
}

interface PurchaseSaid extends Answer {
  readonly purchaseId: string;
}

/** Each at the first site, by a prompt that its payer answers; nothing has struck yet. */
async function buyAll(roaming: Roaming, { codes, bought }: RoamingStory): Promise<void> {
  const { side, days } = roaming;
  const { town } = days[0];
  for (const [at, plan] of bought.entries()) {
    const phone = codes.length + at;
    const payer = `0700000${payers[[willing, oddlyTold][at % 2] as number]}`;
    const planId = [...side.soldPlans].find(([, name]) => name === plan)?.[0];
    const asked = (async () => {
      if (!(await seen(town, phone))) return;
      await town.ask(phone, "/api/purchases", { planId, phone: payer, idempotencyKey: side.newKey() });
    })();
    begin(days[0], asked);
    await pass(roaming, paidWithinMs);
    const paid = await readPaid(side, payer);
    if (paid === null) throw new Error(`nobody was given what ${payer} paid for`);
    roaming.bought.push({ ...paid, payer, right: { rightId: paid.grantId, kind: "bought", plan } });
  }
}

async function readPaid({ database, providerId, daraja }: HubSide, payer: string) {
  const paid = daraja.successes().find(({ msisdn }) => msisdn === msisdnOf(payer));
  const grant = await database.asProvider(providerId, (tx) =>
    tx
      .selectFrom("purchases")
      .innerJoin("grants", "grants.purchaseId", "purchases.purchaseId")
      .select(["grants.grantId", "purchases.purchaseId"])
      .where("purchases.reference", "=", paid?.accountReference ?? "")
      .executeTakeFirst(),
  );
  return paid === undefined || grant === undefined ? null : { ...grant, receipt: paid.receipt };
}

const isOnline = (town: SiteTown, phone: number): boolean =>
  town.router.running !== null && town.client(phone).online();

async function comeToRest(roaming: Roaming): Promise<void> {
  const { days, side } = roaming;
  for (const day of days) {
    for (const end of [...day.troubles.values()]) end();
    day.town.settleDown();
  }
  await pass(roaming, restMs);
  while (days.some(({ town }) => town.agent() === null) || !side.hub.isUp()) await pass(roaming, 60_000);
  side.hub.spare();
}

/** In the end each code is typed at one site and at the other, by turns, with all links up and nobody online with it elsewhere. */
async function typeAll(roaming: Roaming): Promise<void> {
  const { days } = roaming;
  for (const at of [0, 1, 0] as const)
    for (let phone = 0; phone < days[0].story.site.phones; phone++) {
      for (const day of days) begin(day, logOut(day, phone));
      await pass(roaming, stepMs);
      type(roaming, days[at], phone);
      await pass(roaming, stepMs);
    }
}
