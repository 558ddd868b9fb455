/** A provider's data as a download: for its owner, and for platform admins. */
import { newId } from "@karibu/protocol/identifiers";
import { keySchema } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import type { Database } from "../../ground/db/database.ts";
import { viaOf } from "../../ground/http/actor.ts";
import { rawRoute, type TypedRoute } from "../../ground/http/route.ts";
import { revealsCodes } from "../../ground/http/unused-codes.ts";
import { writerWhileLet } from "../../ground/lists/stream.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { writeAudit } from "../../identity/audit/audit.ts";
import { readProvider } from "../../tenancy/providers/provider-view.ts";
import { exportProvider } from "./export-provider.ts";

export interface ExportParts {
  readonly world: World;
  readonly database: Database;
  readonly envelope: Envelope;
}

const params = z.object({ providerId: keySchema });

export function exportRoutes(parts: ExportParts) {
  const { world } = parts;
  const download = <Path extends `/${string}`>(
    of: { path: Path; summary: string; permission: "provider.export" | "providers.manage" },
    providerOf: (call: { providerId: string; params: unknown }) => string,
  ) =>
    rawRoute({
      method: "GET",
      path: of.path as `/${string}`,
      summary: of.summary,
      permission: of.permission,
      ...(of.permission === "providers.manage" ? { as: "platform" as const, params } : {}),
      freshFactor: true,
      produces: "application/x-ndjson",
      respond: async (call, _request, response) => {
        const providerId = providerOf(call);
        const { actor, requestId } = call;
        const withCodes = actor.may(revealsCodes);
        const detail = { withCodes };
        await call.transact(async (tx) => {
          await readProvider(tx, providerId);
          const entry = { providerId: actor.providerId, userId: actor.userId, target: providerId, requestId };
          await writeAudit(world, tx, { ...entry, via: viaOf(actor), action: "provider-exported", detail });
        });
        response.setHeader("Content-Type", "application/x-ndjson");
        response.setHeader("Content-Disposition", `attachment; filename="provider-${newId(world)}.ndjson"`);
        await exportProvider(parts, { providerId, withCodes }, writerWhileLet(response, call));
        response.end();
      },
    }) as unknown as TypedRoute<"GET", Path, typeof params, undefined, null, null>;
  return [
    download(
      {
        path: "/api/v1/providers/{providerId}/export",
        summary: "All data of a provider, one JSON object a line (platform admin)",
        permission: "providers.manage",
      },
      (call) => (call.params as { providerId: string }).providerId,
    ),
    download(
      {
        path: "/api/v1/settings/export",
        summary: "All data of the provider, one JSON object a line",
        permission: "provider.export",
      },
      ({ providerId }) => providerId,
    ),
  ];
}
