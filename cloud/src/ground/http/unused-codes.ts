/** A code that nobody has used is cash: it is read with a permission of its own. */
import type { Actor } from "./actor.ts";
import { Problem } from "./problem.ts";

/** Who may see codes that nobody has used. */
export const revealsCodes = "vouchers.codes";

/** Throws a Problem 403 "codes-not-allowed". */
export function refuseCodes(actor: Pick<Actor, "may">): void {
  if (actor.may(revealsCodes)) return;
  throw new Problem(
    403,
    "codes-not-allowed",
    "A code that nobody has used is cash: this needs the right to see codes.",
  );
}
