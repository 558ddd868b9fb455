/** The subscribers of a month, drawn from one seed: what they have, and what they do when. */
import { seededRandom } from "../world/seeded-random.ts";

/** Berlin's provider moves to summer time and back, by hand. The last two live at the two ends of the clock. */
export const countries = ["KE", "UG", "TZ", "NG", "DE", "BR", "KI"] as const;
export type Country = (typeof countries)[number];

export interface CountryRules {
  readonly currency: "KES" | "UGX" | "TZS" | "NGN" | "EUR" | "USD";
  readonly priceCents: number;
  /** Of the other plan. */
  readonly fastCents: number;
  readonly graceSeconds: number;
  readonly afterWay: "cut" | "page" | "slower";
  readonly lateFeeCents: number;
  readonly promptsMax: number;
  /** Minutes east of UTC. */
  readonly eastMinutes: number;
  /** From so many days of the month on it is that many. */
  readonly moves: readonly { readonly afterDays: number; readonly eastMinutes: number }[];
  /** M-Pesa asks phones in Kenya; the others have no channel here. */
  readonly canAsk: boolean;
}

export const rulesOf: Readonly<Record<Country, CountryRules>> = {
  KE: {
    currency: "KES",
    priceCents: 250_000,
    fastCents: 433_333,
    graceSeconds: 172_800,
    afterWay: "page",
    lateFeeCents: 10_000,
    promptsMax: 3,
    eastMinutes: 180,
    moves: [],
    canAsk: true,
  },
  UG: {
    currency: "UGX",
    priceCents: 9_000_000,
    fastCents: 7_777_700,
    graceSeconds: 0,
    afterWay: "slower",
    lateFeeCents: 0,
    promptsMax: 3,
    eastMinutes: 180,
    moves: [],
    canAsk: false,
  },
  TZ: {
    currency: "TZS",
    priceCents: 4_500_000,
    fastCents: 6_000_100,
    graceSeconds: 129_617,
    afterWay: "cut",
    lateFeeCents: 500_000,
    promptsMax: 0,
    eastMinutes: 180,
    moves: [],
    canAsk: false,
  },
  NG: {
    currency: "NGN",
    priceCents: 1_500_050,
    fastCents: 1_700_001,
    graceSeconds: 86_400,
    afterWay: "page",
    lateFeeCents: 0,
    promptsMax: 0,
    eastMinutes: 60,
    moves: [],
    canAsk: false,
  },
  DE: {
    currency: "EUR",
    priceCents: 2999,
    fastCents: 4777,
    graceSeconds: 259_200,
    afterWay: "slower",
    lateFeeCents: 101,
    promptsMax: 0,
    eastMinutes: 60,
    moves: [
      { afterDays: 17, eastMinutes: 120 },
      { afterDays: 34, eastMinutes: 60 },
    ],
    canAsk: false,
  },
  BR: {
    currency: "USD",
    priceCents: 1999,
    fastCents: 1998,
    graceSeconds: 0,
    afterWay: "cut",
    lateFeeCents: 33,
    promptsMax: 0,
    eastMinutes: -180,
    moves: [],
    canAsk: false,
  },
  KI: {
    currency: "USD",
    priceCents: 12_345,
    fastCents: 99_999,
    graceSeconds: 604_800,
    afterWay: "page",
    lateFeeCents: 7,
    promptsMax: 0,
    eastMinutes: 840,
    moves: [],
    canAsk: false,
  },
};

/** The provider's minutes east of UTC at a moment. */
export const eastAt = (rules: CountryRules, startMs: number, atMs: number): number =>
  rules.moves.findLast(({ afterDays }) => startMs + afterDays * dayMs <= atMs)?.eastMinutes ?? rules.eastMinutes;

export type Every = { readonly unit: "day" | "week" | "month"; readonly count: number };

export type Deed =
  | { readonly atMs: number; readonly what: "top-up"; readonly cents: number }
  | { readonly atMs: number; readonly what: "pay-cash" }
  | { readonly atMs: number; readonly what: "promise"; readonly days: number }
  | { readonly atMs: number; readonly what: "pause"; readonly days: number }
  | { readonly atMs: number; readonly what: "change-plan"; readonly to: "home" | "fast" }
  | { readonly atMs: number; readonly what: "cancel" | "undo" | "resume" | "suspend" | "unsuspend" };

export interface Subscriber {
  readonly index: number;
  readonly country: Country;
  readonly phone: string;
  readonly every: Every;
  readonly autoRenew: boolean;
  readonly addOnCents: number;
  readonly feeCents: number;
  /** When the office takes the first payment. */
  readonly beginsMs: number;
  /** After that. In order of time; each is at a moment that is no full minute. */
  readonly deeds: readonly Deed[];
  /** Which prompt is paid, counted from 1; null: each is cancelled. */
  readonly paysPrompt: number | null;
}

export interface MonthPlan {
  readonly startMs: number;
  readonly endMs: number;
  readonly subscribers: readonly Subscriber[];
}

const dayMs = 86_400_000;
/** The ends of a leap February, a usual one, and a month of thirty days. */
const starts = ["2028-01-29T00:00:00+03:00", "2027-01-29T00:00:00+03:00", "2026-10-29T00:00:00+03:00"];
const hourMs = 3_600_000;
const prefixes: Readonly<Record<Country, string>> = {
  KE: "+25471",
  UG: "+25677",
  TZ: "+25575",
  NG: "+234803",
  DE: "+25474",
  BR: "+25479",
  KI: "+25470",
};

export function drawMonth(seed: number, count: number): MonthPlan {
  const random = seededRandom(seed);
  const startMs = Date.parse(starts[seed % starts.length] as string);
  const endMs = startMs + 38 * dayMs;
  const pick = <T>(all: readonly T[]): T => all[random.integer(all.length)] as T;
  /** Never a full minute: what comes first is never a matter of taste. */
  const off = (ms: number) => (ms % 60_000 === 0 ? ms + 1 + random.integer(59_000) : ms);
  const subscribers = Array.from({ length: count }, (_, index): Subscriber => {
    const country = countries[index % countries.length] as Country;
    const { priceCents, graceSeconds } = rulesOf[country];
    const every = pick<Every>([
      { unit: "month", count: 1 },
      { unit: "month", count: 1 },
      { unit: "month", count: 1 },
      { unit: "week", count: 2 },
      { unit: "day", count: 10 },
      { unit: "day", count: 1 },
    ]);
    const isDaily = every.unit === "day" && every.count === 1;
    const beginsMs = off(startMs + random.integer(3 * dayMs));
    // Only to put the deeds near the end: what the end is, `expect-month.ts` says.
    const aboutDays = isDaily ? 9 : every.unit === "month" ? 29 : every.count * (every.unit === "week" ? 7 : 1);
    const aboutMs = beginsMs + aboutDays * dayMs;
    const addOnCents = random.chance(0.25) ? 20_000 : 0;
    const feeCents = random.chance(0.2) ? 30_000 : 0;
    const each = priceCents + addOnCents;
    const around = (fromHours: number, toHours: number) =>
      off(aboutMs + fromHours * hourMs + random.integer((toHours - fromHours) * hourMs));
    const graceHours = Math.floor(graceSeconds / 3600);
    const ways: (() => Deed[])[] = [
      () => [{ atMs: around(-200, -30), what: "top-up", cents: each + 50_000 }],
      () => [{ atMs: around(1, Math.max(2, graceHours)), what: "top-up", cents: isDaily ? 5 * each : each + 100_000 }],
      () => [{ atMs: around(graceHours + 50, graceHours + 120), what: "top-up", cents: 2 * each }],
      () => [
        { atMs: around(-120, -10), what: "top-up", cents: Math.floor(each / 2) },
        { atMs: around(20, 110), what: "top-up", cents: each },
      ],
      () => [{ atMs: around(-60, 90), what: "pay-cash" }],
      () => [
        { atMs: around(-40, -2), what: "promise", days: 1 + random.integer(3) },
        { atMs: around(30, 100), what: "top-up", cents: each + 600_000 },
      ],
      () => [
        { atMs: around(-180, -50), what: "pause", days: 1 + random.integer(4) },
        { atMs: around(-45, 60), what: "top-up", cents: each + 600_000 },
      ],
      () => [{ atMs: around(-100, -5), what: "cancel" }],
      () => [],
      // A promise when it is over already, kept and not kept.
      () => [
        { atMs: around(graceHours + 26, graceHours + 60), what: "promise", days: 1 + random.integer(3) },
        { atMs: around(graceHours + 62, graceHours + 150), what: "top-up", cents: each + 600_000 },
      ],
      () => [
        { atMs: around(-180, -120), what: "pause", days: 3 + random.integer(9) },
        { atMs: around(-119, -60), what: "resume" },
        { atMs: around(-50, 60), what: "pay-cash" },
      ],
      () => [
        { atMs: around(-100, -30), what: "suspend" },
        { atMs: around(-29, 30), what: "top-up", cents: 3 * each },
        { atMs: around(31, 120), what: "unsuspend" },
      ],
      () => [
        { atMs: around(-150, -100), what: "suspend" },
        { atMs: around(-99, -60), what: "pause", days: 1 + random.integer(6) },
        { atMs: around(-59, 90), what: "unsuspend" },
        { atMs: around(91, 120), what: "pay-cash" },
      ],
      () => [
        { atMs: around(-150, -60), what: "cancel" },
        { atMs: around(-59, -2), what: "undo" },
        { atMs: around(-1, 40), what: "pay-cash" },
      ],
      () => [
        { atMs: around(-200, -50), what: "change-plan", to: "fast" },
        { atMs: around(-49, 30), what: "top-up", cents: 2 * each + 450_000 },
        { atMs: around(31, 100), what: "change-plan", to: "home" },
      ],
      () => [
        { atMs: around(-20, -1), what: "pay-cash" },
        { atMs: around(-1, 2), what: "change-plan", to: "fast" },
        { atMs: around(3, 9), what: "change-plan", to: "home" },
      ],
    ];
    const serial = String(index).padStart(4, "0");
    return {
      index,
      country,
      phone: `${prefixes[country]}200${serial}`,
      every,
      autoRenew: !random.chance(0.1),
      addOnCents,
      feeCents,
      beginsMs,
      // A line of days is paid for the days until then first.
      deeds: [
        ...(isDaily ? [{ atMs: off(beginsMs + hourMs), what: "top-up", cents: 8 * each } as const] : []),
        ...pick(ways)(),
      ],
      paysPrompt: random.chance(0.5) ? 1 + random.integer(3) : null,
    };
  });
  return { startMs, endMs, subscribers };
}
