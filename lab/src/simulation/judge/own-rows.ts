/** OWN-ROWS: nobody reads or changes what is another provider's, whatever ids he knows. */
import type { Violation } from "./chronicle.ts";
import { broken, factsOf, type History } from "./history.ts";

export function* ownRows({ chronicle: { facts } }: History): Iterable<Violation> {
  for (const { reach, status, isList, saw, atMs } of factsOf(facts, "neighbour-heard")) {
    if (saw.length > 0)
      yield broken("OWN-ROWS", atMs, `another provider asked for "${reach}" and saw ${saw.join(", ")}`);
    else if (!isList && status < 300) yield broken("OWN-ROWS", atMs, `another provider was allowed to "${reach}"`);
  }
}
