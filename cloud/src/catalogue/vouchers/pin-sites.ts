/**
 * A code with a PIN is worth nothing to who finds the code alone. An agent of before PINs takes the code without it: while such an agent may redeem
 * the provider's codes, at the batch's own site or by a lease at another, no PIN is sold.
 */
import { siteBelowProtocol } from "../../fleet/link/site-links.ts";
import type { Tx } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";

/** Agents that ask for PINs speak this protocol, or a later one. */
const protocolWithPins = 3;

/** Throws a Problem that names one of the sites. A site that no agent has linked yet will have an agent of now. */
export async function refusePinsAtOldSites(tx: Tx): Promise<void> {
  const old = await siteBelowProtocol(tx, protocolWithPins);
  if (old !== null) throw refusal("pins-need-newer-agent", { field: "pinDigits", value: old });
}
