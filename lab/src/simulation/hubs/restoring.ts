/**
 * A row of commands about a hub that is put back to an older state of itself: what staff do stands well before the back-up, so that nothing is under way when
 * it is written; from then on to the restore comes only what a site, its journal or the channel's own list brings back.
 */
import fc from "fast-check";
import { type AnyCommandIn, anyCommandOf } from "../draw-commands.ts";
import { siteFaults } from "../sites/site-story.ts";
import { type HubCommand, type HubCommandKind, hubDraws } from "./hub-commands.ts";

const ofCustomers = [
  ...["wait", "type-code", "code-at-hotspot", "use-up", "see-page", "log-in", "return", "log-out", "traffic", "sell"],
  ...["buy", "buy-again", "pay-by-hand", "claim"],
] as const satisfies readonly HubCommandKind[];
const faults = [
  ...siteFaults.filter((kind): kind is Extract<typeof kind, HubCommandKind> => kind in hubDraws),
  ...(["hub-killed", "hub-dies-at", "hub-dies-with-money", "hub-restarted", "wan-trouble"] as const),
  ...(["channel-trouble", "callback-again", "callback-forged"] as const),
];
const ofStaff = [
  ...["give", "disable-voucher", "refund", "renew-line", "change-plan", "print", "hand-in", "statement"],
] as const satisfies readonly HubCommandKind[];

const anyOf = (kinds: readonly HubCommandKind[]): fc.Arbitrary<HubCommand> =>
  anyCommandOf(Object.fromEntries(kinds.map((kind) => [kind, hubDraws[kind]])) as typeof hubDraws) as fc.Arbitrary<
    AnyCommandIn<typeof hubDraws>
  >;
const someOf = (kinds: readonly HubCommandKind[], minLength: number, maxLength: number) =>
  fc.array(anyOf(kinds), { minLength, maxLength, size: "max" });

/** What a restored hub lacks, and what strikes meanwhile. Mostly it is over before the next one begins. */
const lostOnce = fc
  .tuple(
    fc.oneof(
      { weight: 5, arbitrary: anyOf(["buy", "pay-by-hand"]) },
      { weight: 2, arbitrary: anyOf(["sell", "type-code", "claim", "log-in", "use-up"]) },
      { weight: 2, arbitrary: anyOf(faults) },
      { weight: 1, arbitrary: anyOf(["callback-leaked", "reverse", "print", "disable-voucher"]) },
    ),
    fc.constantFrom(0, 5, 30, 30, 90),
  )
  .map(([command, gapSeconds]): HubCommand => ({ ...command, gapSeconds }));

/** Orders of staff have been answered by then. */
const quiet: HubCommand = { do: "wait", seconds: 120, gapSeconds: 0 };

export const anyRestoring: fc.Arbitrary<readonly HubCommand[]> = fc
  .record({
    before: someOf([...ofCustomers, ...faults, ...ofStaff], 2, 8),
    lost: fc.array(lostOnce, { minLength: 4, maxLength: 10, size: "max" }),
    after: someOf([...ofCustomers, ...faults, ...ofStaff], 2, 8),
    restore: fc.record(hubDraws.restore.of),
    gapSeconds: fc.constantFrom(0, 0, 10, 400),
    again: fc.oneof(
      { weight: 3, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.array(lostOnce, { minLength: 2, maxLength: 6, size: "max" }) },
    ),
  })
  .map(({ before, lost, after, restore, gapSeconds, again }) => [
    ...before,
    quiet,
    { do: "back-up", gapSeconds: 1 },
    ...lost,
    { do: "restore", ...restore, gapSeconds },
    // Once more, by the same back-up: what was given back is lost again.
    ...(again === null ? [] : [...again, { do: "restore", ...restore, gapSeconds } as const]),
    ...after,
  ]);
