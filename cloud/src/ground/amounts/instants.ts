/** Moments as the API takes them: milliseconds since 1970 in UTC, up to the end of the year 9999. What comes later is a slip, and no date that people can read. */
import { z } from "zod";

const instantMsMax = 253_402_300_799_999;
export const instantMs = z.int().min(0).max(instantMsMax);
/** In an address. */
export const instantMsTyped = z.coerce.number().int().min(0).max(instantMsMax);
