/** Asks the site that has a grant: which devices are there, and puts one of them on the grant. */
import { Fault } from "@karibu/protocol/fault";
import { admitDevice, listGuests } from "@karibu/protocol/rpc/admit-device";
import type { Rpc } from "@karibu/protocol/rpc/rpc";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import { Problem } from "../../ground/http/problem.ts";

const callMsMax = 10_000;

export interface Guest {
  readonly mac: string;
  readonly address: string | null;
  readonly online: boolean;
}

/** Null: the site's router can't be asked; a MAC must be typed. */
export async function guestsOf(call: CallSite, siteId: string): Promise<readonly Guest[] | null> {
  return (await ask(call, siteId, listGuests, {})).guests;
}

/** `bound`: it has the grant, and goes online when its owner opens the Wi-Fi page. */
export async function putOnline(
  call: CallSite,
  siteId: string,
  order: { readonly purchaseId: string; readonly mac: string; readonly moves: boolean },
): Promise<"online" | "bound"> {
  const result = await ask(call, siteId, admitDevice, order);
  if (result.kind === "not-here") {
    const detail = "The site does not have what was sold yet: try again in a moment.";
    throw new Problem(503, "grant-not-here", detail, { retryAfterSeconds: 5 });
  }
  if (result.kind === "refused") throw refusal(result.reason);
  return result.kind;
}

function refusal(reason: string): Problem {
  if (reason === "too-many-devices")
    return new Problem(409, "too-many-devices", "All its devices are taken: move it from one of them instead.");
  if (reason === "expired") return new Problem(409, "grant-ended", "What this payment opened has ended.");
  if (reason === "revoked") return new Problem(409, "grant-revoked", "What this payment opened was revoked.");
  return new Problem(409, reason, `The site refuses it: ${reason}.`);
}

async function ask<Params, Result>(call: CallSite, siteId: string, method: Rpc<Params, Result>, params: Params) {
  try {
    return await call(siteId, method, params, callMsMax);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.code === "site/refused" && /no method/.test(error.message))
      throw new Problem(422, "site-too-old", "The site's agent is too old for this: update it, or give a code.");
    if (error.code === "site/refused") throw new Problem(422, "site-refused", `The site refused: ${error.message}`);
    throw new Problem(503, "site-away", "The site can't be reached now: give a code, which works without the hub.", {
      retryAfterSeconds: 10,
    });
  }
}
