/** What happens in stories of a site with a hub: all of a site alone, and money, staff, a hub that dies, a link that is cut and a channel that fails. */
import fc from "fast-check";
import type { AnyCommandIn, CommandIn, Draws } from "../draw-commands.ts";
import type { ReleaseWay } from "../judge/chronicle.ts";
import { siteDraws } from "../sites/site-story.ts";
import { neighbourReaches } from "./neighbour-reaches.ts";

/** What befalls the hub's calls of the channel. `unheard`: it does what it was asked, and its answer is lost. */
export const channelCalls = ["none", "silent", "refused", "slow", "unheard"] as const;

/** How the result of a call reaches the hub. */
export const resultArrivals = ["plain", "before-answer", "queued", "odd", "refused", "lost"] as const;
/** Too little money, a wrong password, no right, a number that is no customer's, and one that no table lists. */
export const resultCodes = ["1", "2001", "21", "2040", "7777"] as const;

export type StaffEyes = "right" | "unnamed" | "mistaken" | "another";

const one = fc.nat(20);
const upTo = (max: number) => fc.integer({ min: 1, max });

/** All of a site but a second agent on its folder, and what a site alone shows as well. */
const { "agent-beside": _beside, "sell-on-page": _page, "sell-again": _again, "push-out": _out, ...ofSite } = siteDraws;

export const hubDraws = {
  ...ofSite,
  buy: { weight: 16, of: { phone: one, plan: one, payer: one } },
  "buy-again": { weight: 3, of: { phone: one } },
  "pay-by-hand": {
    weight: 5,
    of: {
      payer: one,
      plan: one,
      account: fc.constantFrom("reference", "phone", "nonsense"),
      change: fc.constantFrom<number>(0, 0, 0, -5, 10),
      confirmation: fc.constantFrom("once", "once", "twice", "late", "never"),
      /** As much as the last purchase costs, from a number that looks like its payer's where the middle is hidden. */
      isLike: fc.boolean(),
    },
  },
  claim: { weight: 4, of: { phone: one, payment: one, isOwn: fc.constantFrom(true, true, false) } },
  /** `isRepeated`: by a second person, who has not heard of the first. */
  refund: { weight: 6, of: { purchase: one, method: fc.constantFrom("cash", "credit"), isRepeated: fc.boolean() } },
  "refund-code": { weight: 2, of: { code: one, of: fc.constantFrom("voucher", "sale", "sale") } },
  "disable-voucher": { weight: 1, of: { code: one } },
  "hand-in": { weight: 2, of: { seller: one, amount: upTo(12), isRepeated: fc.boolean() } },
  /** So many percent of what it was at first. */
  "change-plan": { weight: 2, of: { plan: one, percent: fc.constantFrom(50, 150, 200) } },
  give: { weight: 4, of: { right: one, percent: fc.constantFrom(20, 50, 100) } },
  /** What the phone has nobody uses for now, or somebody may again. `isTriedAt`: it tries its code all the same. */
  "pause-own": {
    weight: 3,
    of: { phone: one, isTriedAt: fc.constantFrom<"nowhere" | "page" | "hotspot">("nowhere", "page", "hotspot") },
  },
  "go-on-own": { weight: 2, of: { phone: one } },
  /** Staff pause what somebody has, for so long. */
  hold: { weight: 4, of: { right: one, seconds: upTo(900) } },
  print: { weight: 1, of: { plan: one, quantity: upTo(3) } },
  statement: { weight: 2, of: { layout: fc.constantFrom("portal", "short"), file: fc.constantFrom("csv", "xlsx") } },
  /** At the site's router, through the hub: the first two ports are its way to the hub, and another one. */
  "switch-port": {
    weight: 2,
    of: { port: fc.constantFrom("ether1", "ether1", "ether3"), isOff: fc.constantFrom(true, true, false) },
  },
  "renew-line": { weight: 2, of: { line: one, isRepeated: fc.boolean() } },
  "promise-line": { weight: 2, of: { line: one, minutes: upTo(180) } },
  /** A customer asks the channel to give a payment back, and gets all of it. */
  reverse: { weight: 2, of: { payment: one } },
  /** The owner moves so many percent of what is at the channel. */
  withdraw: {
    weight: 2,
    of: { percent: fc.constantFrom(30, 60, 100), to: fc.constantFrom("bank", "bank", "settlement") },
  },
  /** Of who bought that. `isForGood`: nobody switches them on again. */
  "customer-off": {
    weight: 1,
    of: { purchase: one, seconds: upTo(900), isForGood: fc.constantFrom(false, false, true) },
  },
  /** It is bought anew for who bought it, a little before it ends. */
  "renew-package": { weight: 2, of: { purchase: one } },
  suspend: { weight: 1, of: { graceDays: fc.constantFrom(0, 0, 1), seconds: upTo(900) } },
  "put-on": { weight: 1, of: { phone: one, right: one } },
  "hub-killed": { weight: 3, of: { offSeconds: upTo(180) } },
  "hub-dies-at": { weight: 3, of: { transaction: fc.nat(40), isAfter: fc.boolean(), offSeconds: upTo(120) } },
  "hub-dies-with-money": {
    weight: 6,
    of: {
      transaction: fc.nat(1),
      /** "provider": an order of staff, where nothing else is under way. */
      of: fc.constantFrom("payment-callbacks", "payment-callback", "booker", "provider"),
      isAfter: fc.boolean(),
      offSeconds: upTo(120),
    },
  },
  "hub-restarted": { weight: 1, of: { offSeconds: upTo(60) } },
  "wan-trouble": { weight: 4, of: { seconds: upTo(900) } },
  "channel-trouble": {
    weight: 5,
    of: {
      calls: fc.constantFrom(...channelCalls),
      lostPercent: fc.constantFrom(0, 50, 100),
      doubledPercent: fc.constantFrom(0, 50),
      lateSeconds: fc.constantFrom(0, 5, 120),
      seconds: upTo(600),
    },
  },
  /** Another provider's program reaches for what is not its own. */
  neighbour: { weight: 2, of: { reach: fc.constantFrom(...neighbourReaches), thing: one } },
  "callback-again": { weight: 2, of: { callback: one } },
  "callback-forged": { weight: 2, of: { callback: one } },
  /** The same by somebody who knows the right address, as a payer's own, and the percentage of the price that it tells of. */
  "callback-leaked": { weight: 3, of: { callback: one, percent: fc.constantFrom(100, 100, 100, 50, 200) } },
  /** Only at the end of a story. */
  "make-credit": { weight: 0, of: { plan: one } },
  /** The same sum of the same seller, twice at the same moment: under one key, as one page sends it twice, or under two, as two people bring it. Only at the end of a story. */
  "hand-in-twins": { weight: 0, of: { seller: one, amount: upTo(12), isSameKey: fc.boolean() } },
  // The next four only in a story whose channel has an initiator.
  /**
   * So many percent of what a purchase cost, counted from the newest, by the channel; 100, or a reversal: all that is left. `asks`: "again": who heard no answer, or presses twice; "both": two
   * people at once.
   */
  "send-back": {
    weight: 0,
    of: {
      purchase: fc.constantFrom(0, 0, 1, 1, 2, 2, 4),
      method: fc.constantFrom("payout", "payout", "reversal"),
      percent: fc.constantFrom(100, 50, 30, 30),
      asks: fc.constantFrom("once", "again", "both"),
    },
  },
  /** How the results of such calls arrive. `code`: money calls end with it, and move nothing; null: they are carried out. */
  "results-trouble": {
    weight: 0,
    of: {
      arrive: fc.constantFrom(...resultArrivals),
      code: fc.constantFrom(null, null, ...resultCodes),
      seconds: upTo(200),
    },
  },
  /** A payout comes back to the channel: nobody took it. */
  "payout-returns": { weight: 0, of: { payout: one } },
  /**
   * Staff look at what became of refunds that wait for them. `next`: of one that failed. `eyes`: "unnamed": they do not type by which receipt it went out; "mistaken":
   * they say the opposite of what is so; "another": they say that it went out, by another payout's receipt, or by none that there is.
   */
  "settle-refunds": {
    weight: 0,
    of: {
      next: fc.constantFrom("again", "in cash", "no more"),
      eyes: fc.constantFrom<StaffEyes>("right", "right", "right", "unnamed", "mistaken", "another"),
    },
  },
  /**
   * Only in a story whose site has a launcher. A release of the agent for the site, a new one or one that the hub holds; "none": it may run what it likes.
   * `by`: the owner wants this one, or the platform gives it to all.
   */
  release: {
    weight: 0,
    of: {
      which: fc.constantFrom("new", "new", "new", "held", "none"),
      way: fc.constantFrom<ReleaseWay>("good", "good", "good", "crashes", "silent", "hangs"),
      by: fc.constantFrom("owner", "owner", "platform"),
      number: one,
    },
  },
  // The last two only in a story that restores its hub.
  /** All that the hub holds is written down. */
  "back-up": { weight: 0, of: {} },
  /** The hub is stopped, and starts again as it was at the last back-up. */
  restore: { weight: 0, of: { offSeconds: upTo(300) } },
} satisfies Draws;

export type HubCommandKind = keyof typeof hubDraws;
export const hubCommandKinds = Object.keys(hubDraws) as HubCommandKind[];
export type HubCommandOf<Kind extends HubCommandKind> = CommandIn<typeof hubDraws, Kind>;
export type HubCommand = AnyCommandIn<typeof hubDraws>;
