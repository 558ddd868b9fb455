/** A row of commands about money that staff send back by the channel: what strikes a refund between the order, the call, its result and the books. */
import fc from "fast-check";
import { type HubCommand, hubDraws, type StaffEyes } from "./hub-commands.ts";
import { oddlyTold, toldBefore, willing } from "./payers.ts";

const soon = { gapSeconds: 10 };
const atOnce = { gapSeconds: 0 };
const of = <Kind extends keyof typeof hubDraws>(kind: Kind) => fc.record<Record<string, unknown>>(hubDraws[kind].of);
const any = <Kind extends HubCommand["do"]>(kind: Kind, gap: { readonly gapSeconds: number }) =>
  of(kind).map((fields) => [{ do: kind, ...fields, ...gap } as unknown as HubCommand]);

/** A question about a payout without a result waits for an hour, and so does a person. */
const resultLateSeconds = 3900;

const wait = (seconds: number): HubCommand => ({ do: "wait", seconds, ...atOnce });

/** In its so many-th transaction from the order on: while it is asked for, agreed to, written down as sent, called, or answered. */
const hubDies = fc
  .record({
    transaction: fc.integer({ min: 1, max: 13 }),
    isAfter: fc.boolean(),
    offSeconds: fc.constantFrom(5, 60, 200),
  })
  .map((death) => ({
    before: [{ do: "hub-dies-with-money", of: "provider", ...death, ...atOnce }] as HubCommand[],
    // It is up again, and has taken up what it had begun.
    restSeconds: death.offSeconds + 80,
  }));

const channelStrikes = fc
  .record({
    calls: fc.constantFrom("none", "silent", "refused", "slow", "unheard", "unheard", "unheard"),
    lostPercent: fc.constantFrom(0, 100),
    doubledPercent: fc.constantFrom(0, 50),
    lateSeconds: fc.constantFrom(0, 5, 120),
    seconds: fc.constantFrom(20, 200),
  })
  .map((trouble): HubCommand[] => [{ do: "channel-trouble", ...trouble, ...atOnce }]);

const shortly = (strike: fc.Arbitrary<HubCommand[]>) => strike.map((before) => ({ before, restSeconds: 10 }));
const strikes = fc.oneof(
  { weight: 1, arbitrary: shortly(fc.constant([])) },
  { weight: 2, arbitrary: shortly(any("results-trouble", atOnce)) },
  { weight: 2, arbitrary: shortly(channelStrikes) },
  { weight: 2, arbitrary: hubDies },
);
const sent = fc
  .tuple(strikes, any("send-back", atOnce))
  .map(([{ before, restSeconds }, sending]) => [...before, ...sending, wait(restSeconds)]);

/** The hub learns of it by the statement, and staff send it again. */
const cameBack = fc
  .tuple(any("payout-returns", soon), any("statement", soon), any("settle-refunds", soon))
  .map((parts) => parts.flat());

/** Nobody hears what became of it, and staff say so; within the hour they can't say that it did not go out. */
const misread = fc
  .tuple(
    fc.constantFrom("lost", "queued", "odd"),
    fc.constantFrom(null, null, "1", "2001"),
    any("send-back", atOnce),
    fc.constantFrom(20, 20, resultLateSeconds),
    fc.constantFrom<StaffEyes>("mistaken", "mistaken", "another", "unnamed"),
    fc.array(fc.oneof(any("settle-refunds", soon), any("statement", soon), any("send-back", soon)), { maxLength: 3 }),
  )
  .map(([arrive, code, sending, seconds, eyes, after]): HubCommand[] => [
    { do: "results-trouble", arrive, code, seconds: seconds + 60, ...atOnce },
    ...sending,
    wait(seconds),
    { do: "settle-refunds", next: "again", eyes, ...soon },
    ...after.flat(),
  ]);

const step = fc.oneof(
  { weight: 10, arbitrary: sent },
  { weight: 2, arbitrary: misread },
  { weight: 1, arbitrary: any("payout-returns", soon) },
  { weight: 2, arbitrary: cameBack },
  { weight: 1, arbitrary: any("statement", soon) },
  { weight: 1, arbitrary: any("refund", soon) },
  { weight: 1, arbitrary: any("reverse", soon) },
  { weight: 2, arbitrary: any("settle-refunds", soon) },
  { weight: 2, arbitrary: fc.constantFrom(70, 250).map((seconds) => [wait(seconds)]) },
);

export const anySendingBack = fc
  .record({
    isFirst: fc.boolean(),
    plans: fc.tuple(fc.nat(20), fc.nat(20)),
    refundsUsed: fc.constantFrom(true, true, false),
    steps: fc.array(step, { minLength: 3, maxLength: 6, size: "max" }),
    isWaitedFor: fc.nat(5).map((drawn) => drawn === 0),
    ends: fc.tuple(any("settle-refunds", { gapSeconds: 60 }), any("settle-refunds", { gapSeconds: 60 })),
  })
  .map(({ plans: [plan, another], steps, isWaitedFor, ends, ...rest }) => ({
    ...rest,
    commands: [
      // Three that nobody has given back yet.
      { do: "buy", phone: 0, plan, payer: willing, ...atOnce } as const,
      { do: "buy", phone: 1, plan: another, payer: oddlyTold, ...atOnce } as const,
      { do: "buy", phone: 3, plan: another + 1, payer: toldBefore, ...atOnce } as const,
      wait(90),
      ...steps.flat(),
      ...(isWaitedFor ? [wait(resultLateSeconds)] : []),
      ...ends.flat(),
    ],
  }));
