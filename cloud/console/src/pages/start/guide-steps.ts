/** The steps of the set-up guide. What is done, facts of the hub say: no step is ticked by hand. Pure. */
import type { Home } from "../../data/reports/home.ts";

export const guideSteps = ["name", "keys", "plan", "site", "testSale"] as const;
export type GuideStep = (typeof guideSteps)[number];

type Checklist = NonNullable<Home["checklist"]>;

/** The step that stands open: the one that was chosen; else the first that is neither done nor left for later. Null: none. */
export function openStep(
  checklist: Checklist,
  chosen: GuideStep | null,
  later: ReadonlySet<GuideStep>,
): GuideStep | null {
  return chosen ?? guideSteps.find((step) => !checklist[step] && !later.has(step)) ?? null;
}

export const isAllDone = (checklist: Checklist): boolean => guideSteps.every((step) => checklist[step]);
