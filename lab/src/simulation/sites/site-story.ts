/**
 * Stories of a site that has no hub: what its people do, and what strikes it. A story is plain JSON. Commands name things by a number that counts
 * modulo what there is, so a story from which commands were taken out is a story still.
 */
import fc from "fast-check";
import { type AnyCommandIn, anyCommandOf, type CommandIn, type Draws, drawBySeed } from "../draw-commands.ts";
import type { PlanTerms } from "../judge/chronicle.ts";
import { type ByTheClock, termsAt } from "./by-the-clock.ts";

export interface SiteStory {
  /** Of the randomness inside: tokens, what survives of a write, which packet is lost. */
  readonly seed: number;
  readonly site: SiteShape;
  readonly commands: readonly Command[];
}

export interface SiteShape {
  readonly routerApi: boolean;
  /** Minutes by which the router's first date is wrong; null: it boots in 1970. */
  readonly wakesWrongByMinutes: number | null;
  /** Seconds from the router's boot to its NTP answer; null: none comes. */
  readonly ntpSeconds: number | null;
  readonly macCookies: boolean;
  /** FastTrack passes the hotspot by: the router ends nobody at a limit. Absent: no. */
  readonly ignoresLimits?: boolean;
  /** Each boot of the router gives the session ids of the one before again. Absent: no. */
  readonly repeatsSessionIds?: boolean;
  /** The router counts its sessions with five digits, and so many were there before. Absent or null: with four, from one. */
  readonly longCountFrom?: number | null;
  readonly interimFlushSeconds: number;
  readonly phones: number;
  /** By name of the plan. */
  readonly vouchers: readonly PlanName[];
  readonly accounts: readonly PlanName[];
  readonly sellers: number;
  /** What each seller may keep, beyond what was handed in. Absent or null: any sum. */
  readonly floatCents?: number | null;
  readonly settledCents?: number;
  /** How it takes what it is asked to end, from its first day on. Absent or null: well. */
  readonly disconnects?: (typeof odd)[number] | null;
  /** After the last command nobody uses the line any more, for so long that all that is silent is seen. Absent: no. */
  readonly sleeps?: boolean;
  /** Each change of the disk takes so long. Absent: no time. */
  readonly diskMs?: number;
  /** The image's launcher starts the agent, and can start another release of it. Absent: the agent is the container's own program. */
  readonly isLaunched?: boolean;
  /** The state is written after so much journal. Absent or null: after more than a story writes. */
  readonly snapshotBytes?: number | null;
}

const minute = 60;
const none = { validitySeconds: null, useSeconds: null, dataBytes: null, devices: 1, priceCents: 2000 };
const marketMinutes = [
  [-60, 6],
  [14, 30],
  [40, 60],
  [75, 600],
] as const;
export const plans = {
  "20 minutes": { ...none, validitySeconds: 20 * minute },
  "2 hours": { ...none, validitySeconds: 120 * minute, priceCents: 5000 },
  "10 minutes online": { ...none, useSeconds: 10 * minute, validitySeconds: 24 * 60 * minute, priceCents: 1000 },
  "50 MB": { ...none, dataBytes: 50_000_000, priceCents: 1500 },
  "30 minutes online": { ...none, useSeconds: 30 * minute, idleTimeoutSeconds: 2 * minute, priceCents: 2500 },
  "pair hour": { ...none, validitySeconds: 60 * minute, idleTimeoutSeconds: 5 * minute, devices: 2, priceCents: 4000 },
  "family hour": { ...none, validitySeconds: 60 * minute, dataBytes: 400_000_000, devices: 3, priceCents: 9000 },
  // Short and small ones, of which a story sees the end; and a large one, which takes more than 32 bits.
  "3 minutes": { ...none, validitySeconds: 3 * minute, downKbps: 2000, upKbps: 512, priceCents: 500 },
  "2 minutes online": { ...none, useSeconds: 2 * minute, downKbps: 9000, priceCents: 600 },
  "pair of 5 MB": { ...none, dataBytes: 5_000_000, devices: 2, upKbps: 750, priceCents: 300 },
  "6 GB": { ...none, dataBytes: 6_000_000_000, validitySeconds: 24 * 60 * minute, priceCents: 20_000 },
  "market hours": { ...none, validitySeconds: 6 * 60 * minute, openMinutes: marketMinutes, priceCents: 2200 },
  "slow after 8 MB": {
    ...none,
    validitySeconds: 120 * minute,
    devices: 2,
    ...{ downKbps: 8000, upKbps: 2000, slowAfterBytes: 8_000_000, slowDownKbps: 256, slowUpKbps: 128 },
    priceCents: 1800,
  },
} satisfies Readonly<Record<string, PlanTerms & ByTheClock>>;
export type PlanName = keyof typeof plans;
const planNames = Object.keys(plans) as [PlanName, ...PlanName[]];
/** As the judge reads them. @param startedMs the true time at which the story begins */
export const plansAt = (startedMs: number): Readonly<Record<PlanName, PlanTerms>> =>
  Object.fromEntries(
    Object.entries<PlanTerms & ByTheClock>(plans).map(([name, terms]) => [name, termsAt(terms, startedMs)]),
  ) as Record<PlanName, PlanTerms>;
/** What is asked for by its number on a page. Those of kept stories mean these. */
export const soldNames = planNames.filter((name) => name !== "market hours" && name !== "slow after 8 MB");
/** Of these there are more: short ones, and those that change by themselves. */
const oftenNames = [
  "3 minutes",
  "3 minutes",
  "2 minutes online",
  "pair of 5 MB",
  "market hours",
  "slow after 8 MB",
] as const satisfies readonly PlanName[];

const odd = ["refuses", "forgets-once", "forged"] as const;

/** What can be wrong, by the command that draws it. */
export const choices = {
  "disk-trouble": ["full", "read-only", "slow", "pulled-out"],
  "api-trouble": ["silent", "slow", "refuses", "overloaded", "leaves-out", "traps", "cuts", "password"],
  "router-trouble": ["deaf", "ack-but-stays", "wrong-secret", "ignores-limits", ...odd],
  "router-changed": ["repeats-session-ids", "renamed-server"],
  "stick-changed": ["new", "older"],
  "dies-in-answer": ["code", "hotspot", "sale", "log-out"],
  damage: ["bit", "zeroed", "cut-short", "lost", "unreadable", "bad-sector"],
} as const;
type Choice<Kind extends keyof typeof choices> = (typeof choices)[Kind][number];
const chosen = <Kind extends keyof typeof choices>(kind: Kind): fc.Arbitrary<Choice<Kind>> =>
  fc.constantFrom(...(choices[kind] as readonly Choice<Kind>[]));

/** Which of the things there are: it counts modulo their number. */
const one = fc.nat(20);
const upTo = (max: number) => fc.integer({ min: 1, max });

/** What each command needs to be drawn. A kind without a row does not compile. */
export const siteDraws = {
  wait: { weight: 22, of: { seconds: fc.oneof(upTo(90), fc.integer({ min: 60, max: 1500 })) } },
  "type-code": { weight: 16, of: { phone: one, code: fc.nat(40) } },
  "type-wrong-code": { weight: 2, of: { phone: one, code: fc.nat(999) } },
  "code-at-hotspot": { weight: 4, of: { phone: one, code: fc.nat(40) } },
  /** Somebody asks for more in the very moment in which a package ends, or a millisecond beside. */
  "at-the-end": {
    weight: 8,
    of: { phone: one, code: fc.nat(40), offMs: fc.constantFrom(-1, 0, 0, 1, 900), isOnPage: fc.boolean() },
  },
  /** All that is left of its data is used, and the phone comes back. */
  "use-up": { weight: 4, of: { phone: one } },
  "see-page": { weight: 6, of: { phone: one } },
  /** A phone posts the one-time log-in that let it in before once more. */
  "repeat-own": { weight: 4, of: { phone: one } },
  /** A phone types a code, then another one, and some minutes later the first one posts once more what let it in. */
  "push-out": { weight: 4, of: { phone: one, code: fc.nat(40) } },
  /** A phone posts the one-time log-in that another one, or itself, got so long ago. `isSpent`: one that was used already. */
  overhear: {
    weight: 6,
    of: { phone: one, of: one, isSpent: fc.boolean(), afterMs: fc.constantFrom(0, 60_000, 119_999, 120_000, 300_000) },
  },
  /** One phone tries codes, one after the other. */
  guess: {
    weight: 2,
    of: {
      phone: one,
      count: fc.integer({ min: 4, max: 14 }),
      everySeconds: fc.constantFrom(0, 1, 9),
      restarts: fc.boolean(),
    },
  },
  /** Many made-up phones try codes. */
  attack: { weight: 0.15, of: { count: fc.integer({ min: 60, max: 240 }), everySeconds: fc.constantFrom(0, 1, 2, 5) } },
  "log-in": { weight: 5, of: { phone: one, account: one, isRight: fc.boolean() } },
  return: { weight: 8, of: { phone: one } },
  "log-out": { weight: 3, of: { phone: one } },
  traffic: { weight: 8, of: { phone: one, kBps: fc.constantFrom(0, 1, 20, 300, 2000, 30_000) } },
  "new-mac": { weight: 2, of: { phone: one, keepsCookie: fc.boolean() } },
  sell: { weight: 6, of: { seller: one, plan: one, isRepeated: fc.boolean() } },
  "sell-on-page": { weight: 3, of: { seller: one, plan: one, logsOut: fc.boolean() } },
  /** A sale of before is asked for once more, by its seller or another one. */
  "sell-again": { weight: 2, of: { sale: one, byAnother: fc.boolean() } },
  "wrong-pin": { weight: 2, of: { seller: one, count: upTo(10) } },
  /** Takes another device off what the phone has. */
  "take-off": { weight: 3, of: { phone: one } },
  "agent-restarted": { weight: 3, of: { offSeconds: upTo(300) } },
  "agent-killed": { weight: 4, of: { offSeconds: upTo(120) } },
  "power-cut": { weight: 4, of: { offSeconds: upTo(1800) } },
  /** Another agent runs on the same folder for a while, as in a second container. */
  "agent-beside": { weight: 1, of: { seconds: upTo(300) } },
  "dies-at-write": { weight: 5, of: { write: fc.nat(30), isPower: fc.boolean(), offSeconds: upTo(300) } },
  /** The agent, or its power, ends in the middle of what somebody asks. */
  "dies-in-answer": {
    weight: 6,
    of: {
      what: chosen("dies-in-answer"),
      phone: one,
      code: fc.nat(40),
      /** Mostly the first ones: the very record of what is asked. */
      write: fc.constantFrom(0, 0, 0, 1, 1, 2, 3, 6),
      isPower: fc.boolean(),
      offSeconds: upTo(60),
    },
  },
  "router-reboot": { weight: 2, of: {} },
  "disk-trouble": { weight: 3, of: { what: chosen("disk-trouble"), seconds: upTo(600) } },
  "packet-trouble": {
    weight: 3,
    of: {
      lostPercent: fc.constantFrom(0, 5, 30, 100),
      doubledPercent: fc.constantFrom(0, 20, 60),
      delayMs: fc.constantFrom(0, 200, 4000),
      /** How late the second copy of a packet may come: later than packets after it. The agent takes copies for copies within 30 s, and later ones for late. */
      echoMs: fc.constantFrom(0, 20_000, 400_000),
      seconds: upTo(600),
    },
  },
  "api-trouble": { weight: 3, of: { what: chosen("api-trouble"), seconds: upTo(600) } },
  "router-trouble": { weight: 3, of: { what: chosen("router-trouble"), seconds: fc.oneof(upTo(1200), upTo(7200)) } },
  "router-changed": { weight: 2, of: { what: chosen("router-changed") } },
  "clock-jump": { weight: 2, of: { byMinutes: fc.integer({ min: -3000, max: 3000 }), seconds: upTo(1200) } },
  /** The router's clock runs fast or slow. */
  "clock-drift": { weight: 1, of: { perHourSeconds: fc.integer({ min: -600, max: 2400 }), seconds: upTo(7200) } },
  damage: { weight: 2, of: { what: chosen("damage"), file: one, permille: fc.nat(999), bit: fc.nat(7) } },
  /** Somebody keeps a copy of the stick. */
  "stick-copied": { weight: 0.5, of: {} },
  /** Another stick is put in while the power is off: a new one, or the last copy. */
  "stick-changed": {
    weight: 1,
    of: { what: chosen("stick-changed"), withRouter: fc.boolean(), offSeconds: upTo(300) },
  },
} satisfies Draws;

export type CommandKind = keyof typeof siteDraws;
export const commandKinds = Object.keys(siteDraws) as CommandKind[];
export type CommandOf<Kind extends CommandKind> = CommandIn<typeof siteDraws, Kind>;
export type Command = AnyCommandIn<typeof siteDraws>;

/** What strikes a site. Each kind is switched off in half of all stories, so that stories differ in kind (swarm testing). */
export const siteFaults = [
  "agent-restarted",
  "agent-killed",
  "power-cut",
  "agent-beside",
  "dies-at-write",
  "dies-in-answer",
  "router-reboot",
  "disk-trouble",
  "packet-trouble",
  "api-trouble",
  "router-trouble",
  "router-changed",
  "clock-jump",
  "clock-drift",
  "damage",
  "stick-copied",
  "stick-changed",
  "attack",
  "guess",
] as const satisfies readonly CommandKind[];

export const anySite: fc.Arbitrary<SiteShape> = fc.record({
  routerApi: fc.boolean(),
  wakesWrongByMinutes: fc.oneof(
    fc.constant(null),
    fc.constant(0),
    fc.constant(0),
    fc.integer({ min: -3000, max: 3000 }),
  ),
  ntpSeconds: fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 600 })),
  macCookies: fc.boolean(),
  ignoresLimits: fc.nat(7).map((drawn) => drawn === 0),
  repeatsSessionIds: fc.nat(3).map((drawn) => drawn === 0),
  longCountFrom: fc.constantFrom(null, null, null, 65_533, 2 ** 20 - 3),
  interimFlushSeconds: fc.constantFrom(0, 60),
  phones: fc.integer({ min: 1, max: 6 }),
  vouchers: fc.array(fc.constantFrom(...planNames, ...oftenNames), { minLength: 1, maxLength: 8 }),
  accounts: fc.array(fc.constantFrom(...planNames), { maxLength: 3 }),
  sellers: fc.nat(2),
  floatCents: fc.constantFrom(null, 0, 9000, 20_000),
  settledCents: fc.constantFrom(0, 0, 1000, 12_500),
  disconnects: fc.nat(11).map((drawn) => odd[drawn] ?? null),
  sleeps: fc.nat(2).map((drawn) => drawn === 0),
  diskMs: fc.constantFrom(0, 0, 0, 4, 30),
});

/** A router that neither keeps limits nor ends well what it is asked to end: it has packages of which a story sees the end. */
const stubbornSite: fc.Arbitrary<SiteShape> = fc
  .tuple(anySite, fc.constantFrom(...odd), fc.array(fc.constantFrom(...oftenNames), { minLength: 3, maxLength: 6 }))
  .map(([site, disconnects, vouchers]) => ({ ...site, ignoresLimits: true, disconnects, vouchers, sleeps: true }));

/** Most stories have some 60 commands: a working day of a small site. */
export const anySiteStory: fc.Arbitrary<SiteStory> = fc
  .record({
    seed: fc.nat(2 ** 31 - 1),
    site: fc.oneof({ arbitrary: anySite, weight: 14 }, { arbitrary: stubbornSite, weight: 1 }),
    off: fc.subarray([...siteFaults]),
    commands: fc.array(anyCommandOf(siteDraws), { minLength: 20, maxLength: 80, size: "max" }),
    snapshotBytes: fc.constantFrom(null, null, 500, 3000),
  })
  .map(({ off, commands, site, snapshotBytes, seed }) => ({
    seed,
    site: { ...site, snapshotBytes },
    commands: commands.filter((command) => !(off as readonly CommandKind[]).includes(command.do)),
  }));

export const storyOfSeed = (seed: number): SiteStory => drawBySeed(anySiteStory, seed);
