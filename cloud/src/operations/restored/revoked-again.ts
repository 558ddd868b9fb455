/**
 * What a restore revoked again, by its name. Only the restore writes it: who was shut out, and got into a hub that came out of a back-up all
 * the same, can't take himself off the list. Names of people and tokens are for those who manage them.
 */

import type { RunScript } from "../../ground/db/engine.ts";
import type { RevokedKind } from "../../ground/restores/revocable-table.ts";
import { providerIsThere } from "../../tenancy/providers/provider-state.ts";

export interface RevokedAgain {
  /** `platform` for what belongs to no provider. */
  readonly providerId: string;
  readonly what: RevokedKind;
  readonly subjectId: string;
  readonly label: string;
  /** When it was revoked in the hub of before. */
  readonly revokedAtMs: number;
}

/** After all migrations, in the transaction that notes the restore; twice is as once. */
export async function noteRevokedAgain(run: RunScript, rows: readonly RevokedAgain[], atMs: number): Promise<void> {
  if (rows.length === 0) return;
  const text = JSON.stringify(
    rows.map(({ providerId, what, subjectId, label, revokedAtMs }) => ({
      provider_id: providerId,
      what,
      subject_id: subjectId,
      label,
      revoked_at_ms: Math.trunc(revokedAtMs),
    })),
  ).replaceAll("'", "''");
  await run("set local standard_conforming_strings = on");
  await run(`insert into revoked_again (provider_id, generation, what, subject_id, label, revoked_at_ms, repeated_at_ms)
    select r.provider_id, h.generation, r.what, r.subject_id, r.label, r.revoked_at_ms, ${Math.trunc(atMs)}
    from hub_identity h, jsonb_to_recordset('${text}'::jsonb)
      as r(provider_id text, what text, subject_id text, label text, revoked_at_ms bigint)
    where ${providerIsThere("r")}
    on conflict do nothing`);
}
