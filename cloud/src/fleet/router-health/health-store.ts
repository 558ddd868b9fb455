/** What sites say of their routers, one row a site: told by the journal when it changes, or asked for. Texts in it are hostile. */

import type { DriftPolicy } from "@karibu/protocol/router/desired-router";
import type { RouterHealth } from "@karibu/protocol/router/router-health";
import { storableText } from "@karibu/protocol/whole-text";
import { sql } from "kysely";
import { type JournalProjector, ofKind } from "../../ground/agents/journal-projector.ts";
import type { Tx } from "../../ground/db/database.ts";
import { recordset } from "../../ground/db/recordset.ts";

interface Told extends RouterHealth {
  readonly siteId: string;
}

export async function keepHealth(tx: Tx, providerId: string, told: readonly Told[], nowMs: number): Promise<void> {
  if (told.length === 0) return;
  // Of one site the last counts; a statement may change a row once.
  const rows = [...new Map(told.map((each) => [each.siteId, each])).values()].map((each) => ({
    siteId: each.siteId,
    routerOs: each.routerOs === null ? null : storable(each.routerOs),
    isCompared: each.isCompared,
    findings: JSON.parse(JSON.stringify(each.findings), (_, value) =>
      typeof value === "string" ? storable(value) : value,
    ),
  }));
  await sql`
    insert into router_health (provider_id, site_id, router_os, is_compared, findings, told_at_ms)
    select ${providerId}::text, f."siteId", f."routerOs", f."isCompared", f.findings, ${nowMs}::bigint
    from ${recordset("f", rows, { siteId: "text", routerOs: "text", isCompared: "boolean", findings: "jsonb" })}
    on conflict (provider_id, site_id) do update set router_os = excluded.router_os, is_compared = excluded.is_compared,
      findings = excluded.findings, told_at_ms = excluded.told_at_ms
  `.execute(tx);
}

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
const storable = (text: string): string => storableText(text);

export const healthProjector: JournalProjector = {
  async project(tx, { providerId, records, receivedAtMs }) {
    const told = ofKind(records, "router-health").map(({ siteId, record: { routerOs, isCompared, findings } }) => {
      return { siteId, routerOs, isCompared, findings };
    });
    await keepHealth(tx, providerId, told, receivedAtMs);
  },
};

export async function readPolicy(tx: Tx): Promise<DriftPolicy> {
  const row = await tx.selectFrom("router_policies").select("drift").executeTakeFirst();
  return row?.drift ?? "tell";
}

/** What was told of a site's router last. Undefined: nothing. */
export const readHealth = (tx: Tx, siteId: string) =>
  tx
    .selectFrom("router_health")
    .select(["routerOs", "toldAtMs", "findings"])
    .where("siteId", "=", siteId)
    .executeTakeFirst();
