/**
 * What a site's agent found wrong at its router, and the grade that follows. The agent writes the sentences, in both languages, because it
 * knows what it looked at; texts of the router in them are hostile text, shown as text alone.
 */
import * as z from "zod/mini";
import { keySchema } from "../schema.ts";

const sentence = z.string().check(z.maxLength(600));
const inBoth = z.object({ en: sentence, sw: sentence });

/** `notice`: good to know. `wrong`: something works badly. `stops`: the site sells nothing, or surfs for nothing. */
export const findingLevels = ["notice", "wrong", "stops"] as const;
export type FindingLevel = (typeof findingLevels)[number];

const siteFindingSchema = z.object({
  /** Stable: `drift:guest-private:missing`, `fasttrack`. */
  check: keySchema,
  level: z.enum(findingLevels),
  text: inBoth,
  /** What the reader can do. */
  advice: inBoth,
  /** What the order `repair-drift` takes to mend it; absent: a person must. */
  repair: z.optional(keySchema),
  /** The repair could cut the router off: RouterOS' safe mode holds it until the hub was heard. */
  isRisky: z.optional(z.boolean()),
});
export type SiteFinding = z.infer<typeof siteFindingSchema>;

export const findingsMax = 60;

export const routerHealthSchema = z.object({
  /** `7.22.1 (stable)` as the router says it; null: it was not read. */
  routerOs: z.nullable(z.string().check(z.maxLength(40))),
  /** False: the agent has no picture of what should be: the set-up was made by hand, or for another version. */
  isCompared: z.boolean(),
  findings: z.array(siteFindingSchema).check(z.maxLength(findingsMax)),
});
export type RouterHealth = z.infer<typeof routerHealthSchema>;

export const healthGrades = ["A", "B", "C", "D", "E", "F"] as const;
export type HealthGrade = (typeof healthGrades)[number];

/** F: customers can't buy, or need not. Else one step for the first notices, and more for what is wrong. Pure. */
export function gradeOf(findings: readonly { readonly level: FindingLevel }[]): HealthGrade {
  const count = (level: FindingLevel) => findings.filter((finding) => finding.level === level).length;
  if (count("stops") > 0) return "F";
  const [wrong, notices] = [count("wrong"), count("notice")];
  if (wrong >= 4) return "E";
  if (wrong >= 2) return "D";
  if (wrong === 1 || notices >= 4) return "C";
  return notices > 0 ? "B" : "A";
}
