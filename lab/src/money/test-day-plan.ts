/**
 * What happens on a day of trade at all channels: who pays, how, what goes wrong with it, and what happens to the money afterwards. Pure and
 * seeded. `test-end-of-day.ts` plays it, and `test-day-books.ts` compares the channels' own books with the hub's.
 */
import { seededRandom } from "../world/seeded-random.ts";

export interface Day {
  readonly payments: number;
  readonly seed: number;
  /** How often the hub is killed while phones pay. */
  readonly kills: number;
  /** The provider's limit of unverified money in an hour, minor units. */
  readonly capCents: number;
}

/** Two paybills, of which the second has an initiator that M-Pesa refuses; a till without one; and what else is sold through. */
const placeNames = ["paybill", "dead", "till", "airtel", "mtn", "pesapal", "stripe", "cash"] as const;
export type PlaceName = (typeof placeNames)[number];

/** In thousandths of the day's payments. */
const shares: Readonly<Record<PlaceName, number>> = {
  paybill: 320,
  dead: 220,
  till: 100,
  airtel: 80,
  mtn: 80,
  pesapal: 60,
  stripe: 60,
  cash: 80,
};

/**
 * What becomes of one payment. Of a prompt or a page: `lost` no report of it arrives; `confirmed-first` reports in another order;
 * `forged` somebody who knows the path reports money, and the customer does not pay; `forged-then-paid` the customer pays as well.
 * At the M-Pesa menu: `own-…` at a number of the customer's; `site-account` at a number of the site; `look-alike` O for 0;
 * `garbage` a text that means nothing; `claimed` the same, and the customer says "I already paid"; `by-reference` the number that the
 * prompt named, after it was cancelled; `leaked` no payment: somebody who knows the address reports one.
 */
const promptFates = ["plain", "lost", "doubled", "late", "cancelled"] as const;
const mpesaFates = [...promptFates, "confirmed-first"] as const;
const forgeries = ["forged", "forged-then-paid"] as const;
const menuFates = [
  ...(["own", "own-lost", "own-doubled", "own-late", "site-account", "look-alike"] as const),
  ...(["garbage", "claimed", "by-reference", "leaked"] as const),
] as const;
const fatesOf = {
  paybill: [...mpesaFates, ...forgeries, ...menuFates],
  dead: [...mpesaFates, ...forgeries, ...menuFates],
  till: mpesaFates,
  airtel: ["plain", "lost", "answer-lost", "cancelled", "forged"],
  mtn: ["plain", "lost", "doubled", "answer-lost", "cancelled", "forged"],
  pesapal: ["plain", "lost", "cancelled", "forged"],
  stripe: ["plain", "lost", "slow", "cancelled", "forged"],
  cash: ["plain", "nameless"],
} as const satisfies Readonly<Record<PlaceName, readonly string[]>>;
type Fate = (typeof fatesOf)[PlaceName][number];

/**
 * What happens to the money later on the day. `reversed`, `partly-reversed`: the customer turns to the channel. `disputed`, `dashboard`,
 * `dashboard-part`: at Stripe, without us. The others are refunds that staff make, by their method.
 */
const afterwardsOf = {
  paybill: ["reversed", "partly-reversed", "reversal", "payout", "credit", "cash"],
  dead: ["reversed", "partly-reversed", "cash"],
  till: ["reversed", "credit"],
  airtel: ["cash"],
  mtn: ["credit"],
  pesapal: ["channel", "reversed"],
  stripe: ["disputed", "dashboard", "dashboard-part", "channel"],
  cash: ["cash"],
} as const satisfies Readonly<Record<PlaceName, readonly string[]>>;
type Afterwards = (typeof afterwardsOf)[PlaceName][number];

export interface DayPayment {
  /** Its place in the plan: names its customer, and the key of its request. */
  readonly number: number;
  readonly place: PlaceName;
  readonly fate: Fate;
  readonly afterwards: Afterwards | null;
  /** As the customer types it. */
  readonly phone: string;
  /** What is paid from the menu beside the price, whole shillings: less than nothing is too little. */
  readonly extra: number;
}

/** Of the payments that are not needed for one of each fate, so many go well. */
const plainPermille = 600;

const menu: ReadonlySet<string> = new Set(menuFates);
export const isFromMenu = ({ fate }: Pick<DayPayment, "fate">): boolean => menu.has(fate);

/** Each fate of each place happens at least once, and so does whatever happens afterwards. In random order. */
export function planDay({ payments, seed }: Day): DayPayment[] {
  const random = seededRandom(seed);
  const pick = <Item>(list: readonly Item[]): Item => list[random.integer(list.length)] as Item;
  const all: { readonly plan: DayPayment; readonly order: number }[] = [];
  for (const place of placeNames) {
    const count = Math.round((payments * shares[place]) / 1000);
    const fates: readonly Fate[] = fatesOf[place];
    const later: Afterwards[] = repeated<Afterwards>(afterwardsOf[place], Math.max(1, Math.round(payments / 1000)));
    const needed: readonly Fate[] = [...fates, ...later.map(() => "plain" as const)];
    for (let index = 0; index < count; index++) {
      const drawn = random.integer(1000) < plainPermille ? "plain" : pick(fates);
      const fate = needed[index] ?? drawn;
      const number = all.length + 1;
      const afterwards = fate === "plain" ? (later.shift() ?? null) : null;
      const plan = { number, place, fate, afterwards, phone: phoneOf(place, number), extra: pick([0, 0, 0, 10, -10]) };
      all.push({ plan, order: random.integer(2 ** 31) });
    }
    if (later.length > 0) throw new Error(`a day of ${payments} payments is too short for ${place}`);
  }
  return all.sort((one, other) => one.order - other.order).map(({ plan }) => plan);
}

const repeated = <Item>(list: readonly Item[], times: number): Item[] =>
  Array.from({ length: times }, () => list).flat();

function phoneOf(place: PlaceName, number: number): string {
  const digits = String(number).padStart(6, "0");
  if (place === "airtel") return `0733${digits}`;
  return place === "mtn" ? `0772${digits}` : `0712${digits}`;
}
