/** Access points of other makers at a site: the router pings them, because nothing else of them can be read. Names are people's own text. */
import * as z from "zod/mini";
import { textSchema } from "../schema.ts";

const octet = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
/** Of one site. Each is three packets every two minutes. */
export const accessPointsMax = 32;

/** In the site's own networks: what the hub names is pinged, and nothing else is done with it. */
export const accessPointSchema = z.object({
  name: textSchema.check(z.minLength(1), z.maxLength(60)),
  address: z
    .string()
    .check(
      z.regex(new RegExp(`^(10\\.${octet}|192\\.168|172\\.(1[6-9]|2\\d|3[01]))(\\.${octet}){2}$`)),
      z.maxLength(15),
    ),
});
export type AccessPointChoice = z.infer<typeof accessPointSchema>;

export const pingedSchema = z.object({
  address: z.string().check(z.maxLength(15)),
  state: z.enum(["up", "down"]),
  lossPercent: z.int().check(z.gte(0), z.lte(100)),
  /** The mean round trip, microseconds; null: nothing came back. */
  roundTripUs: z.nullable(z.int().check(z.gte(0))),
});
export type Pinged = z.infer<typeof pingedSchema>;
