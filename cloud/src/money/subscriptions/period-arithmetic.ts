/**
 * The calendar of subscriptions. Pure; all times in milliseconds since 1970, days and months by an offset from UTC: the provider's when the
 * first period began (the countries served have no summer time). A provider who moves to another one takes no day from what is paid.
 *
 * Boundaries   each is counted from the anchor, the beginning of the first period, never from the one before. A month ends on the anchor's day
 *              and time, or on the month's last day where it has no such day: 31 January, 28 or 29 February, 31 March.
 * Early        a renewal before the end, or within grace, goes on from the end: nobody loses days by paying early, or wins by paying late.
 * Late         after the grace a new anchor begins at the payment: the days without service are not paid for. Nor are those before a promise that
 *              was made when the grace was over: who keeps it has a new anchor where the promise let them in again.
 * Pauses       move all boundaries by their length. The anchor stays: what is left is worth what it was, and no period begins anew.
 */

export interface Every {
  readonly unit: "day" | "week" | "month";
  readonly count: number;
}

export interface Calendar {
  readonly anchorMs: number;
  readonly every: Every;
  /** Minutes east of UTC, where the anchor was set. */
  readonly utcOffsetMinutes: number;
  /** Pauses since the anchor, summed. */
  readonly shiftedMs: number;
}

/** What is paid for: from the anchor, so many whole periods. */
export interface Paid extends Calendar {
  readonly periods: number;
}

const minuteMs = 60_000;
export const dayMs = 86_400_000;
/** The least and the most that one has. */
const daysOf = { day: [1, 1], week: [7, 7], month: [28, 31] } as const;

/** Can what a plan costs be the price of such a period? What lasts a week is no month's; what has no end of its own may be any period's. */
export function lastsAPeriod(validitySeconds: number | null, { unit, count }: Every): boolean {
  if (validitySeconds === null) return true;
  const [least, most] = daysOf[unit];
  const days = (validitySeconds * 1000) / dayMs;
  return days >= least * count && days <= most * count;
}

/** The end of the nth period; 0: where the first begins. */
export function boundary(calendar: Calendar, n: number): number {
  return unshifted(calendar, n) + calendar.shiftedMs;
}

/** As it would be without pauses: it names the period. */
export function unshifted({ anchorMs, every, utcOffsetMinutes }: Omit<Calendar, "shiftedMs">, n: number): number {
  const steps = n * every.count;
  if (every.unit !== "month") return anchorMs + steps * daysOf[every.unit][0] * dayMs;
  const offsetMs = utcOffsetMinutes * minuteMs;
  const local = new Date(anchorMs + offsetMs);
  const ofDayMs = (((anchorMs + offsetMs) % dayMs) + dayMs) % dayMs;
  const month = local.getUTCMonth() + steps;
  const lastDay = new Date(Date.UTC(local.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const day = Math.min(local.getUTCDate(), lastDay);
  return Date.UTC(local.getUTCFullYear(), month, day) + ofDayMs - offsetMs;
}

export const paidUntilOf = (paid: Paid): number => boundary(paid, paid.periods);

/** Which period a time is in; 0 is the first. Before the anchor: 0. At a boundary the new one. */
export function periodAt(calendar: Calendar, atMs: number): number {
  const { every } = calendar;
  const roughMs = every.count * daysOf[every.unit][0] * dayMs;
  let n = Math.max(0, Math.floor((atMs - boundary(calendar, 0)) / roughMs));
  while (n > 0 && boundary(calendar, n) > atMs) n -= 1;
  return n;
}

export interface RenewalTime {
  readonly nowMs: number;
  /** When the grace, or what was promised, ends. */
  readonly overMs: number;
  /** It was over, and a promise let the customer in again at this moment; null: none did. */
  readonly letInAgainMs: number | null;
  /** The provider's by now. */
  readonly utcOffsetMinutes: number;
}

/** After a payment for so many periods. */
export function renewed(
  paid: Paid,
  periods: number,
  { nowMs, overMs, letInAgainMs, utcOffsetMinutes }: RenewalTime,
): Paid {
  const anchorMs = nowMs > overMs ? nowMs : letInAgainMs;
  return anchorMs === null
    ? { ...paid, periods: paid.periods + periods }
    : { ...paid, anchorMs, utcOffsetMinutes, shiftedMs: 0, periods };
}

/**
 * What the rest of the paid time is worth at this price a period, in cents: whole periods that have not begun count whole; of the one under
 * way its part that is left, by milliseconds, rounded down to the cent. Both sides of a change of plan are rounded so, and nobody loses a cent twice.
 */
export function worthLeft(paid: Paid, priceCents: number, nowMs: number): number {
  if (nowMs >= paidUntilOf(paid)) return 0;
  if (nowMs <= boundary(paid, 0)) return priceCents * paid.periods;
  return worthUnderWay(paid, priceCents, nowMs) + priceCents * (paid.periods - periodAt(paid, nowMs) - 1);
}

/** Of it the part of the period that has begun; 0: none has, or nothing is paid any more. */
function worthUnderWay(paid: Paid, priceCents: number, nowMs: number): number {
  if (nowMs >= paidUntilOf(paid) || nowMs <= boundary(paid, 0)) return 0;
  const n = periodAt(paid, nowMs);
  const [fromMs, untilMs] = [boundary(paid, n), boundary(paid, n + 1)];
  return Number((BigInt(priceCents) * BigInt(untilMs - nowMs)) / BigInt(untilMs - fromMs));
}

/** Of a plan that counts data or time online: its price, and what of that is unused in the period under way. */
export interface CountedPlan {
  readonly priceCents: number;
  readonly unusedCents: number;
}

export interface PriceChange {
  readonly fromCents: number;
  readonly toCents: number;
  readonly nowMs: number;
  /** Of the old price, for the period under way, by data and time online; null: neither is counted. */
  readonly unusedCents: number | null;
  /** That was left earlier in this period; null: none was. */
  readonly left?: CountedPlan | null;
}

/**
 * What a change of price costs now for the rest of the paid time; below zero: the customer gets it back. Time before the anchor was paid elsewhere,
 * before the line came here: a dearer plan costs its difference, a cheaper one gives nothing back of money that nobody here has seen. Who has used up
 * what is counted by period faster than its time gets no more back of the period under way than is unused, nor by way of a plan that counts nothing;
 * never does a cheaper plan cost anything.
 */
export function changeCents(paid: Paid, change: PriceChange): number {
  const { fromCents, toCents, nowMs } = change;
  const here = worthLeft(paid, toCents, nowMs) - worthLeft(paid, fromCents, nowMs);
  const before = Math.max(0, worthBefore(paid, toCents, nowMs) - worthBefore(paid, fromCents, nowMs));
  return here + before + heldBackCents(paid, change);
}

/** What a cheaper plan would give back of the period under way, and was used up. */
function heldBackCents(paid: Paid, { fromCents, toCents, nowMs, unusedCents, left }: PriceChange): number {
  const givenBack = Math.max(0, worthUnderWay(paid, fromCents, nowMs) - worthUnderWay(paid, toCents, nowMs));
  const now = unusedCents === null ? null : { priceCents: fromCents, unusedCents };
  return Math.min(givenBack, Math.max(usedUpCents(paid, now, nowMs), usedUpCents(paid, left ?? null, nowMs)));
}

/** Faster than its time. */
const usedUpCents = (paid: Paid, plan: CountedPlan | null, nowMs: number): number =>
  plan === null ? 0 : Math.max(0, worthUnderWay(paid, plan.priceCents, nowMs) - plan.unusedCents);

/** What the next change in this period has to know of the plans that were left in it; null: nothing was used up that is not held back. */
export function leftAfter(paid: Paid, change: PriceChange): CountedPlan | null {
  const { fromCents, nowMs, unusedCents, left = null } = change;
  const now = unusedCents === null ? null : { priceCents: fromCents, unusedCents };
  const most = usedUpCents(paid, now, nowMs) >= usedUpCents(paid, left, nowMs) ? now : left;
  if (most === null) return null;
  const rest = { ...most, unusedCents: most.unusedCents + heldBackCents(paid, change) };
  return usedUpCents(paid, rest, nowMs) === 0 ? null : rest;
}

/** Of the time from now to the anchor, as `worthLeft` counts it. */
function worthBefore(paid: Paid, priceCents: number, nowMs: number): number {
  if (nowMs >= boundary(paid, 0)) return 0;
  let n = -1;
  while (boundary(paid, n) > nowMs) n -= 1;
  const [fromMs, untilMs] = [boundary(paid, n), boundary(paid, n + 1)];
  return Number((BigInt(priceCents) * BigInt(untilMs - nowMs)) / BigInt(untilMs - fromMs)) + priceCents * (-n - 1);
}

/** A pause gives its time back: what is left goes on where the pause ends. The day of the month moves with it. */
export function afterPause(
  paid: Paid,
  { fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number },
): Paid {
  if (fromMs >= paidUntilOf(paid)) return paid;
  return { ...paid, shiftedMs: paid.shiftedMs + Math.max(0, untilMs - fromMs) };
}
