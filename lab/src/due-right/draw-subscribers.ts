/** The subscribers of a month, drawn from one seed: what they have, and what they do when. */
import { seededRandom } from "../world/seeded-random.ts";

export const countries = ["KE", "UG", "TZ"] as const;
export type Country = (typeof countries)[number];

export interface CountryRules {
  readonly currency: "KES" | "UGX" | "TZS";
  readonly priceCents: number;
  readonly graceSeconds: number;
  readonly afterWay: "cut" | "page" | "slower";
  readonly lateFeeCents: number;
  readonly promptsMax: number;
  /** Minutes east of UTC. */
  readonly eastMinutes: number;
  /** M-Pesa asks phones in Kenya; the others have no channel here. */
  readonly canAsk: boolean;
}

export const rulesOf: Readonly<Record<Country, CountryRules>> = {
  KE: {
    currency: "KES",
    priceCents: 250_000,
    graceSeconds: 172_800,
    afterWay: "page",
    lateFeeCents: 10_000,
    promptsMax: 3,
    eastMinutes: 180,
    canAsk: true,
  },
  UG: {
    currency: "UGX",
    priceCents: 9_000_000,
    graceSeconds: 0,
    afterWay: "slower",
    lateFeeCents: 0,
    promptsMax: 3,
    eastMinutes: 180,
    canAsk: false,
  },
  TZ: {
    currency: "TZS",
    priceCents: 4_500_000,
    graceSeconds: 129_617,
    afterWay: "cut",
    lateFeeCents: 500_000,
    promptsMax: 0,
    eastMinutes: 180,
    canAsk: false,
  },
};

export type Every = { readonly unit: "day" | "week" | "month"; readonly count: number };

export type Deed =
  | { readonly atMs: number; readonly what: "top-up"; readonly cents: number }
  | { readonly atMs: number; readonly what: "pay-cash" }
  | { readonly atMs: number; readonly what: "promise"; readonly days: number }
  | { readonly atMs: number; readonly what: "pause"; readonly days: number }
  | { readonly atMs: number; readonly what: "cancel" };

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

/** The ends of a leap February, a usual one, and a month of thirty days. */
const starts = ["2028-01-29T00:00:00+03:00", "2027-01-29T00:00:00+03:00", "2026-10-29T00:00:00+03:00"];
const dayMs = 86_400_000;
const hourMs = 3_600_000;
const prefixes: Readonly<Record<Country, string>> = { KE: "+25471", UG: "+25677", TZ: "+25575" };

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
    ]);
    const beginsMs = off(startMs + random.integer(3 * dayMs));
    // Only to put the deeds near the end: what the end is, `expect-month.ts` says.
    const aboutMs = beginsMs + (every.unit === "month" ? 29 : every.count * (every.unit === "week" ? 7 : 1)) * dayMs;
    const addOnCents = random.chance(0.25) ? 20_000 : 0;
    const feeCents = random.chance(0.2) ? 30_000 : 0;
    const each = priceCents + addOnCents;
    const around = (fromHours: number, toHours: number) =>
      off(aboutMs + fromHours * hourMs + random.integer((toHours - fromHours) * hourMs));
    const graceHours = Math.floor(graceSeconds / 3600);
    const ways: (() => Deed[])[] = [
      () => [{ atMs: around(-200, -30), what: "top-up", cents: each + 50_000 }],
      () => [{ atMs: around(1, Math.max(2, graceHours)), what: "top-up", cents: each + 100_000 }],
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
      deeds: pick(ways)(),
      paysPrompt: random.chance(0.5) ? 1 + random.integer(3) : null,
    };
  });
  return { startMs, endMs, subscribers };
}
