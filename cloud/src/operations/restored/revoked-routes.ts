/** What a restore revoked again: for a provider its own people, tokens and devices, for the platform over all providers. */

import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { revokedKinds } from "../../ground/restores/revocable-table.ts";
import { providerNameOf } from "../../tenancy/providers/providers.ts";

const count = z.number().int();
export const revokedView = z.object({
  id: z.string(),
  what: z.enum(revokedKinds),
  /** The token, the person, the site of the device, the channel of the address. */
  subjectId: z.string(),
  /** Its name, as the back-up has it. */
  label: z.string(),
  /** In the hub of before. */
  revokedAtMs: count,
  /** By the restore. */
  repeatedAtMs: count,
});
export const platformRevokedView = revokedView.extend({
  /** Null: the platform's own. */
  providerId: z.string().nullable(),
  providerName: z.string().nullable(),
});

const id = sql<string>`again.provider_id || ' ' || again.generation || ' ' || again.what || ' ' || again.subject_id`;
const list = listOf({
  sort: { revokedAt: { by: sql.ref("again.revokedAtMs"), kind: "number" } },
  default: "-revokedAt",
  tie: [sql.ref("again.generation"), sql.ref("again.what"), sql.ref("again.subjectId"), sql.ref("again.providerId")],
  search: [sql.ref("again.label"), sql.ref("again.subjectId")],
});

export function revokedRoutes() {
  return [
    route({
      method: "GET",
      path: "/api/v1/platform/restores/revocations",
      summary:
        "What restores revoked again, over all providers: what, when it was revoked, when the restore repeated it (platform admin)",
      permission: "platform.read",
      as: "platform",
      query: list.query,
      response: pageOf(platformRevokedView),
      handle: ({ query, transact }) => transact((tx) => readRevoked(tx, query)),
    }),
    route({
      method: "GET",
      path: "/api/v1/restores/revocations",
      summary:
        "What restores of the hub revoked again: your people, tokens, devices and sellers; when each was revoked, and when the restore repeated it",
      permission: "users.read",
      query: list.query,
      response: pageOf(revokedView),
      handle: ({ query, transact }) => transact((tx) => readRevoked(tx, query)),
    }),
  ];
}

/** Of the providers that the transaction sees. */
async function readRevoked(tx: Tx, query: z.output<typeof list.query>) {
  const selected = tx
    .selectFrom("revoked_again as again")
    .select([
      id.as("id"),
      "again.providerId",
      providerNameOf("again").as("providerName"),
      "again.what",
      "again.subjectId",
      "again.label",
      "again.revokedAtMs",
      "again.repeatedAtMs",
    ]);
  return list.page(selected, query, (row) => {
    const isPlatform = row.providerId === "platform";
    return {
      id: row.id,
      what: row.what,
      subjectId: row.subjectId,
      label: row.label,
      revokedAtMs: row.revokedAtMs,
      repeatedAtMs: row.repeatedAtMs,
      providerId: isPlatform ? null : row.providerId,
      providerName: isPlatform ? null : row.providerName,
    };
  });
}
