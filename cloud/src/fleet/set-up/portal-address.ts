/** Where phones reach the portal of a site whose router was set up by a line: from what its script was made of. */
import { portalUrl } from "@karibu/routeros-scripts/values/agent-endpoint";
import type { Tx } from "../../ground/db/database.ts";
import { Problem } from "../../ground/http/problem.ts";
import { readSite } from "../sites/sites.ts";
import { readAddress } from "../tunnel/peers.ts";
import { scriptValues } from "./render-script.ts";
import { openSecrets } from "./script-secrets.ts";
import type { SetUpParts } from "./set-up-parts.ts";
import { readScript } from "./set-up-rows.ts";

/** `http://172.31.255.2`, without a slash at its end. Null: its router was set up in another way, or does not fit its choices any more. */
export async function readPortalAddress(parts: SetUpParts, tx: Tx, siteId: string): Promise<string | null> {
  const { providerId, name } = await readSite(tx, siteId);
  const script = await readScript(tx, siteId);
  if (script === null) return null;
  const { facts, choices } = script;
  const secrets = openSecrets(parts.envelope, { providerId, siteId }, script);
  const tunnelAddress = await readAddress(tx, siteId);
  try {
    return portalUrl(
      scriptValues(parts, {
        site: { id: siteId, name, openHosts: [] },
        facts,
        choices,
        secrets,
        tunnelAddress,
        services: null,
        furtherRouters: [],
      }),
    );
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}
