import { z } from "zod";
import { ownRule } from "./own-rules.ts";

/** A day on which there can be figures: PostgreSQL has no year 0, and a text of five digits for a year would be another order. */
export const reportDay = z.iso
  .date()
  .refine(
    (text) => text >= "2000-01-01" && text < "3000-01-01",
    ownRule("report-day", "A day of the years 2000 to 2999."),
  );
