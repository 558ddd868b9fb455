/** What can be bought. `terms` is the part that a grant copies and `decide` reads; null means unlimited. */
import * as z from "zod/mini";
import { placePriceSchema } from "./offers/place-price.ts";
import { bytesSchema, centsSchema, kbpsSchema, keySchema, secondsSchema, textSchema, unixMsSchema } from "./schema.ts";

/** RouterOS burst: the burst rate holds while the average over `seconds` stays below the threshold. */
const burstSchema = z.object({
  downKbps: kbpsSchema,
  upKbps: kbpsSchema,
  thresholdDownKbps: kbpsSchema,
  thresholdUpKbps: kbpsSchema,
  seconds: secondsSchema,
});
export type Burst = z.infer<typeof burstSchema>;

/** Hours of the day in which a grant may be used, in the site's time zone. `toMinute` may pass midnight (up to 2880). */
const scheduleSchema = z.object({
  /** Minutes east of UTC; Kenya is 180. There is no summer time in the countries we serve. */
  utcOffsetMinutes: z.int().check(z.gte(-720), z.lte(840)),
  windows: z.array(
    z.object({
      /** 0 = Sunday. The day on which the window opens. */
      days: z.array(z.int().check(z.gte(0), z.lte(6))),
      fromMinute: z.int().check(z.gte(0), z.lte(1439)),
      toMinute: z.int().check(z.gte(1), z.lte(2880)),
    }),
  ),
});
export type Schedule = z.infer<typeof scheduleSchema>;

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
  idleTimeoutSeconds: z.nullable(secondsSchema),
  schedule: z.nullable(scheduleSchema),
});
export type Terms = z.infer<typeof termsSchema>;

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
});
export type Plan = z.infer<typeof planSchema>;
