/**
 * Scenes: short rows of commands that belong together, and that single draws seldom bring about in this order. After its opening each story plays some of
 * them. By then two phones have paid, a third one has typed the first code, and the site has told its hub of it. A command that a story's switches leave out
 * is left out of its scenes, too.
 */
import fc from "fast-check";
import type { HubCommand } from "./hub-commands.ts";
import { type HubPlan, hubPlans, isSold } from "./offers.ts";
import { oddlyTold, unwilling, willing } from "./payers.ts";

const at = <Command extends HubCommand>(command: Command): Command => command;
const plan = fc.nat(20);
const soon = { gapSeconds: 10 };
const atOnce = { gapSeconds: 0 };
/** Counted from the end: the last callback that was sent by then, or the last purchase that a phone began. */
const newest = -1;
/** The number of the plan that is over first: a story sees its end. */
const shortest = Object.keys(hubPlans)
  .filter((plan) => isSold(plan as HubPlan))
  .indexOf("3 minutes");

/** The hub does the next order of staff, and dies before it says so: who asked hears nothing, and asks again with the same key. */
const diesInOrder = (offSeconds: number): HubCommand[] => [
  at({ do: "hub-dies-with-money", transaction: 1, of: "provider", isAfter: true, offSeconds, ...atOnce }),
];

const scenes = {
  "at the counter": fc
    .record({ plan, amount: fc.integer({ min: 1, max: 12 }), forgets: fc.nat(5), dies: fc.boolean() })
    .map(({ plan, amount, forgets, dies }) => [
      at({ do: "sell", seller: 0, plan, isRepeated: false, ...soon }),
      at({ do: "sell", seller: 1, plan: plan + 1, isRepeated: false, ...soon }),
      ...(dies ? diesInOrder(20) : []),
      at({ do: "hand-in", seller: 1, amount, isRepeated: true, gapSeconds: dies ? 150 : 0 }),
      at({ do: "hand-in", seller: 1, amount: amount + 1, isRepeated: false, ...atOnce }),
      // The site forgets what it has told its hub, and the seller's page asks once more.
      ...(forgets === 0
        ? [
            at({ do: "stick-changed", what: "new", withRouter: false, offSeconds: 5, gapSeconds: 60 }),
            at({ do: "sell", seller: 1, plan, isRepeated: true, ...soon }),
          ]
        : []),
    ]),
  "given back, and spent": fc
    .record({ plan, dies: fc.constantFrom(true, true, false) })
    .map(({ plan, dies }) => [
      at({ do: "refund", purchase: 0, method: "credit", isRepeated: true, ...soon }),
      ...(dies
        ? [at({ do: "hub-dies-with-money", transaction: 0, of: "booker", isAfter: true, offSeconds: 20, ...atOnce })]
        : []),
      at({ do: "buy", phone: 0, plan, payer: willing, ...soon }),
    ]),
  "given back in cash": fc
    .record({ plan })
    .map(({ plan }) => [
      at({ do: "refund", purchase: 1, method: "cash", isRepeated: true, ...soon }),
      at({ do: "sell", seller: 1, plan, isRepeated: false, gapSeconds: 30 }),
      at({ do: "refund-code", code: 0, of: "sale", ...atOnce }),
      at({ do: "refund-code", code: 0, of: "voucher", ...soon }),
    ]),
  "less, the rest, and too much": fc.record({ plan, twice: fc.boolean() }).map(({ plan, twice }) => {
    const byHand = { payer: 0, plan, account: "reference", confirmation: "once", isLike: false } as const;
    // Of every second plan to the shilling what is missing: nobody pays less than one.
    const isExact = plan % 2 === 1;
    return [
      at({ do: "buy", phone: 1, plan, payer: unwilling, ...soon }),
      at({ do: "pay-by-hand", ...byHand, change: isExact ? -1 : -5, ...soon }),
      at({ do: "pay-by-hand", ...byHand, change: isExact ? -1_000_000 : 0, ...soon }),
      ...(twice ? [at({ do: "pay-by-hand", ...byHand, change: 10, ...soon })] : []),
    ];
  }),
  "paid twice": fc.record({ plan }).map(({ plan }) => [
    at({ do: "buy", phone: 1, plan, payer: willing, ...soon }),
    at({
      ...{ do: "pay-by-hand", payer: 1, plan, account: "reference", change: 0, confirmation: "once", isLike: false },
      ...soon,
    }),
  ]),
  "staff wait and give": fc
    .record({ seconds: fc.integer({ min: 30, max: 120 }), right: plan })
    .map(({ seconds, right }) => [
      at({ do: "give", right, percent: 20, ...atOnce }),
      at({ do: "give", right, percent: 50, ...soon }),
      at({ do: "hold", right, seconds, ...atOnce }),
      at({ do: "hold", right: right + 1, seconds: seconds + 60, ...soon }),
    ]),
  "who pays by the day": fc
    .record({ minutes: fc.integer({ min: 5, max: 90 }), promises: fc.boolean(), dies: fc.boolean() })
    .map(({ minutes, promises, dies }) => [
      ...(dies ? diesInOrder(20) : []),
      promises
        ? at({ do: "promise-line", line: 0, minutes, ...soon })
        : at({ do: "renew-line", line: 0, isRepeated: true, ...soon }),
      at({ do: "promise-line", line: 1, minutes, ...soon }),
      // Once more, with another key: it is another day. Who has promised may not promise again; the first promise may have been too short.
      ...(promises
        ? [60, 61].map((more) => at({ do: "promise-line", line: 0, minutes: minutes + more, ...atOnce }))
        : [at({ do: "renew-line", line: 0, isRepeated: false, ...atOnce })]),
    ]),
  "the channel gives back": fc.record({ payment: plan }).map(({ payment }) => [
    // What its staff have given back, too: its customer has it twice, and owes it.
    ...(payment < 7 ? [at({ do: "refund", purchase: 0, method: "cash", isRepeated: false, ...soon })] : []),
    at({ do: "reverse", payment: payment < 7 ? 0 : payment, ...atOnce }),
    at({ do: "statement", layout: "portal", file: "csv", ...soon }),
  ]),
  "a code is switched off": fc.constant([at({ do: "disable-voucher", code: 0, ...soon })]),
  "a customer is switched off": fc
    .record({ purchase: fc.nat(1), seconds: fc.integer({ min: 20, max: 180 }), isForGood: fc.boolean(), plan })
    .map(({ purchase, seconds, isForGood, plan }) => [
      // Its money is on its way when they are switched off: who is off begins to buy nothing.
      at({ do: "buy", phone: purchase, plan, payer: purchase === 0 ? willing : oddlyTold, gapSeconds: 1 }),
      at({ do: "customer-off", purchase, seconds, isForGood, ...soon }),
      at({ do: "return", phone: purchase, ...soon }),
    ]),
  "a package goes on": fc
    .record({ again: fc.integer({ min: 150, max: 240 }) })
    .map(({ again }) => [
      at({ do: "buy", phone: 3, plan: shortest, payer: willing, ...soon }),
      at({ do: "renew-package", purchase: newest, ...soon }),
      at({ do: "wait", seconds: again, ...atOnce }),
      at({ do: "return", phone: 3, ...soon }),
    ]),
  "dark, and no internet": fc
    .record({ plan, offSeconds: fc.integer({ min: 120, max: 240 }) })
    .map(({ plan, offSeconds }) => [
      at({ do: "wan-trouble", seconds: offSeconds + 180, ...atOnce }),
      at({ do: "power-cut", offSeconds, ...atOnce }),
      at({ do: "wait", seconds: offSeconds + 60, ...atOnce }),
      // What begins now has the date of a site that nobody has told how long it was dark.
      at({ do: "type-code", phone: 3, code: 1, ...atOnce }),
      at({ do: "sell", seller: 0, plan, isRepeated: false, ...atOnce }),
      at({ do: "wait", seconds: 180, ...atOnce }),
    ]),
  "a stranger knows the address": fc
    .record({ plan, percent: fc.constantFrom(50, 200) })
    .map(({ plan, percent }) => [
      at({ do: "buy", phone: 1, plan, payer: unwilling, ...soon }),
      at({ do: "callback-leaked", callback: newest, percent, ...soon }),
    ]),
} satisfies Readonly<Record<string, fc.Arbitrary<HubCommand[]>>>;

/** Some begin to buy, and who knows where the channel calls back tells that they have paid: with a limit that a few of them fill. */
export const anyTelling = fc
  .record({
    unverifiedCentsMax: fc.constantFrom(2500, 4000, 7000),
    plans: fc.array(plan, { minLength: 3, maxLength: 5 }),
    payer: fc.constantFrom(unwilling, willing),
  })
  .map(({ plans, payer, unverifiedCentsMax }) => ({
    unverifiedCentsMax,
    commands: [
      ...plans.flatMap((each, phone) => [
        at({ do: "buy", phone, plan: each, payer: phone % 2 === 0 ? unwilling : payer, ...soon }),
        at({ do: "callback-leaked", callback: newest, percent: 100, ...soon }),
      ]),
    ],
  }));

/** A seller brings the same twice, and the hub may die over it. */
export const anyTwins = fc
  .record({ seller: fc.nat(1), amount: fc.integer({ min: 1, max: 12 }), isSameKey: fc.boolean(), dies: fc.boolean() })
  .map(({ dies, ...twins }): HubCommand[] => [
    ...(dies ? diesInOrder(20) : []),
    at({ do: "hand-in-twins", ...twins, gapSeconds: 60 }),
  ]);

export const sceneNames = Object.keys(scenes) as (keyof typeof scenes)[];

/** Some of them, one after the other. */
export const anyScenes: fc.Arbitrary<{ readonly names: readonly string[]; readonly commands: HubCommand[] }> = fc
  .tuple(fc.shuffledSubarray(sceneNames, { minLength: 4, maxLength: 6 }), fc.record(scenes))
  .map(([names, drawn]) => ({ names, commands: names.flatMap((name) => drawn[name]) }));
