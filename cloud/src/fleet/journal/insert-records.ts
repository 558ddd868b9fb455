/** Inserts journal records, in one statement for any number of sites. */
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { recordset } from "../../ground/db/recordset.ts";
import type { IntakeRecord } from "./intake-policy.ts";
import { passingKinds } from "./journal-retention.ts";

export type Placed = IntakeRecord & { readonly siteId: string; readonly epoch: string };

/**
 * A record from the site contains its kind, time and clock, and its number is its position: nothing is stored twice,
 * because this list takes most of the time on both sides.
 */
export async function insertRecords(
  tx: Tx,
  providerId: string,
  entries: readonly Placed[],
  receivedAtMs: number,
): Promise<void> {
  if (entries.length === 0) return;
  const passing = entries.filter(isPassing);
  if (passing.length > 0)
    await sql`
      insert into passing_records (provider_id, site_id, epoch, seq, kind, at_ms, clock, received_at_ms, raw)
      select ${providerId}::text, f."siteId", f.epoch, f."firstSeq" + r.place - 1, r.raw ->> 'kind', (r.raw ->> 'atMs')::bigint,
        r.raw ->> 'clock', ${receivedAtMs}::bigint, r.raw
      from ${stretches(passing)}
    `.execute(tx);
  if (passing.length === entries.length) return;
  await sql`
    insert into journal_records
      (provider_id, site_id, epoch, seq, kind, at_ms, clock, received_at_ms, raw, complaint)
    select ${providerId}::text, f."siteId", f.epoch, f."firstSeq" + r.place - 1,
      case when c.complaint is null then r.raw ->> 'kind' end,
      case when c.complaint is null then (r.raw ->> 'atMs')::bigint end,
      case when c.complaint is null then r.raw ->> 'clock' end,
      ${receivedAtMs}::bigint, r.raw, c.complaint
    from ${stretches(entries.filter((entry) => !isPassing(entry)))}
    cross join lateral (select f.complaints ->> (f."firstSeq" + r.place - 1)::text as complaint) as c
  `.execute(tx);
}

const passingNames: ReadonlySet<string> = new Set(passingKinds);

const isPassing = ({ record }: Placed): boolean => record !== null && passingNames.has(record.kind);

const stretches = (entries: readonly Placed[]) => sql`
  ${recordset("f", stretchesOf(entries), { siteId: "text", epoch: "text", firstSeq: "bigint", raws: "jsonb", complaints: "jsonb" })}
  cross join lateral jsonb_array_elements(f.raws) with ordinality as r(raw, place)`;

interface Stretch {
  readonly siteId: string;
  readonly epoch: string;
  readonly firstSeq: number;
  readonly raws: Record<string, unknown>[];
  /** By number; null: none. */
  complaints: Record<string, string> | null;
}

/** Consecutive records of one epoch. */
function stretchesOf(entries: readonly Placed[]): Stretch[] {
  const stretches: Stretch[] = [];
  let last: Stretch | undefined;
  for (const { siteId, epoch, seq, raw, complaint } of entries) {
    const follows = last?.siteId === siteId && last.epoch === epoch && last.firstSeq + last.raws.length === seq;
    if (last === undefined || !follows) {
      last = { siteId, epoch, firstSeq: seq, raws: [], complaints: null };
      stretches.push(last);
    }
    last.raws.push(raw);
    if (complaint === null) continue;
    last.complaints ??= {};
    last.complaints[seq] = complaint;
  }
  return stretches;
}
