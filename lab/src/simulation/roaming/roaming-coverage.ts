/** What the stories of two sites of a run reached. */
import { factsOf } from "../judge/history.ts";
import type { RoamingChronicle } from "../judge/roaming.ts";
import type { Coverage } from "../sites/coverage.ts";
import { type RoamingStory, roamingKinds } from "./roaming-story.ts";

/** A run of a thousand stories must reach each of these. */
const rows: readonly string[] = [
  ...roamingKinds.map((kind) => `command ${kind}`),
  ...["ok", "elsewhere", "expired", "time-used", "data-used"].map((code) => `answer ${code}`),
  ...["at its home", "at the other site", "by a bridge"].map((where) => `online ${where}`),
  "online at both sites",
];

export const noRoamingCoverage = (): Coverage => Object.fromEntries(rows.map((row) => [row, 0]));
export const emptyRoamingRows = (coverage: Coverage): string[] => rows.filter((row) => (coverage[row] ?? 0) === 0);

export function coverRoaming(
  coverage: Coverage,
  { commands }: RoamingStory,
  { rights, sites }: Pick<RoamingChronicle, "rights" | "sites">,
): void {
  const add = (row: string): void => {
    coverage[row] = (coverage[row] ?? 0) + 1;
  };
  for (const command of commands) add(`command ${command.do}`);
  const charged = sites.map((facts) => new Set(factsOf(facts, "charged-to").map(({ rightId }) => rightId)));
  for (const { code } of sites.flatMap((facts) => factsOf(facts, "answered"))) add(`answer ${code}`);
  for (const { rightId, bridgeId } of rights) {
    const [atHome = false, elsewhere = false] = charged.map((ids) => ids.has(rightId));
    if (atHome) add("online at its home");
    if (elsewhere) add("online at the other site");
    if (atHome && elsewhere) add("online at both sites");
    if (charged.some((ids) => ids.has(bridgeId))) add("online by a bridge");
  }
}
