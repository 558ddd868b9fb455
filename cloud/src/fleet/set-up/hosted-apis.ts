/**
 * How the router of a hosted site takes its agent by API: the account that its set-up made, for its host alone, which dials the site's own
 * address in the tunnel. Only of sites whose present script is for a host: another router's password is no host's business.
 */

import { agentApi } from "@karibu/routeros-scripts/set-up-line/values-for";
import { sql } from "kysely";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import type { ReadRouterApis } from "../hosted-sites/hosted-sites.ts";
import { openSecrets } from "./script-secrets.ts";
import type { ScriptRow } from "./set-up-rows.ts";

export function createReadRouterApis(envelope: Envelope): ReadRouterApis {
  return async (tx, places) => {
    if (places.length === 0) return new Map();
    const named = JSON.stringify(places.map(({ providerId, siteId }) => ({ providerId, siteId })));
    const { rows } = await sql<ScriptRow>`select s.* from site_scripts s
      join jsonb_to_recordset(${named}::jsonb) as f("providerId" text, "siteId" text)
        on s.provider_id = f."providerId" and s.site_id = f."siteId"
      where s.choices->>'place' = 'hosted'`.execute(tx);
    return new Map(
      rows.map((row) => {
        const { apiPassword } = openSecrets(envelope, { providerId: row.providerId, siteId: row.siteId }, row);
        return [row.siteId, { ...agentApi, password: apiPassword }];
      }),
    );
  };
}
