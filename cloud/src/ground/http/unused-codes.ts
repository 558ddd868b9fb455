/** A code that nobody has used is cash: it is read with a permission of its own. */
import type { Actor } from "./actor.ts";
import { refusal } from "./problem.ts";

/** Who may see codes that nobody has used. */
export const revealsCodes = "vouchers.codes";

/** Throws a Problem 403 "codes-not-allowed". */
export function refuseCodes(actor: Pick<Actor, "may">): void {
  refuseCodesUnless(actor.may(revealsCodes));
}

/** The same, where more than that right lets a person read the code. */
export function refuseCodesUnless(mayRead: boolean): void {
  if (mayRead) return;
  throw refusal("codes-not-allowed");
}

/** Codes of any sale: who may see those that nobody has used, and who gives a sale its code. Support access gives none. */
export function mayReadSoldCodes(actor: Pick<Actor, "may" | "credential">): boolean {
  return actor.may(revealsCodes) || (actor.credential.kind !== "impersonation" && actor.may("grants.manage"));
}
