/** What the hub wrote about a row of the review list, in the reader's words. Pure. */
import { say, word } from "../../strings/strings.ts";

/** A claim: `UKL51ZDR4F ×2: no channel can be asked`, or `by phone and amount`. */
export function claimWords(what: string): string {
  const [, of = what, times, outcome] = /^(.*?)(?: ×(\d+))?(?:: (.*))?$/s.exec(what) ?? [];
  const said = [
    of === "by phone and amount" ? say("claimWithoutReceipt") : of,
    times === undefined ? null : say("claimTimes", { count: Number(times) }),
    outcome === undefined ? null : word("claimed", outcome.replaceAll(" ", "_")),
  ];
  return said.filter((part) => part !== null).join(" · ");
}

/** The state of a refund, and what its channel said, which stays in its language: `failed: insufficient balance`. */
export function refundWords(what: string): { readonly state: string; readonly raw: string | null } {
  const [state = "", ...raw] = what.split(": ");
  return { state: word("refund", state), raw: raw.length === 0 ? null : raw.join(": ") };
}
