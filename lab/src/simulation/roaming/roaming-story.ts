/** Stories of two sites of one provider: people with a code walk from one to the other, while links are cut, agents and the hub die and power fails. */
import fc from "fast-check";
import { type AnyCommandIn, anyCommandOf, type CommandIn, type Draws, drawBySeed } from "../draw-commands.ts";
import { anyAheadMs } from "../hubs/hub-story.ts";
import type { PlanName } from "../sites/site-story.ts";

export interface RoamingStory {
  /** Of the randomness inside. */
  readonly seed: number;
  /** Of each printed code, by name of its plan. Who has it has a phone of their own. All are of the first site. */
  readonly codes: readonly PlanName[];
  /** Of what somebody bought at the first site before anything strikes. Who has it is let in by the receipt of the channel. */
  readonly bought: readonly PlanName[];
  /** Of what a site gives that can ask nobody. */
  readonly bridge: { readonly seconds: number; readonly dataBytes: number };
  /** What of routers outlives their agent. */
  readonly macCookies: boolean;
  /** As in `HubStory`: each site is linked to one of the two processes. */
  readonly secondAheadMs?: number;
  readonly commands: readonly RoamingCommand[];
}

const site = fc.nat(1);
const code = fc.nat(5);
const upTo = (max: number) => fc.integer({ min: 1, max });

/** `site`: at which of the two. `code`: of whose phone; those who bought come after those who have a code. */
const roamingDraws = {
  wait: { weight: 18, of: { seconds: fc.oneof(upTo(90), fc.integer({ min: 60, max: 600 })) } },
  type: { weight: 18, of: { site, code } },
  /** They log out where they are online, and type the code at the other site. */
  walk: { weight: 18, of: { code, afterSeconds: fc.constantFrom(0, 0, 1, 30) } },
  /** The phone shows up again where it was. */
  return: { weight: 4, of: { site, code } },
  "log-out": { weight: 6, of: { site, code } },
  traffic: { weight: 10, of: { site, code, kBps: fc.constantFrom(0, 1, 20, 300) } },
  "wan-cut": { weight: 8, of: { site, seconds: upTo(600) } },
  "agent-restarted": { weight: 2, of: { site, offSeconds: upTo(120) } },
  "agent-killed": { weight: 4, of: { site, offSeconds: upTo(120) } },
  "power-cut": { weight: 3, of: { site, offSeconds: upTo(300) } },
  "dies-at-write": { weight: 6, of: { site, write: fc.nat(6), isPower: fc.boolean(), offSeconds: upTo(60) } },
  "hub-killed": { weight: 3, of: { offSeconds: upTo(120) } },
  "hub-dies-at": { weight: 6, of: { transaction: fc.nat(12), isAfter: fc.boolean(), offSeconds: upTo(60) } },
} satisfies Draws;

export type RoamingKind = keyof typeof roamingDraws;
export const roamingKinds = Object.keys(roamingDraws) as RoamingKind[];
export type RoamingCommandOf<Kind extends RoamingKind> = CommandIn<typeof roamingDraws, Kind>;
export type RoamingCommand = AnyCommandIn<typeof roamingDraws>;

/** Each is switched off in half of all stories. */
const faults = [
  "wan-cut",
  "agent-restarted",
  "agent-killed",
  "power-cut",
  "dies-at-write",
  "hub-killed",
  "hub-dies-at",
] as const satisfies readonly RoamingKind[];

const anyPlan = fc.constantFrom<PlanName>(
  ...(["20 minutes", "2 hours", "10 minutes online", "50 MB", "pair of 5 MB", "3 minutes"] as const),
);

export const anyRoamingStory: fc.Arbitrary<RoamingStory> = fc
  .record({
    seed: fc.nat(2 ** 31 - 1),
    codes: fc.array(anyPlan, { minLength: 1, maxLength: 3 }),
    bought: fc.array(anyPlan, { minLength: 0, maxLength: 2 }),
    bridge: fc.constantFrom(
      { seconds: 300, dataBytes: 2_000_000 },
      { seconds: 1800, dataBytes: 100_000_000 },
      { seconds: 0, dataBytes: 0 },
    ),
    macCookies: fc.boolean(),
    off: fc.subarray([...faults]),
    commands: fc.array(anyCommandOf(roamingDraws), { minLength: 16, maxLength: 50, size: "max" }),
    second: fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: anyAheadMs }),
  })
  .map(({ off, commands, second, ...rest }) => ({
    ...rest,
    ...(second === null ? {} : { secondAheadMs: second }),
    commands: commands.filter(({ do: kind }) => !(off as readonly RoamingKind[]).includes(kind)),
  }));

export const roamingStoryOfSeed = (seed: number): RoamingStory => drawBySeed(anyRoamingStory, seed);
