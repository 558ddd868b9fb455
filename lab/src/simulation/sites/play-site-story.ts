/** Plays a story of a site and returns what happened. The same story is the same chronicle, to the byte. */

import { readJournal } from "@karibu/agent/journal/replay";
import type { JournalRecord } from "@karibu/protocol/journal/record";
import { seededRandom } from "../../world/seeded-random.ts";
import type { Chronicle, Trouble } from "../judge/chronicle.ts";
import {
  begin,
  codeOf,
  comeBack,
  type Day,
  guessAsNobody,
  logInAtHotspot,
  logOut,
  phoneOf,
  redeem,
  sell,
  sellWithWrongPin,
  takeOff,
} from "./asks.ts";
import { loadParts } from "./load-parts.ts";
import { askAtTheEnd, onlineFrom, overhear, pushOut, repeatOwn, seePage, untilEndMs, useUp } from "./odd-asks.ts";
import { readBooks } from "./read-books.ts";
import { sellOnPage } from "./sell-on-page.ts";
import {
  type Command,
  type CommandKind,
  type CommandOf,
  type PlanName,
  type SiteStory,
  soldNames,
} from "./site-story.ts";
import { type Nets, netsAreWell, openSiteTown, type SiteTown } from "./site-town.ts";

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
  await loadParts();
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
  town.hangUp();
  return {
    journal,
    chronicle: { plans: town.plans, rights: town.rights, phones: story.site.phones, facts: town.facts },
    trace: town.trace,
    tookMs: town.time.nowMs(),
  };
}

/** How long a story waits after a command: for an end that is near, until it has come. */
function passesMs(day: Day, command: Command): number {
  if (command.do === "wait") return command.seconds * 1000;
  const gapMs = command.gapSeconds * 1000;
  if (command.do !== "at-the-end") return gapMs;
  return gapMs + untilEndMs(day, command.code);
}

/** What the site's router is like from its first day on. */
export function shapeRouter({ town, story: { site } }: Pick<Day, "town" | "story">): void {
  const { floatCents = null, settledCents = 0, diskMs = 0, disconnects = null } = site;
  const isDateRight = site.wakesWrongByMinutes === 0;
  town.note({ kind: "habits", floatCents, settledCents, diskMs, isDateRight });
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
export const pass = (town: SiteTown, ms: number): Promise<void> => passAll([town], ms);

/** The same of some towns that share their time. */
export async function passAll(towns: readonly SiteTown[], ms: number): Promise<void> {
  const [{ time }] = towns as [SiteTown];
  const endsAtMs = time.nowMs() + ms;
  do {
    await time.advance(Math.min(lookEveryMs, endsAtMs - time.nowMs()));
    for (const town of towns) {
      town.sessions.look();
      town.lookAtCharges();
    }
  } while (time.nowMs() < endsAtMs);
}

/** What a router says of an id is of the session that has it now: where it gives ids again, and is up again within a second, no copy wanders. */
const mayRepeatIds = ({ story }: Day): boolean =>
  story.site.repeatsSessionIds === true || story.commands.some((command) => command.do === "router-changed");

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
  "push-out": (day, { phone, code }) => begin(day, pushOut(day, phone, code)),
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
    const again = isRepeated ? day.sales.at(-1) : undefined;
    const sale = again ?? {
      saleId: Buffer.from(day.saleNames.bytes(16)).toString("hex"),
      seller: seller % sellers.length,
      plan: soldNames[plan % soldNames.length] as PlanName,
      code: null,
    };
    if (again === undefined) day.sales.push(sale);
    begin(day, sell(day, sale));
  },
  "sell-on-page": (day, { seller, plan, logsOut }) => {
    const number = seller % Math.max(1, day.town.sellers.length);
    const name = soldNames[plan % soldNames.length] as PlanName;
    begin(day, sellOnPage(day, { number, plan: name, logsOut }));
  },
  "sell-again": (day, { sale, byAnother }) => {
    const again = day.sales[sale % Math.max(1, day.sales.length)];
    if (again === undefined) return;
    const seller = (again.seller + (byAnother ? 1 : 0)) % day.town.sellers.length;
    begin(day, sell(day, seller === again.seller ? again : { ...again, seller }));
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
    const nets = {
      lostPercent,
      doubledPercent,
      delayMs,
      echoMs: mayRepeatIds(day) ? 0 : echoMs,
    };
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
