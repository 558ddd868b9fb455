/**
 * Tells a site's agent how its router should be: rendered from what the pasted line's script was made of, for the version that runs there
 * now. The hub holds the answer, because it alone knows what was chosen, and because a new release's rules are differences at once.
 *
 * Who could misuse it: whoever breaks into the hub. No secret is in it, and the agent holds each object against what set-up can say.
 */
import { sha256Hex } from "@karibu/protocol/hash";
import { readDesiredRouter } from "@karibu/protocol/rpc/router/read-desired-router";
import { serve } from "@karibu/protocol/rpc/rpc";
import type { World } from "@karibu/protocol/world";
import { desiredState } from "@karibu/routeros-scripts/desired/desired-state";
import { dialectOf } from "@karibu/routeros-scripts/language/version-dialect";
import type { RpcHandler } from "../../ground/agents/rpc-handler.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { Problem } from "../../ground/http/problem.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { readFurtherRouters } from "../router-services/further-router-rows.ts";
import { readServices } from "../router-services/service-rows.ts";
import { type HubAddresses, scriptValues } from "../set-up/render-script.ts";
import { openSecrets } from "../set-up/script-secrets.ts";
import { type Place, readScript } from "../set-up/set-up-rows.ts";
import { type OnlineSales, readSite } from "../sites/sites.ts";
import { readAddress } from "../tunnel/peers.ts";
import { readPolicy } from "./health-store.ts";

interface DesiredParts extends HubAddresses {
  readonly world: World;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly onlineSales: Pick<OnlineSales, "openHosts">;
}

export function desiredRpc(parts: DesiredParts): RpcHandler {
  return serve(readDesiredRouter, ({ version, known }, { providerId, siteId }) =>
    parts.database.asProvider(providerId, async (tx) => {
      const policy = await readPolicy(tx);
      const desired = policy === "off" ? null : await render(parts, tx, { providerId, siteId }, version);
      if (desired === null) return { kind: "none", policy } as const;
      const hash = sha256Hex(JSON.stringify(desired)).slice(0, 32);
      return hash === known
        ? ({ kind: "same", policy } as const)
        : ({ kind: "desired", policy, hash, desired } as const);
    }),
  );
}

/** Null: its router was set up by hand, or this version is not known here. */
async function render(parts: DesiredParts, tx: Tx, place: Place, version: string) {
  const script = await readScript(tx, place.siteId);
  const found = dialectOf(version.split(" ")[0] ?? "");
  if (script === null || "problem" in found) return null;
  const site = await readSite(tx, place.siteId);
  try {
    const values = scriptValues(parts, {
      site: { id: place.siteId, name: site.name, openHosts: await parts.onlineSales.openHosts(tx, place) },
      facts: script.facts,
      choices: script.choices,
      secrets: openSecrets(parts.envelope, place, script),
      tunnelAddress: await readAddress(tx, place.siteId),
      services: await readServices(parts.envelope, tx, place),
      furtherRouters: await readFurtherRouters(parts.envelope, tx, place),
    });
    return desiredState(values, found.dialect);
  } catch (error) {
    // The hub's address or tunnel is another by now, and does not fit this router: a person sees that at the set-up.
    if (error instanceof Problem) return null;
    throw error;
  }
}
