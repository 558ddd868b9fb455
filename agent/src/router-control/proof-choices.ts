/** Which way is taken, by what was proved on this router. What was not tried is taken as the manual has it. Pure. */
import type { ProofOutcome, RouterProof, RouterProofKind } from "@karibu/protocol/router/router-proofs";
import type { ProvedWays } from "../ground/proved-ways.ts";

const outcomeOf = (proofs: readonly RouterProof[], kind: RouterProofKind): ProofOutcome =>
  proofs.find((proof) => proof.kind === kind)?.outcome ?? "not-tried";

/** False: the log-in's page posts its one-time token instead, and no customer waits for a refusal first. */
export const logsInByApi = (proofs: readonly RouterProof[]): boolean => outcomeOf(proofs, "host-log-in") !== "refused";

/** False: a change that could cut the link would not be taken back, so it is refused. */
export function trustsSafeMode(proofs: readonly RouterProof[]): boolean {
  const outcome = outcomeOf(proofs, "safe-mode");
  return outcome !== "broken" && outcome !== "refused";
}

/** What was refused, or was not answered at all, is not tried on a customer first: enforcement goes by the API at once. */
export function provedWays(proofs: readonly RouterProof[]): ProvedWays {
  const isTaken = (kind: RouterProofKind) => ["works", "not-tried"].includes(outcomeOf(proofs, kind));
  return { disconnects: isTaken("coa-disconnect"), changes: isTaken("coa-rate") };
}

/**
 * What the router's answer to a log-in of an address that nobody has says. A refusal of the sentence itself, or of the user's right, is another
 * thing than "there is no such host", whose words no public source has.
 */
export function judgeLogIn(refusal: string | null): ProofOutcome {
  if (refusal === null) return "works";
  return /no such command|unknown parameter|bad command|not enough permissions|device-mode|syntax error/i.test(refusal)
    ? "refused"
    : "works";
}
