/** What befalls the chaos: drawn from a seed, at one part at a time, each fault with its end. */
import { sleep, type World } from "@karibu/protocol/world";
import type { NewFact, Trouble } from "../simulation/judge/chronicle.ts";
import { type ChaosFault, chaosFaults } from "../simulation/planted/of-chaos.ts";
import type { ChaosHub } from "./chaos-hub.ts";
import type { ChaosSite } from "./chaos-site.ts";
import type { Line } from "./relay.ts";
import type { Wire } from "./street.ts";

/** All parts to which something may happen. Lines: of one machine, through the relay before what it names. */
export interface Parts {
  readonly hubs: readonly (ChaosHub & { readonly wire: Wire; readonly lines: Record<"database" | "channel", Line> })[];
  readonly sites: readonly (ChaosSite & { readonly wire: Wire; readonly hubLine: Line })[];
  /** Of the channel's callbacks, to the hubs. */
  readonly callbacks: Line;
  /** A process of the database server dies, and with it the server: it recovers by itself. */
  readonly crashDatabase: () => Promise<void>;
}

export interface Injected {
  /** Seconds from the beginning. */
  readonly atS: number;
  readonly forS: number;
  readonly what: string;
}

export interface FaultPlan {
  /** What it happens to: of one part only one fault at a time. */
  readonly part: string;
  readonly what: string;
  readonly forMs: number;
  begin(): Promise<unknown> | unknown;
  end(): Promise<unknown> | unknown;
  /** As the judge calls it. */
  readonly trouble?: Trouble;
  readonly site?: number;
}

type Chance = (below: number) => number;

const minuteMs = 60_000;
/** A hub's date is proved by its own time servers: a site believes it. So it is off by no more than a server's may be. */
const hubStepsMs = [-90_000, -20_000, 20_000, 90_000];
/** A router's may be anything. */
const agentStepsMs = [-40 * 1440, -180, -10, 10, 180, 40 * 1440].map((minutes) => minutes * minuteMs);

/** Each kind of fault, and how it is drawn. */
const kinds: Readonly<Record<ChaosFault, (parts: Parts, chance: Chance) => FaultPlan>> = {
  "hub killed": (parts, chance) => ended(parts, chance, "hub", "SIGKILL"),
  "hub stopped": (parts, chance) => ended(parts, chance, "hub", "SIGTERM"),
  "hub frozen": (parts, chance) => frozen(parts, chance, "hub"),
  "agent killed": (parts, chance) => ended(parts, chance, "site", "SIGKILL"),
  "agent stopped": (parts, chance) => ended(parts, chance, "site", "SIGTERM"),
  "agent frozen": (parts, chance) => frozen(parts, chance, "site"),
  "power cut": ({ sites }, chance) => {
    const { number, one } = drawn(sites, chance);
    return {
      part: `site ${number}`,
      what: `site ${number}: the router and its agent lose their power`,
      forMs: 3000 + chance(15_000),
      site: number,
      trouble: "router",
      begin: () => Promise.all([one.agent.end("SIGKILL"), one.router.powerCut()]),
      async end() {
        await one.router.boot();
        one.agent.start();
      },
    };
  },
  "site's cable": ({ sites }, chance) => {
    const { number, one } = drawn(sites, chance);
    return lineFault(
      `line of site ${number}`,
      `site ${number}: its cable to the internet is out`,
      chance,
      one.wire.setDown,
      number,
    );
  },
  "site's blackhole": ({ sites }, chance) => {
    const { number, one } = drawn(sites, chance);
    const what = `site ${number}: its way to the internet is a black hole`;
    return lineFault(`line of site ${number}`, what, chance, one.wire.setBlackhole, number);
  },
  "site's line": ({ sites }, chance) => {
    const { number, one } = drawn(sites, chance);
    return relayFault(`line of site ${number}`, `site ${number}: its line to the hub`, chance, one.hubLine, number);
  },
  "hub's cable": ({ hubs }, chance) => {
    const { number, one } = drawn(hubs, chance);
    return lineFault(`line of hub ${number}`, `hub ${number}: its cable is out`, chance, one.wire.setDown);
  },
  "hub's blackhole": ({ hubs }, chance) => {
    const { number, one } = drawn(hubs, chance);
    return lineFault(
      `line of hub ${number}`,
      `hub ${number}: its network is a black hole`,
      chance,
      one.wire.setBlackhole,
    );
  },
  "database's line": ({ hubs }, chance) => {
    const { number, one } = drawn(hubs, chance);
    return relayFault(`line of hub ${number}`, `hub ${number}: its line to the database`, chance, one.lines.database);
  },
  "channel's line": ({ hubs }, chance) => {
    const { number, one } = drawn(hubs, chance);
    return relayFault(
      `line of hub ${number}`,
      `hub ${number}: its line to the payment channel`,
      chance,
      one.lines.channel,
    );
  },
  "callbacks' line": ({ callbacks }, chance) =>
    relayFault("callbacks", "the payment channel's line to the hubs", chance, callbacks),
  "database crash": ({ crashDatabase }) => ({
    part: "database",
    what: "a process of the database is killed: the server recovers",
    forMs: 1000,
    begin: crashDatabase,
    end() {},
  }),
  "agent's disk": ({ sites }, chance) => {
    const { number, one } = drawn(sites, chance);
    const what = `site ${number}: the agent's disk is full`;
    return { ...fullDisk(`disk of site ${number}`, what, chance, one), site: number, trouble: "disk" };
  },
  "hub's disk": ({ hubs }, chance) => {
    const { number, one } = drawn(hubs, chance);
    return fullDisk(`disk of hub ${number}`, `hub ${number}: its disk is full`, chance, one);
  },
  "agent's clock": ({ sites }, chance) => {
    const { number, one } = drawn(sites, chance);
    const what = `site ${number}: the agent's clock`;
    return { ...stepped(`clock of site ${number}`, what, chance, one, agentStepsMs), site: number, trouble: "clock" };
  },
  "hub's clock": ({ hubs }, chance) => {
    const { number, one } = drawn(hubs, chance);
    return stepped(`clock of hub ${number}`, `hub ${number}: its clock`, chance, one, hubStepsMs);
  },
};

function drawn<One>(all: readonly One[], chance: Chance): { number: number; one: One } {
  const number = chance(all.length);
  return { number, one: all[number] as One };
}

const processOf = ({ hubs, sites }: Parts, of: "hub" | "site", number: number) =>
  of === "hub" ? (hubs[number]?.process ?? null) : (sites[number]?.agent ?? null);

function pick(parts: Parts, chance: Chance, of: "hub" | "site") {
  const number = chance((of === "hub" ? parts.hubs : parts.sites).length);
  const process = processOf(parts, of, number);
  if (process === null) throw new Error(`there is no ${of} ${number}`);
  return { number, process, part: `${of} ${number}`, ...(of === "site" ? { site: number } : {}) };
}

function ended(parts: Parts, chance: Chance, of: "hub" | "site", signal: "SIGKILL" | "SIGTERM"): FaultPlan {
  const { number: _, process, ...where } = pick(parts, chance, of);
  return {
    ...where,
    what: `${process.name} is ended by ${signal}`,
    forMs: 500 + chance(12_000),
    begin: () => process.end(signal),
    end: () => process.start(),
  };
}

function frozen(parts: Parts, chance: Chance, of: "hub" | "site"): FaultPlan {
  const { number: _, process, ...where } = pick(parts, chance, of);
  return {
    ...where,
    what: `${process.name} stands still (SIGSTOP)`,
    forMs: 1000 + chance(25_000),
    ...(of === "site" ? { trouble: "packets" } : {}),
    begin: () => process.freeze(true),
    end: () => process.freeze(false),
  };
}

function lineFault(
  part: string,
  what: string,
  chance: Chance,
  set: (isOn: boolean) => void,
  site: number | null = null,
): FaultPlan {
  const at = site === null ? {} : { site, trouble: "wan" as const };
  return { part, what, forMs: 2000 + chance(20_000), begin: () => set(true), end: () => set(false), ...at };
}

function relayFault(part: string, what: string, chance: Chance, line: Line, site: number | null = null): FaultPlan {
  const how = (["late", "silent", "broken"] as const)[chance(3)];
  if (how === "silent") return lineFault(part, `${what} is silent`, chance, line.setSilent, site);
  if (how === "broken") return lineFault(part, `${what} breaks`, chance, line.setBroken, site);
  const delayMs = 100 + chance(1500);
  return lineFault(part, `${what} is ${delayMs} ms late`, chance, (isOn) => line.setDelay(isOn ? delayMs : 0), site);
}

function fullDisk(part: string, what: string, chance: Chance, { disk }: Pick<ChaosHub, "disk">): FaultPlan {
  return { part, what, forMs: 3000 + chance(20_000), begin: () => disk.fill(), end: () => disk.free() };
}

function stepped(
  part: string,
  what: string,
  chance: Chance,
  { setClock }: Pick<ChaosHub, "setClock">,
  steps: readonly number[],
): FaultPlan {
  const stepMs = steps[chance(steps.length)] as number;
  const forMs = 5000 + chance(40_000);
  const begin = () => setClock(stepMs);
  return { part, what: `${what} steps by ${stepMs / 1000} s`, forMs, begin, end: () => setClock(0) };
}

/** The same seed draws the same faults, whatever becomes of them. */
export const drawFault = (parts: Parts, chance: Chance): FaultPlan =>
  kinds[chaosFaults[chance(chaosFaults.length)] as ChaosFault](parts, chance);

/** Between two faults. Closer together, they leave no time in which anything is sold. */
const [gapMsMin, gapMsDrawn] = [2000, 8000];

/** Injects until `untilMs` (monotonic). What goes on then is ended. @returns what was injected, in order */
export async function injectFaults(
  world: Pick<World, "clock">,
  given: {
    readonly parts: Parts;
    readonly chance: Chance;
    readonly untilMs: number;
    readonly say: (line: string) => void;
    readonly note: (site: number, fact: NewFact) => void;
  },
): Promise<readonly Injected[]> {
  const { parts, chance, untilMs, note } = given;
  const startedMs = world.clock.monotonicMs();
  const nowMs = () => world.clock.monotonicMs();
  const injected: Injected[] = [];
  const going = new Map<string, Promise<void>>();

  async function inject({ what, trouble, site, begin, end }: FaultPlan, forMs: number): Promise<void> {
    const isNoted = trouble !== undefined && site !== undefined;
    if (isNoted) note(site, { kind: "trouble-began", trouble, what });
    await begin();
    await sleep(world.clock, forMs);
    await end();
    if (isNoted) note(site, { kind: "trouble-ended", trouble });
  }

  for (;;) {
    const fault = drawFault(parts, chance);
    await sleep(world.clock, gapMsMin + chance(gapMsDrawn));
    if (nowMs() >= untilMs) break;
    if (going.has(fault.part)) continue;
    const forMs = Math.min(fault.forMs, untilMs - nowMs());
    const atS = Math.round((nowMs() - startedMs) / 1000);
    injected.push({ atS, forS: Math.round(forMs / 1000), what: fault.what });
    given.say(`${String(atS).padStart(5)} s  ${fault.what}, for ${(forMs / 1000).toFixed(1)} s`);
    going.set(
      fault.part,
      inject(fault, forMs).finally(() => going.delete(fault.part)),
    );
  }
  await Promise.all(going.values());
  return injected;
}
