/** What can be bought. `terms` is the part that a grant copies and `decide` reads; null means unlimited. */
import * as z from "zod/mini";
import { placePriceSchema } from "./offers/place-price.ts";
import { seconds } from "./quantities.ts";
import { bytesSchema, centsSchema, kbpsSchema, keySchema, secondsSchema, textSchema, unixMsSchema } from "./schema.ts";

/** RouterOS burst: the burst rate holds while the average over `seconds` stays below the threshold. */
export const burstSchema = z.object({
  downKbps: kbpsSchema,
  upKbps: kbpsSchema,
  thresholdDownKbps: kbpsSchema,
  thresholdUpKbps: kbpsSchema,
  seconds: secondsSchema,
  /** Of the customer's queue, 1 (first) to 8. Absent: the router's own, 8. */
  priority: z.optional(z.int().check(z.gte(1), z.lte(8))),
  /** What the customer gets where all want more than there is. Absent: nothing is kept for one. */
  minDownKbps: z.optional(kbpsSchema),
  minUpKbps: z.optional(kbpsSchema),
});
export type Burst = z.infer<typeof burstSchema>;

/** Minutes east of UTC; Kenya is 180. There is no summer time in the countries we serve. */
const utcOffsetMinutes = z.int().check(z.gte(-720), z.lte(840));
const window = {
  /** 0 = Sunday. The day on which the window opens. */
  days: z.array(z.int().check(z.gte(0), z.lte(6))),
  fromMinute: z.int().check(z.gte(0), z.lte(1439)),
  toMinute: z.int().check(z.gte(1), z.lte(2880)),
};

/** Hours of the day in which a grant may be used, in the site's time zone. `toMinute` may pass midnight (up to 2880). */
export const scheduleSchema = z.object({ utcOffsetMinutes, windows: z.array(z.object(window)) });
export type Schedule = z.infer<typeof scheduleSchema>;

/** A speed that is none, or of nobody, is no fair use: RouterOS reads 0 as no limit. */
const slowKbps = kbpsSchema.check(z.gte(1));

/**
 * Full speed for so much data in a period, then slower until the period's turn. The data of all devices of the grant counts together. Days,
 * weeks (from Monday) and months turn at midnight of the time zone; `grant` never turns.
 */
export const fairUseSchema = z.object({
  utcOffsetMinutes,
  quotaBytes: bytesSchema.check(z.gte(1)),
  period: z.enum(["day", "week", "month", "grant"]),
  downKbps: slowKbps,
  upKbps: slowKbps,
});

/** What was used in one period of the fair use: the newest of which something is known. `fromMs` 0: of a period that never turns. */
export const periodUseSchema = z.object({ fromMs: unixMsSchema, bytes: bytesSchema });

/** As a grant carries it that other sites had before: with what they counted. Absent: nothing. */
const carriedFairUseSchema = z.extend(fairUseSchema, { elsewhere: z.optional(periodUseSchema) });
export type FairUse = z.infer<typeof carriedFairUseSchema>;

/** Hours in which a grant has another speed, or its data counts against nothing. Where windows overlap, the first one holds. */
export const hoursSchema = z.object({
  utcOffsetMinutes,
  windows: z
    .array(
      z.object({
        ...window,
        /** Both or none; absent: the plan's own speed. */
        downKbps: z.optional(slowKbps),
        upKbps: z.optional(slowKbps),
        /** Data counts against no quota and no data limit, and nobody is slower for it. Absent: it counts. */
        isFree: z.optional(z.boolean()),
      }),
    )
    .check(z.maxLength(21)),
});
export type Hours = z.infer<typeof hoursSchema>;

/** When a grant went from one device to another: no rule of the provider counts more. */
export const movedAtSchema = z.array(unixMsSchema).check(z.maxLength(100));

export const termsSchema = z.object({
  /** Calendar seconds from first use. */
  validitySeconds: z.nullable(secondsSchema),
  /** A date after which the grant ends, used or not. */
  validUntilMs: z.nullable(unixMsSchema),
  /** Seconds online. */
  useSeconds: z.nullable(secondsSchema),
  /** Upload and download together. */
  dataBytes: z.nullable(bytesSchema),
  downKbps: z.nullable(kbpsSchema),
  upKbps: z.nullable(kbpsSchema),
  burst: z.nullable(burstSchema),
  /** How many devices at once. */
  devices: z.int().check(z.gte(1), z.lte(1000)),
  /** Whoever is silent for so long is logged out, and let in again without a word when the device says something. */
  idleTimeoutSeconds: z.nullable(secondsSchema),
  schedule: z.nullable(scheduleSchema),
  /** Absent or null, here and below: none. */
  fairUse: z.optional(z.nullable(carriedFairUseSchema)),
  hours: z.optional(z.nullable(hoursSchema)),
  /** A bundle: one sale gives so many codes, each with all of these terms. Absent or null: one. An opened grant never says it. */
  codes: z.optional(z.nullable(z.int().check(z.gte(2), z.lte(20)))),
  /** Of a grant that other sites had before: moves there on the last day. Absent: none. */
  movedAtMs: z.optional(movedAtSchema),
});
export type Terms = z.infer<typeof termsSchema>;

/** Its date is over: what is sold with these terms gives nothing. */
export const isPastDate = ({ validUntilMs }: Pick<Terms, "validUntilMs">, atMs: number): boolean =>
  validUntilMs !== null && validUntilMs <= atMs;

export const unlimitedTerms: Terms = {
  validitySeconds: null,
  validUntilMs: null,
  useSeconds: null,
  dataBytes: null,
  downKbps: null,
  upKbps: null,
  burst: null,
  devices: 1,
  idleTimeoutSeconds: null,
  schedule: null,
};

/** Of a plan that counts time online and says nothing: who walks away is not charged to the end. */
export const usualIdleTimeoutSeconds = seconds(600);

/** The terms as they are set: time online comes with the usual idle time-out, unless something is said of it (null: none). */
export function withUsualIdleTimeout(terms: Terms, given: { readonly idleTimeoutSeconds?: unknown }): Terms {
  if (terms.useSeconds === null || terms.idleTimeoutSeconds !== null || given.idleTimeoutSeconds !== undefined)
    return terms;
  return { ...terms, idleTimeoutSeconds: usualIdleTimeoutSeconds };
}

/**
 * The plan may be tried once for nothing. A site that is told of it gives it: with its hub to a phone whose number was proved by a code, once
 * for ever; else, and where no number is asked for, to a device that it has not given one to.
 */
export const trialSchema = z.object({
  /** A site gives so many in a day of the provider. */
  perDay: z.int().check(z.gte(1), z.lte(100_000)),
  /** Where the site has its hub: to a phone number that was proved, once. */
  asksPhone: z.boolean(),
});
export type Trial = z.infer<typeof trialSchema>;

export const planSchema = z.object({
  planId: keySchema,
  name: textSchema,
  priceCents: centsSchema,
  currency: z.string().check(z.regex(/^[A-Z]{3}$/)),
  /** Shown to customers and sold; an inactive plan's grants go on. */
  active: z.boolean(),
  terms: termsSchema,
  /** Other prices at some places; see `priceAt`. Absent: none. */
  prices: z.optional(z.array(placePriceSchema).check(z.maxLength(500))),
  /** Given to try, and never sold: such a plan is not active. Absent: it is no trial. */
  trial: z.optional(trialSchema),
});
export type Plan = z.infer<typeof planSchema>;
