/**
 * The terms of a plan as somebody may set them: each has a least and a most. What travels to sites and is kept is read by `termsSchema`, which takes
 * more: a limit that is drawn tighter must not close a site's eyes to what was sold before.
 */
import * as z from "zod/mini";
import { burstSchema, fairUseSchema, hoursSchema, scheduleSchema, termsSchema } from "./plan.ts";
import { bytesSchema, kbpsSchema, secondsSchema, unixMsSchema } from "./schema.ts";

/** Nobody pays, types a code and reads a page in less than a minute. The most is ten years. */
const span = secondsSchema.check(z.gte(60), z.lte(315_360_000));
/** A phone that sleeps says something every few minutes: in less than one, people who read are logged out. The most is 30 days. */
const idle = secondsSchema.check(z.gte(60), z.lte(2_592_000));
/** From 1 MB to 1,000 TB. */
const data = bytesSchema.check(z.gte(1_000_000), z.lte(1_000_000_000_000_000));
/** RouterOS reads 0 as no limit. The most is 10 Gbps. */
const speed = kbpsSchema.check(z.gte(1), z.lte(10_000_000));
const speedOrNone = kbpsSchema.check(z.lte(10_000_000));
const windowsMax = 21;
const { windows: schedules } = scheduleSchema.shape;
const { windows: hours } = hoursSchema.shape;

const { movedAtMs: _, ...planned } = termsSchema.shape;

export const offeredTermsSchema = z.strictObject({
  ...planned,
  validitySeconds: z.nullable(span),
  /** To the end of the year 2199. */
  validUntilMs: z.nullable(unixMsSchema.check(z.lte(7_258_118_399_999))),
  useSeconds: z.nullable(span),
  dataBytes: z.nullable(data),
  downKbps: z.nullable(speed),
  upKbps: z.nullable(speed),
  burst: z.nullable(
    z.object({
      ...burstSchema.shape,
      downKbps: speed,
      upKbps: speed,
      thresholdDownKbps: speedOrNone,
      thresholdUpKbps: speedOrNone,
      seconds: secondsSchema.check(z.gte(1), z.lte(3600)),
      minDownKbps: z.optional(speedOrNone),
      minUpKbps: z.optional(speedOrNone),
    }),
  ),
  idleTimeoutSeconds: z.nullable(idle),
  schedule: z.nullable(z.object({ ...scheduleSchema.shape, windows: schedules.check(z.maxLength(windowsMax)) })),
  fairUse: z.optional(
    z.nullable(z.object({ ...fairUseSchema.shape, quotaBytes: data, downKbps: speed, upKbps: speed })),
  ),
  hours: z.optional(
    z.nullable(
      z.object({
        ...hoursSchema.shape,
        windows: z
          .array(z.object({ ...hours._zod.def.element.shape, downKbps: z.optional(speed), upKbps: z.optional(speed) }))
          .check(z.maxLength(windowsMax)),
      }),
    ),
  ),
});
