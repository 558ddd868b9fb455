/** Plays a story of a site and returns what happened. The same story is the same chronicle, to the byte. */

import { readJournal } from "@karibu/agent/journal/replay";
import { cashSaleGrantId } from "@karibu/protocol/grant-id";
import type { JournalRecord } from "@karibu/protocol/journal/record";
import { seededRandom } from "../../world/seeded-random.ts";
import type { Chronicle, FactOf, Trouble } from "../judge/chronicle.ts";
import { readBooks } from "./read-books.ts";
import { type Command, type CommandKind, type CommandOf, type PlanName, plans, type SiteStory } from "./site-story.ts";
import { type Answer, type Nets, netsAreWell, openSiteTown, type SiteTown } from "./site-town.ts";

export interface Played {
  readonly chronicle: Chronicle;
  /** The log of agent and router. */
  readonly trace: readonly string[];
  /** What the site had written at the end. */
  readonly journal: readonly JournalRecord[];
  /** Virtual milliseconds. */
  readonly tookMs: number;
}

/** How often the router's counters are read. */
const lookEveryMs = 5000;
/** Before the last look all troubles end, power is back, and everybody has so long to come to rest. */
const restMs = 240_000;
/** Some towns go to bed then: what is silent, or was never ended in words, is over by the morning. */
const sleepMs = 40 * 60_000;

export async function playSiteStory(story: SiteStory): Promise<Played> {
  const town = openSiteTown(story.seed, story.site);
  const day: Day = {
    town,
    story,
    asks: 0,
    sales: [],
    troubles: new Map(),
    posted: new Map(),
    saleNames: seededRandom(story.seed ^ 0x5a1e),
  };
  await town.open();
  shapeRouter(day);
  for (const command of story.commands) {
    play(day, command);
    await pass(town, passesMs(day, command));
  }
  for (const end of [...day.troubles.values()]) end();
  town.settleDown();
  await pass(town, restMs);
  if (story.site.sleeps === true) {
    for (let phone = 0; phone < story.site.phones; phone++) town.client(phone).consume({});
    await pass(town, sleepMs);
  }
  while (town.agent() === null) await pass(town, 60_000);
  const agent = town.agent();
  if (agent !== null) town.note({ kind: "books", books: readBooks(agent, "end") });
  let status: readonly string[] = [];
  // The doctor asks the router first.
  begin(
    day,
    town.status().then((said) => {
      status = said;
    }),
  );
  await pass(town, 60_000);
  await town.close();
  const journal: JournalRecord[] = [];
  for await (const record of readJournal(town.folder)) journal.push(record);
  const alarms = journal.flatMap((record) => (record.kind === "alarm" ? [record.name] : []));
  town.note({ kind: "told", alarms, status });
  return {
    journal,
    chronicle: { plans, rights: town.rights, phones: story.site.phones, facts: town.facts },
    trace: town.trace,
    tookMs: town.time.nowMs(),
  };
}

/** How long a story waits after a command: for an end that is near, until it has come. */
export function passesMs(day: Day, command: Command): number {
  if (command.do === "wait") return command.seconds * 1000;
  const gapMs = command.gapSeconds * 1000;
  if (command.do !== "at-the-end") return gapMs;
  return gapMs + (endingFrom(day, command.code)?.inMs ?? (shortFrom(day, command.code) === null ? 0 : shortMs));
}

export interface Day {
  readonly town: SiteTown;
  readonly story: Pick<SiteStory, "site">;
  asks: number;
  readonly sales: { readonly saleId: string; readonly seller: number; readonly plan: PlanName; code: string | null }[];
  /** What ends each trouble that is on. */
  readonly troubles: Map<Trouble, () => void>;
  /** The last one-time log-in that each phone posted, and what it got it for: null, it does not know. */
  readonly posted: Map<number, { readonly user: string; readonly mac: string; readonly rightId: string | null }>;
  readonly saleNames: { bytes(count: number): Uint8Array };
}

/** What the site's router is like from its first day on. */
export function shapeRouter({ town, story: { site } }: Pick<Day, "town" | "story">): void {
  const { floatCents = null, settledCents = 0, diskMs = 0, disconnects = null } = site;
  town.note({ kind: "habits", floatCents, settledCents, diskMs });
  const { knobs } = town.router;
  knobs.repeatsSessionIds = site.repeatsSessionIds === true;
  knobs.longCountFrom = site.longCountFrom ?? null;
  if (disconnects !== null) {
    knobs.incoming = disconnects;
    town.note({ kind: "trouble-began", trouble: "router", what: disconnects });
  }
  if (site.ignoresLimits !== true) return;
  knobs.ignoresLimits = true;
  town.note({ kind: "trouble-began", trouble: "limits", what: "the router keeps none" });
}

/** Lets time pass, and looks at the router meanwhile. */
export async function pass(town: SiteTown, ms: number): Promise<void> {
  const endsAtMs = town.time.nowMs() + ms;
  do {
    await town.time.advance(Math.min(lookEveryMs, endsAtMs - town.time.nowMs()));
    town.sessions.look();
    town.lookAtCharges();
  } while (town.time.nowMs() < endsAtMs);
}

type Player<Kind extends CommandKind> = (day: Day, command: CommandOf<Kind>) => void;

/** What each command does. None of them waits: what it begins goes on while others come. */
const players: { readonly [Kind in CommandKind]: Player<Kind> } = {
  wait: () => {},
  "type-code": (day, { phone, code }) => {
    const chosen = codeOf(day, code);
    if (chosen !== null) begin(day, redeem(day, phoneOf(day, phone), chosen.code, chosen.rightId));
  },
  "type-wrong-code": (day, { phone, code }) => begin(day, redeem(day, phoneOf(day, phone), `1234${code}`, null)),
  "code-at-hotspot": (day, { phone, code }) => {
    const chosen = codeOf(day, code);
    if (chosen === null) return;
    const credentials = { user: chosen.code, password: chosen.code };
    begin(day, logInAtHotspot(day, phoneOf(day, phone), credentials, chosen.rightId));
  },
  "at-the-end": (day, command) => begin(day, askAtTheEnd(day, command)),
  "use-up": (day, { phone }) => begin(day, useUp(day, phoneOf(day, phone))),
  "see-page": (day, { phone }) => begin(day, seePage(day, phoneOf(day, phone))),
  "repeat-own": (day, { phone }) => begin(day, repeatOwn(day, phoneOf(day, phone))),
  overhear: (day, asked) => begin(day, overhear(day, asked)),
  "dies-in-answer": (day, { what, phone, code, write, isPower, offSeconds }) => {
    day.town.dieAtWrite(write, isPower, offSeconds * 1000);
    if (what === "code") play(day, { do: "type-code", phone, code, gapSeconds: 0 });
    if (what === "hotspot") play(day, { do: "code-at-hotspot", phone, code, gapSeconds: 0 });
    if (what === "sale") play(day, { do: "sell", seller: phone, plan: code, isRepeated: false, gapSeconds: 0 });
    if (what === "log-out") play(day, { do: "log-out", phone: onlineFrom(day, phone), gapSeconds: 0 });
  },
  guess: (day, { phone, count, everySeconds, restarts }) => {
    const tries = (number: number) => begin(day, redeem(day, phoneOf(day, phone), `5678${number}`, null));
    for (let number = 0; number < count; number++) day.town.after(number * everySeconds * 1000, () => tries(number));
    if (!restarts) return;
    day.town.after((count * everySeconds + 2) * 1000, () => void day.town.stopAgent(2000));
    day.town.after((count * everySeconds + 20) * 1000, () => tries(count));
  },
  attack: (day, { count, everySeconds }) => {
    for (let number = 0; number < count; number++)
      day.town.after(number * everySeconds * 1000, () => begin(day, guessAsNobody(day, number)));
  },
  "log-in": (day, { phone, account, isRight }) => {
    const { accounts } = day.town;
    const chosen = accounts[account % Math.max(1, accounts.length)];
    if (chosen === undefined) return;
    const credentials = { user: chosen.name, password: isRight ? "rightly" : "wrong" };
    begin(day, logInAtHotspot(day, phoneOf(day, phone), credentials, isRight ? chosen.rightId : null));
  },
  return: (day, { phone }) => begin(day, comeBack(day, phoneOf(day, phone))),
  "log-out": (day, { phone }) => begin(day, logOut(day, phoneOf(day, phone))),
  traffic: ({ town, story }, { phone, kBps }) => {
    const appetite = { downBytesPerSecond: kBps * 900, upBytesPerSecond: kBps * 100 };
    town.client(phone % story.site.phones).consume(appetite);
  },
  "new-mac": ({ town, story }, { phone, keepsCookie }) => town.changeMac(phone % story.site.phones, keepsCookie),
  sell: (day, { seller, plan, isRepeated }) => {
    const { sellers } = day.town;
    if (sellers.length === 0) return;
    const names = Object.keys(plans) as PlanName[];
    const again = isRepeated ? day.sales.at(-1) : undefined;
    const sale = again ?? {
      saleId: Buffer.from(day.saleNames.bytes(16)).toString("hex"),
      seller: seller % sellers.length,
      plan: names[plan % names.length] as PlanName,
      code: null,
    };
    if (again === undefined) day.sales.push(sale);
    begin(day, sell(day, sale));
  },
  "wrong-pin": (day, { seller, count }) => begin(day, sellWithWrongPin(day, seller, count)),
  "take-off": (day, { phone }) => begin(day, takeOff(day, phoneOf(day, phone))),
  "agent-restarted": ({ town }, { offSeconds }) => void town.stopAgent(offSeconds * 1000),
  "agent-beside": ({ town }, { seconds }) => town.startBeside(seconds * 1000),
  "agent-killed": ({ town }, { offSeconds }) => town.kill(offSeconds * 1000),
  "power-cut": ({ town }, { offSeconds }) => town.cutPower(offSeconds * 1000),
  "dies-at-write": ({ town }, { write, isPower, offSeconds }) => town.dieAtWrite(write, isPower, offSeconds * 1000),
  "router-reboot": ({ town }) => town.rebootRouter(),
  "disk-trouble": (day, { what, seconds }) => {
    const { folder } = day.town;
    trouble(day, "disk", what, seconds, () => {
      if (what === "full") folder.limitBytes(folder.sizeBytes);
      if (what === "read-only") folder.readOnly(true);
      if (what === "slow") day.town.setDiskDelay(700);
      if (what === "pulled-out") folder.pulledOut(true);
      return () => {
        folder.pulledOut(false);
        folder.limitBytes(null);
        folder.readOnly(false);
        day.town.setDiskDelay(0);
      };
    });
  },
  "packet-trouble": (day, { seconds, lostPercent, doubledPercent, delayMs, echoMs }) => {
    const nets = { lostPercent, doubledPercent, delayMs, echoMs };
    trouble(day, "packets", toldOf(nets), seconds, () => {
      day.town.setNets(nets);
      return () => day.town.setNets(netsAreWell);
    });
  },
  "api-trouble": (day, { what, seconds }) =>
    trouble(day, "api", what, seconds, () => {
      const { knobs } = day.town.router;
      if (what === "silent") knobs.apiSilent = true;
      if (what === "slow") knobs.apiLatencyMs = 4000;
      if (what === "refuses") knobs.apiRefuses = true;
      if (what === "overloaded") knobs.apiSentenceMs = 1500;
      if (what === "leaves-out") knobs.apiPartial = { "/ip/hotspot/active": 0, "/ip/hotspot/host": 1 };
      if (what === "traps") knobs.apiTraps = ["/ip/hotspot"];
      if (what === "cuts") knobs.apiCuts = [...cutAtEach];
      if (what === "password") knobs.apiPassword = "changed by somebody";
      return () => Object.assign(knobs, apiWell);
    }),
  "router-trouble": (day, { what, seconds }) =>
    trouble(day, what === "ignores-limits" ? "limits" : "router", what, seconds, () => {
      const { knobs } = day.town.router;
      if (what === "deaf") knobs.incoming = "off";
      if (what === "ack-but-stays") knobs.incoming = "ack-but-stays";
      if (what === "wrong-secret") knobs.radiusSecret = "typed wrong";
      if (what === "refuses" || what === "forgets-once" || what === "forged") knobs.incoming = what;
      if (what === "ignores-limits") knobs.ignoresLimits = true;
      return () =>
        Object.assign(
          knobs,
          what === "ignores-limits" ? { ignoresLimits: false } : { incoming: "on", radiusSecret: null },
        );
    }),
  "router-changed": ({ town }, { what }) => {
    if (what === "repeats-session-ids") town.router.knobs.repeatsSessionIds = true;
    else town.renameServer();
  },
  "clock-jump": (day, { byMinutes, seconds }) =>
    trouble(day, "clock", `by ${byMinutes} minutes`, seconds, () => {
      day.town.jumpClock(byMinutes * 60_000);
      return () => day.town.jumpClock(0);
    }),
  "clock-drift": (day, { perHourSeconds, seconds }) =>
    trouble(day, "clock", `${perHourSeconds} s an hour`, seconds, () => {
      day.town.driftClock(perHourSeconds);
      return () => day.town.driftClock(0);
    }),
  damage: ({ town }, { what, file, permille, bit }) => town.damage(what, file, permille, bit),
  "stick-copied": ({ town }) => town.copyStick(),
  "stick-changed": ({ town }, { what, withRouter, offSeconds }) =>
    town.changeStick(what, withRouter, offSeconds * 1000),
};

const toldOf = ({ lostPercent, doubledPercent, delayMs, echoMs }: Nets): string =>
  `${lostPercent} % lost, up to ${delayMs} ms late, ${doubledPercent} % twice, the second up to ${echoMs} ms late`;

/** As a router gives up in the middle of what it was asked. */
const cutAtEach = ["/ip/hotspot/active/print", "/ip/hotspot/active/remove", "/ip/hotspot/active/login"].flatMap(
  (command) => [
    { command, isDone: true },
    { command, isDone: false },
  ],
);
const apiWell = {
  apiSilent: false,
  apiLatencyMs: 0,
  apiRefuses: false,
  apiSentenceMs: 0,
  apiPartial: {},
  apiTraps: [],
  apiCuts: [],
  apiPassword: null,
};

export function play(day: Day, command: Command): void {
  (players[command.do] as Player<CommandKind>)(day, command);
}

/** Of one kind only one at a time; a new one ends the one before. */
export function trouble(
  day: Pick<Day, "town" | "troubles">,
  kind: Trouble,
  what: string,
  seconds: number,
  begins: () => () => unknown,
): void {
  day.troubles.get(kind)?.();
  const undo = begins();
  day.town.note({ kind: "trouble-began", trouble: kind, what });
  const end = (): void => {
    if (day.troubles.get(kind) !== end) return;
    day.troubles.delete(kind);
    undo();
    day.town.note({ kind: "trouble-ended", trouble: kind });
  };
  day.troubles.set(kind, end);
  day.town.after(seconds * 1000, end);
}

/** The next phone that is online; this one where none is. */
function onlineFrom(day: Day, phone: number): number {
  return phonesFrom(day, phone).find((each) => day.town.client(each).online()) ?? phone;
}

const phonesFrom = ({ story: { site } }: Day, phone: number): number[] =>
  Array.from({ length: site.phones }, (_, more) => (phone + more) % site.phones);

/** Nobody waits longer for an end. */
const nearMs = 600_000;
const shortMs = plans["3 minutes"].validitySeconds * 1000;

const codesFrom = (day: Day, code: number): { code: string; rightId: string }[] =>
  Array.from({ length: day.town.codes.length + day.sales.length }, (_, more) => codeOf(day, code + more)).filter(
    (each) => each !== null,
  );

/** The next code whose time runs, and ends soon. */
function endingFrom(day: Day, code: number): { code: string; rightId: string; inMs: number } | null {
  for (const each of codesFrom(day, code)) {
    const inMs = day.town.endsInMs(each.rightId);
    if (inMs !== null && inMs > 1 && inMs < nearMs) return { ...each, inMs };
  }
  return null;
}

/** The next code of a short plan that nobody has begun. */
function shortFrom(day: Day, code: number): { code: string; rightId: string } | null {
  const short = new Set(day.town.rights.filter(({ plan }) => plan === "3 minutes").map(({ rightId }) => rightId));
  return codesFrom(day, code).find(({ rightId }) => short.has(rightId) && day.town.endsInMs(rightId) === null) ?? null;
}

/** Where nothing ends soon, something short begins first. */
async function askAtTheEnd(day: Day, { phone, code, offMs, isOnPage }: CommandOf<"at-the-end">): Promise<void> {
  const [by, fresh] = [phoneOf(day, phone), shortFrom(day, code)];
  if (endingFrom(day, code) === null && fresh !== null) await redeem(day, by, fresh.code, fresh.rightId);
  const ending = endingFrom(day, code);
  if (ending === null) return;
  const { code: user, rightId, inMs } = ending;
  // A log-in takes a millisecond to the site.
  await new Promise<void>((resolve) => day.town.after(Math.max(0, inMs + offMs - (isOnPage ? 0 : 1)), resolve));
  if (isOnPage) await redeem(day, by, user, rightId);
  else await logInAtHotspot(day, by, { user, password: user }, rightId);
}

/** A printed code, or one that was sold. */
function codeOf({ sales, town }: Day, code: number): { code: string; rightId: string } | null {
  const sold = sales.flatMap(({ saleId, code }) => (code === null ? [] : [{ code, rightId: cashSaleGrantId(saleId) }]));
  const all = [...town.codes, ...sold];
  return all[code % all.length] ?? null;
}

export const phoneOf = ({ story }: Pick<Day, "story">, phone: number): number => phone % story.site.phones;

/** What a phone begins may never end: the power goes, and nobody answers. */
export function begin({ town }: Pick<Day, "town">, flow: Promise<void>): void {
  flow.catch((error: unknown) => town.note({ kind: "threw", what: String((error as Error).stack ?? error) }));
}

async function redeem(day: Day, phone: number, code: string, rightId: string | null): Promise<void> {
  const { town } = day;
  const ask = day.asks++;
  if (!(await seen(town, phone))) return;
  town.note({ kind: "asked", ask, what: "code", phone, mac: town.client(phone).mac, rightId });
  const answer = await town.ask(phone, "/api/vouchers/redeem", { code });
  await follow(day, phone, ask, answer);
}

async function comeBack(day: Day, phone: number): Promise<void> {
  const { town } = day;
  const ask = day.asks++;
  if (!(await seen(town, phone))) return;
  town.note({ kind: "asked", ask, what: "return", phone, mac: town.client(phone).mac, rightId: null });
  await follow(day, phone, ask, await town.ask(phone, "/api/log-in", {}));
}

/** It downloads until the router ends it, and comes back at once. */
async function useUp(day: Day, phone: number): Promise<void> {
  const { town } = day;
  const client = town.client(phone);
  const before = client.appetite();
  if (town.router.running === null || !client.online()) return;
  client.consume({ downBytesPerSecond: 900_000, upBytesPerSecond: 100_000 });
  for (let looks = 0; looks < looksMax && town.router.running !== null && client.online(); looks++)
    await new Promise<void>((resolve) => town.after(1000, resolve));
  client.consume(before);
  await comeBack(day, phone);
}

/** A minute of downloads. */
const looksMax = 60;

async function seePage({ town }: Day, phone: number): Promise<void> {
  if (!(await seen(town, phone))) return;
  const { mac } = town.client(phone);
  const shown = await town.portal(phone);
  if (shown === null) return;
  const { online, available } = shown;
  const all = [
    ...(online?.grantId === undefined ? [] : [{ ...online, grantId: online.grantId, isOnline: true }]),
    ...available,
  ];
  const packages = all.map(({ grantId: rightId, secondsLeft, bytesLeft, bytesUsed, downKbps, ...rest }) => {
    return { rightId, isOnline: "isOnline" in rest, secondsLeft, bytesLeft, bytesUsed, downKbps };
  });
  town.note({ kind: "page-said", phone, mac, packages });
}

/** As its router's cookie would: what let the phone in once lets it in again, as long as it is worth something. */
async function repeatOwn(day: Day, phone: number): Promise<void> {
  const { user, mac, rightId } = day.posted.get(phone) ?? {};
  if (user === undefined || rightId == null || day.town.client(phone).mac !== mac) return;
  await logInAtHotspot(day, phone, { user, password: user }, rightId);
}

/** It is worth something to the phone that it was given to, for two minutes, and once. */
const logInLifeMs = 120_000;

async function overhear(day: Day, { phone, of, isSpent, afterMs }: CommandOf<"overhear">): Promise<void> {
  const { town } = day;
  if (town.router.running === null) return;
  const isOffline = (each: number) => !town.client(each).online();
  const by = phonesFrom(day, phone).find(isOffline) ?? 0;
  const isOwner = (each: number) => each !== by && (isSpent ? day.posted.has(each) : isOffline(each));
  const owner = phonesFrom(day, of).find(isOwner) ?? by;
  let user = day.posted.get(owner)?.user ?? "";
  if (!isSpent) {
    if (!(await seen(town, owner)) || town.client(owner).online()) return;
    const ask = day.asks++;
    town.note({ kind: "asked", ask, what: "return", phone: owner, mac: town.client(owner).mac, rightId: null });
    const answer = await town.ask(owner, "/api/log-in", {});
    if (answer === null) return;
    town.note({
      kind: "answered",
      ask,
      code: answer.status < 300 ? "ok" : (answer.body.code ?? String(answer.status)),
    });
    user = answer.body.kind === "post" ? (answer.body.username ?? "") : "";
  }
  const { mac } = town.client(owner);
  if (user === "" || (by === owner && (isSpent || afterMs < logInLifeMs))) return;
  await new Promise<void>((resolve) => town.after(afterMs, resolve));
  // Its own log-in is as good as ever where the phone is who it was.
  if (town.router.running === null || (isSpent && town.client(by).mac === mac)) return;
  await logInAtHotspot(day, by, { user, password: user }, null);
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
  const asked = town.facts.findLast((fact) => fact.kind === "asked" && fact.ask === ask) as FactOf<"asked"> | undefined;
  day.posted.set(phone, { user, mac: town.client(phone).mac, rightId: asked?.rightId ?? null });
  const outcome = await town.client(phone).logIn({ user, password });
  town.sessions.look();
  const isOnline = outcome.kind === "logged-in";
  town.note({ kind: "hotspot-said", ask, isOnline, message: isOnline ? "" : outcome.message });
}

async function logInAtHotspot(
  day: Day,
  phone: number,
  credentials: { user: string; password: string },
  rightId: string | null,
): Promise<void> {
  const { town } = day;
  const ask = day.asks++;
  if (!(await seen(town, phone)) || town.client(phone).online()) return;
  town.note({ kind: "asked", ask, what: "account", phone, rightId });
  const outcome = await town.client(phone).logIn(credentials);
  town.sessions.look();
  const isOnline = outcome.kind === "logged-in";
  town.note({ kind: "hotspot-said", ask, isOnline, message: isOnline ? "" : outcome.message });
}

async function logOut(day: Day, phone: number): Promise<void> {
  const { town } = day;
  const ask = day.asks++;
  if (town.router.running === null || !town.client(phone).online()) return;
  town.note({ kind: "asked", ask, what: "log-out", phone, mac: town.client(phone).mac, rightId: null });
  const answer = await town.ask(phone, "/api/log-out", {});
  if (answer === null) return;
  town.note({ kind: "answered", ask, code: answer.status < 300 ? "ok" : (answer.body.code ?? String(answer.status)) });
  if ("url" in answer.body && town.router.running !== null) await town.client(phone).logOut();
}

async function sell(day: Day, sale: Day["sales"][number]): Promise<void> {
  const { town } = day;
  const ask = day.asks++;
  const { saleId, plan } = sale;
  const seller = town.sellers[sale.seller];
  if (seller === undefined) return;
  town.note({ kind: "asked", ask, what: "sale", phone: -1, rightId: cashSaleGrantId(saleId), seller: seller.name });
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
async function guessAsNobody(day: Day, number: number): Promise<void> {
  const { town } = day;
  if (town.router.running === null) return;
  await town.stranger(number).request();
  const ask = day.asks++;
  town.note({ kind: "asked", ask, what: "code", phone: -1, rightId: null });
  const answer = await town.askAs(town.stranger(number), "/api/vouchers/redeem", { code: `9012${number}` });
  if (answer !== null) town.note({ kind: "answered", ask, code: answer.body.code ?? String(answer.status) });
}

async function sellWithWrongPin(day: Day, number: number, count: number): Promise<void> {
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
  const page = (await town.openPage(phone, "/mine")) ?? "";
  const form = page.split("<form").find((part) => part.includes(`name="act" value="${act}"`));
  const fields = [...(form ?? "").matchAll(/name="([a-z]+)" value="([^"]*)"/g)];
  return form === undefined ? null : Object.fromEntries(fields.map(([, name = "", value = ""]) => [name, value]));
}

/** On the page of its own packages, the first device that can be taken off. */
async function takeOff(day: Day, phone: number): Promise<void> {
  const { town } = day;
  if (!(await seen(town, phone))) return;
  const given = await openOwnForm(town, phone, "off");
  if (given === null) return;
  town.note({ kind: "asked", ask: day.asks++, what: "take-off", phone, rightId: given.grant ?? null });
  await town.postForm(phone, "/mine", given);
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
