/** What corrections of a site's clock do to a grant that began before: the site's fold and the hub's rows are held to one table. */
import type { Grant } from "./grant.ts";
import { unlimitedTerms } from "./plan.ts";
import { type Seconds, seconds, unixMs } from "./quantities.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** What the clock showed when the device was let in. */
const shownMs = Date.UTC(2026, 10, 20, 12);

export interface CorrectedGrant {
  readonly name: string;
  readonly shownMs: number;
  readonly grant: Grant;
  /** Credited between the start and the corrections. */
  readonly outage?: { readonly fromMs: number; readonly toMs: number };
  /** The clock of the start's record; absent: an estimate. */
  readonly clock?: "synced" | "estimated";
  /** The agent starts again between the start and the corrections. */
  readonly restarts?: boolean;
  /** What the clock showed before each correction. Absent: as when the device was let in, or at the outage's end, and what the one before made of it. */
  readonly correctedFromMs?: readonly number[];
  /** Somebody vouches for the corrected clock. */
  readonly isProved?: boolean;
  readonly stepsMs: readonly number[];
  readonly after: Pick<Grant, "startedAtMs" | "endsAtMs">;
}

interface Row {
  /** Absent: a date. */
  readonly shownMs?: number;
  readonly validitySeconds?: Seconds;
  readonly untilMs?: number;
  /** Absent: this site's own start. */
  readonly startedAtMs?: number;
  readonly endsAtMs: number | null;
  readonly outage?: CorrectedGrant["outage"];
  readonly clock?: "synced" | "estimated";
  readonly restarts?: boolean;
  readonly correctedFromMs?: readonly number[];
  readonly isProved?: boolean;
  readonly stepsMs: readonly number[];
  readonly after: readonly [startedAtMs: number, endsAtMs: number | null];
}

const hours = (count: number) => seconds(count * 3600);
const at = (hoursLater: number) => shownMs + hoursLater * hourMs;

const rows: Readonly<Record<string, Row>> = {
  "the end of a period moves with its start": {
    validitySeconds: hours(10),
    endsAtMs: at(10),
    stepsMs: [-3 * hourMs],
    after: [at(-3), at(7)],
  },
  "a plan's date stays where the clock was ahead": {
    untilMs: at(48),
    endsAtMs: at(48),
    stepsMs: [-3 * hourMs],
    after: [at(-3), at(48)],
  },
  "a plan's date stays where the clock was behind": {
    untilMs: at(48),
    endsAtMs: at(48),
    stepsMs: [5 * hourMs],
    after: [at(5), at(48)],
  },
  "a date that cut the period still cuts it": {
    validitySeconds: hours(24),
    untilMs: at(8),
    endsAtMs: at(8),
    stepsMs: [-3 * hourMs],
    after: [at(-3), at(8)],
  },
  "a date that cut the period only because the clock was ahead cuts it no more": {
    validitySeconds: hours(10),
    untilMs: at(8),
    endsAtMs: at(8),
    stepsMs: [-3 * hourMs],
    after: [at(-3), at(7)],
  },
  "a period that the true time leads past the date is cut by it, and has its end back when the time was wrong again": {
    validitySeconds: hours(10),
    untilMs: at(11),
    endsAtMs: at(10),
    stepsMs: [3 * hourMs, -2 * hourMs],
    after: [at(1), at(11)],
  },
  "two steps are as one": {
    validitySeconds: hours(10),
    untilMs: at(8),
    endsAtMs: at(8),
    stepsMs: [-1 * hourMs, -4 * hourMs],
    after: [at(-5), at(5)],
  },
  "a credit that the date cut off counts once it no longer does": {
    validitySeconds: hours(10),
    untilMs: at(8),
    endsAtMs: at(8),
    outage: { fromMs: at(1), toMs: at(2) },
    stepsMs: [-6 * hourMs],
    after: [at(-6), at(5)],
  },
  "a start that nobody has vouched for moves with corrections of later boots": {
    validitySeconds: hours(24),
    endsAtMs: at(24),
    restarts: true,
    stepsMs: [72 * hourMs],
    after: [at(72), at(96)],
  },
  "a start at a proved time stays where it is in later boots": {
    validitySeconds: hours(24),
    endsAtMs: at(24),
    clock: "synced",
    restarts: true,
    stepsMs: [72 * hourMs],
    after: [at(0), at(24)],
  },
  "a step out of 1970 that comes late moves nothing that began at a date": {
    validitySeconds: hours(10),
    endsAtMs: at(10),
    restarts: true,
    correctedFromMs: [hourMs],
    stepsMs: [shownMs],
    after: [at(0), at(10)],
  },
  "what waits in 1970 is neither moved nor settled by the proof of a date, and moves with the step out of 1970": {
    shownMs: hourMs,
    validitySeconds: hours(10),
    endsAtMs: 11 * hourMs,
    restarts: true,
    correctedFromMs: [at(-5), 2 * hourMs],
    isProved: true,
    stepsMs: [-3 * hourMs, shownMs],
    after: [at(1), at(11)],
  },
  "a step out of 1970 that somebody vouches for settles also what began at a date": {
    validitySeconds: hours(10),
    endsAtMs: at(10),
    restarts: true,
    correctedFromMs: [hourMs, at(1)],
    isProved: true,
    stepsMs: [shownMs, 72 * hourMs],
    after: [at(0), at(10)],
  },
  "what has no calendar end gets none": { endsAtMs: null, stepsMs: [-3 * hourMs], after: [at(-3), null] },
  "a period of another site is not this clock's: it was behind": {
    validitySeconds: hours(24 * 7),
    startedAtMs: at(24 * 4),
    endsAtMs: at(24 * 11),
    stepsMs: [5 * dayMs],
    after: [at(24 * 4), at(24 * 11)],
  },
  "a period of another site is not this clock's: it was ahead": {
    validitySeconds: hours(24),
    untilMs: at(24 * 30),
    startedAtMs: at(-30),
    endsAtMs: at(-6),
    stepsMs: [-29 * hourMs],
    after: [at(-30), at(-6)],
  },
};

const time = (atMs: number | null) => (atMs === null ? null : unixMs(atMs));

export const correctedGrants: readonly CorrectedGrant[] = Object.entries(rows).map(([name, row], index) => ({
  name,
  shownMs: row.shownMs ?? shownMs,
  grant: {
    grantId: `v.b1.${index}`,
    origin: "voucher",
    planName: "a plan",
    terms: { ...unlimitedTerms, validitySeconds: row.validitySeconds ?? null, validUntilMs: time(row.untilMs ?? null) },
    startedAtMs: unixMs(row.startedAtMs ?? row.shownMs ?? shownMs),
    endsAtMs: time(row.endsAtMs),
    revokedAtMs: null,
    unverified: false,
  },
  ...(row.outage === undefined ? {} : { outage: row.outage }),
  ...(row.clock === undefined ? {} : { clock: row.clock }),
  ...(row.restarts === undefined ? {} : { restarts: row.restarts }),
  ...(row.correctedFromMs === undefined ? {} : { correctedFromMs: row.correctedFromMs }),
  ...(row.isProved === undefined ? {} : { isProved: row.isProved }),
  stepsMs: row.stepsMs,
  after: { startedAtMs: time(row.after[0]), endsAtMs: time(row.after[1]) },
}));
