/** Stories of a site with a hub: all that strikes a site alone, and money, a hub that dies, a link that is cut and a channel that fails. */
import fc from "fast-check";
import { anyCommandOf, drawBySeed } from "../draw-commands.ts";
import { anySite, type SiteShape, siteFaults } from "../sites/site-story.ts";
import { type HubCommand, type HubCommandKind, hubDraws } from "./hub-commands.ts";
import { oddlyTold, willing } from "./payers.ts";
import { anyReleasing } from "./releasing.ts";
import { anyRestoring } from "./restoring.ts";
import { anyScenes, anyTelling, anyTwins } from "./scenes.ts";
import { anySendingBack } from "./sending-back.ts";

export interface HubStory {
  /** Of the randomness inside. */
  readonly seed: number;
  readonly site: SiteShape;
  /** The provider gives time back to who had no internet. */
  readonly creditsOutages: boolean;
  /** Of each account: in so many minutes what is paid for it ends; null: a guest of the house. Absent: all are guests. */
  readonly dues?: readonly (number | null)[];
  /** Customers may pause what they have, on the page of their own packages. Absent: they may not. */
  readonly mayPause?: boolean;
  /** Of who has not paid. */
  readonly graceSeconds?: number;
  /** Names of the scenes with which its commands begin. Absent: it has none, or it was kept without their names. */
  readonly scenes?: readonly string[];
  readonly commands: readonly HubCommand[];
  /** The provider wants the channel to be asked before what a callback alone told opens anything. Absent: it need not be, up to the hub's limit. */
  readonly asksFirst?: boolean;
  /** The provider's own limit of money that a callback alone told of, an hour. Absent: it has the hub's. */
  readonly unverifiedCentsMax?: number;
  /** The channel has an initiator: staff can send money back by it. Absent: it has none. */
  readonly hasInitiator?: boolean;
  /** Staff may give back what was used, too. Absent: only the unused part. */
  readonly refundsUsed?: boolean;
  /** The hub is two processes on one database, and so far ahead the second one's clock is. Absent: it is one. */
  readonly secondAheadMs?: number;
}

/** Which of the things there are: it counts modulo their number. */
const one = fc.nat(20);

/** Each is switched off in half of all stories (swarm testing). */
const faults: readonly HubCommandKind[] = [
  ...siteFaults.filter((kind): kind is Extract<typeof kind, HubCommandKind> => kind in hubDraws),
  "hub-killed",
  "hub-dies-at",
  "hub-dies-with-money",
  "hub-restarted",
  "wan-trouble",
  "channel-trouble",
  "callback-again",
  "callback-forged",
  "callback-leaked",
];

/** `lines`: of so many to one somebody is to pay for it. */
const aDue = (lines: number) =>
  fc.oneof({ weight: lines, arbitrary: fc.integer({ min: 2, max: 90 }) }, { weight: 1, arbitrary: fc.constant(null) });

/** The clocks of two machines that ask a time server, and of one that has none: its process goes by the database's. */
export const anyAheadMs = fc.constantFrom(0, 0, 300, -300, 45 * 60_000);

export const anyHubStory: fc.Arbitrary<HubStory> = fc
  .record({
    seed: fc.nat(2 ** 31 - 1),
    site: anySite,
    creditsOutages: fc.boolean(),
    mayPause: fc.boolean(),
    dues: fc.tuple(aDue(3), aDue(1), aDue(1)),
    graceSeconds: fc.constantFrom(0, 300, 1200),
    off: fc.subarray([...faults]),
    firstPlans: fc.tuple(one, one),
    scenes: anyScenes,
    commands: fc.array(anyCommandOf(hubDraws), { minLength: 14, maxLength: 46, size: "max" }),
    asksFirst: fc.constantFrom(false, false, false, false, true),
    madeCredit: fc.constantFrom(null, null, 0, 1, 2),
    sentBack: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 2, arbitrary: anySendingBack }),
    told: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: anyTelling }),
    twins: fc.oneof({ weight: 2, arbitrary: fc.constant<HubCommand[]>([]) }, { weight: 1, arbitrary: anyTwins }),
    restoring: fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: anyRestoring }),
    second: fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: anyAheadMs }),
    released: fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: anyReleasing }),
  })
  .map(
    ({
      off,
      firstPlans,
      scenes: { names, commands: scenes },
      commands,
      madeCredit,
      sentBack,
      told,
      twins,
      restoring,
      released,
      second,
      site,
      ...rest
    }): HubStory => ({
      ...rest,
      ...(second === null ? {} : { secondAheadMs: second }),
      ...(told === null || rest.asksFirst ? {} : { unverifiedCentsMax: told.unverifiedCentsMax }),
      ...(sentBack === null ? {} : { hasInitiator: true, refundsUsed: sentBack.refundsUsed }),
      scenes: restoring === null ? names : [],
      site: {
        ...site,
        // One who types a code, two who buy and go on with it, and one whose package is a short one.
        phones: Math.max(4, site.phones),
        sellers: Math.max(1, site.sellers),
        accounts: site.accounts.length > 0 ? site.accounts : ["2 hours"],
        ...(released === null ? {} : { isLaunched: true }),
      },
      commands: [
        ...openingOf(firstPlans),
        ...(released?.[0] ?? []),
        ...(restoring?.filter((command) => !off.includes(command.do)) ?? [
          ...(sentBack?.isFirst === true ? sentBack.commands : []),
          ...dayOf(
            [...scenes, ...commands].filter((command) => !off.includes(command.do)),
            sentBack !== null,
          ),
          ...(madeCredit === null ? [] : [{ do: "make-credit", plan: madeCredit, gapSeconds: 20 } as const]),
          ...(sentBack?.isFirst === false ? sentBack.commands : []),
          ...(told?.commands ?? []),
          ...(released?.[1] ?? []),
          ...twins,
        ]),
      ],
    }),
  );

/** Who sends money back has hours of that: of the rest of the day a third is left, so that no story takes much longer than the others. */
const dayOf = (commands: readonly HubCommand[], sendsBack: boolean): readonly HubCommand[] =>
  sendsBack ? commands.slice(0, Math.ceil(commands.length / 3)) : commands;

/** Two have paid and one has typed a code before anything strikes: most of what staff do needs something that somebody has. */
const openingOf = ([plan, another]: readonly [number, number]): HubCommand[] => [
  // The site has found its hub by then.
  { do: "wait", seconds: 30, gapSeconds: 0 },
  { do: "buy", phone: 0, plan, payer: willing, gapSeconds: 0 },
  { do: "buy", phone: 1, plan: another, payer: oddlyTold, gapSeconds: 0 },
  { do: "type-code", phone: 2, code: 0, gapSeconds: 0 },
  { do: "wait", seconds: 60, gapSeconds: 0 },
];

export const hubStoryOfSeed = (seed: number): HubStory => drawBySeed(anyHubStory, seed);
