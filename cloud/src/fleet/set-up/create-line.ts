/** The line for a site's router: a single-use token, and what the router needs to find this hub. */
import { sha512Hex } from "@karibu/protocol/hash";
import type { SetUpChoices } from "@karibu/protocol/router/set-up-choices";
import type { World } from "@karibu/protocol/world";
import { pastedLine } from "@karibu/routeros-scripts/set-up-line/pasted-line";
import { stageOne } from "@karibu/routeros-scripts/set-up-line/stage-one";
import type { Tx } from "../../ground/db/database.ts";
import { beginSetUp, type Place } from "./set-up-rows.ts";

const stageOneSha512 = sha512Hex(stageOne());

/** Ends the site's former line. `template`: choices to begin with. The caller has looked at `hasPublicUrl`. */
export async function createLine(
  { world, publicUrl }: { readonly world: World; readonly publicUrl: string },
  tx: Tx,
  place: Place,
  template: SetUpChoices | null,
): Promise<{ readonly line: string; readonly expiresAtMs: number }> {
  const { token, expiresAtMs } = await beginSetUp(world, tx, place, template);
  return { line: pastedLine({ hubUrl: publicUrl, token, stageOneSha512 }), expiresAtMs };
}

/** False: routers don't know how to reach this hub, because its address is one of this machine. */
export function hasPublicUrl(url: string): boolean {
  return !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname);
}
