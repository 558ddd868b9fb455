/** OWN-ROWS: nobody reads or changes what is another provider's, whatever ids he knows. */
import type { Violation } from "./chronicle.ts";
import { factsOf, type History } from "./history.ts";

export function ownRows({ chronicle: { facts } }: History): Violation[] {
  return factsOf(facts, "neighbour-heard").flatMap(({ reach, status, isList, saw, atMs }): Violation[] => {
    const broken = (what: string): Violation => ({ invariant: "OWN-ROWS", atMs, what });
    if (saw.length > 0) return [broken(`another provider asked for "${reach}" and saw ${saw.join(", ")}`)];
    return !isList && status < 300 ? [broken(`another provider was allowed to "${reach}"`)] : [];
  });
}
