/**
 * The rows of evidence: every fact is stored raw, once, with what became of it. What came names payers, so it is sealed in the database, in a
 * table by month (`evidence_bodies`): this file seals and opens it, and nothing else reads it.
 */

import { sha256Hex } from "@karibu/protocol/hash";
import { newId } from "@karibu/protocol/identifiers";
import { storableText } from "@karibu/protocol/whole-text";
import type { World } from "@karibu/protocol/world";
import { type Selectable, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { bytesInJson, rowsInJson } from "../../ground/db/json.ts";
import { recordset, recordsetInColumns } from "../../ground/db/recordset.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { ifReadable } from "../../ground/secrets/if-readable.ts";
import { countUnmatched, isFlood } from "./unmatched-flood.ts";

type FactRow = Selectable<Schema["evidence"]>;
/** `bodySealed`: null when it was removed, by age (`raw-bodies.ts`) or with its person. */
export type StoredEvidence = Omit<FactRow, "keptBodySealed"> & { readonly bodySealed: Buffer | null };
/** `body`: the text as it came, opened; empty when it was removed. */
export type EvidenceRow = Omit<StoredEvidence, "bodySealed"> & { readonly body: string };

export interface EvidenceParts {
  readonly world: World;
  readonly envelope: Envelope;
}

type EvidenceId = Pick<EvidenceRow, "providerId" | "evidenceId">;

export interface RawEvidence {
  readonly providerId: string;
  readonly channelId: string;
  /** Null: it names no purchase that we know. */
  readonly purchaseId: string | null;
  readonly source: string;
  /** Together with the body it tells whether two messages of one source are the same fact. */
  readonly naturalKey: string;
  readonly body: string;
  readonly remoteAddress: string | null;
  /** Left out: now. */
  readonly receivedAtMs?: number | undefined;
  /** Why it is unmatched and will not be processed; null: it will be. */
  readonly unmatchedReason: string | null;
}

/** Stores a raw fact. @returns its id; null when the same fact is stored already, so that nothing is left to do */
export async function storeEvidence(tx: Tx, parts: EvidenceParts, raw: RawEvidence): Promise<string | null> {
  const row = toRow(parts, raw);
  if (await isOnlyCounted(tx, parts, row)) return null;
  if ((await insertNew(tx, [row])).has(row.evidenceId)) return row.evidenceId;
  await noteRepeated(tx, [row]);
  return null;
}

/** Stores several in one statement. @returns those that are new; of two equal ones, one */
export async function storeAllEvidence<Raw extends RawEvidence>(
  tx: Tx,
  parts: EvidenceParts,
  all: readonly Raw[],
): Promise<Raw[]> {
  const rows: ReturnType<typeof toRow>[] = [];
  const kept: Raw[] = [];
  for (const raw of all) {
    const row = toRow(parts, raw);
    if (await isOnlyCounted(tx, parts, row)) continue;
    rows.push(row);
    kept.push(raw);
  }
  if (rows.length === 0) return [];
  const ids = await insertNew(tx, rows);
  await noteRepeated(
    tx,
    rows.filter((row) => !ids.has(row.evidenceId)),
  );
  return kept.filter((_, index) => ids.has((rows[index] as { evidenceId: string }).evidenceId));
}

/** Stores several that are judged already, in one statement. Throws where one of them is stored: then somebody else judges it. */
export async function storeJudged(
  tx: Tx,
  parts: EvidenceParts,
  judged: readonly { readonly raw: RawEvidence; readonly outcome: string }[],
): Promise<void> {
  const rows = judged.map(({ raw, outcome }) => ({ ...toRow(parts, raw), state: "done" as const, outcome }));
  const ids = await insertNew(tx, rows);
  if (ids.size < rows.length) throw new Error("a fact that was judged is stored already");
}

/** Facts and their texts in one statement. @returns the ids of those that were not there */
async function insertNew(tx: Tx, rows: readonly NewRow[]): Promise<ReadonlySet<string>> {
  // One text for any number of rows: it is built and read once.
  const asJson = rowsInJson(rows.map((row) => ({ ...row, bodySealed: bytesInJson(row.bodySealed) })));
  const { rows: stored } = await sql<{ evidenceId: string }>`
    with stored as (
      insert into evidence (provider_id, evidence_id, channel_id, purchase_id, source, natural_key, body_hash, remote_address,
        received_at_ms, state, outcome)
      select provider_id, evidence_id, channel_id, purchase_id, source, natural_key, body_hash, remote_address, received_at_ms,
        state, outcome
      from jsonb_populate_recordset(null::evidence, ${asJson}::jsonb)
      order by ${inOrder} on conflict do nothing returning provider_id, evidence_id
    ), texts as (
      insert into evidence_bodies (provider_id, received_at_ms, evidence_id, body_sealed)
      select provider_id, received_at_ms, evidence_id, body_sealed
      from jsonb_populate_recordset(null::evidence_bodies, ${asJson}::jsonb) join stored using (provider_id, evidence_id)
    )
    select evidence_id from stored`.execute(tx);
  return new Set(stored.map((row) => row.evidenceId));
}

/** Of the key that is a fact's alone. Another hub may store the same ones in this moment, and two that wait for each other's rows are a deadlock. */
const inOrder = sql`provider_id, source, natural_key, body_hash`;

/** What a stranger sends, names nothing, and is one of too many. What we ask for ourselves is kept always. */
async function isOnlyCounted(tx: Tx, { world }: EvidenceParts, row: ReturnType<typeof toRow>): Promise<boolean> {
  if (row.state !== "unmatched" || row.remoteAddress === null || !(await isFlood(tx, row))) return false;
  await countUnmatched(world, tx, row);
  return true;
}

/** That a callback came again, once. What we ask for ourselves comes again each time: that is no news. */
async function noteRepeated(tx: Tx, rows: readonly ReturnType<typeof toRow>[]): Promise<void> {
  const again = rows.filter((row) => row.remoteAddress !== null);
  if (again.length === 0) return;
  const named = again.map(({ providerId, source, naturalKey, bodyHash, receivedAtMs: firstAgainAtMs }) => {
    return { providerId, source, naturalKey, bodyHash, firstAgainAtMs };
  });
  await sql`insert into repeated_evidence (provider_id, source, natural_key, body_hash, first_again_at_ms)
    select provider_id, source, natural_key, body_hash, first_again_at_ms
    from jsonb_populate_recordset(null::repeated_evidence, ${rowsInJson(named)}::jsonb)
    order by ${inOrder} on conflict do nothing`.execute(tx);
}

/** Locked until the transaction ends. */
export async function readEvidenceRow(
  envelope: Envelope,
  tx: Tx,
  providerId: string,
  evidenceId: string,
): Promise<EvidenceRow | undefined> {
  const row = await oneRow(tx, providerId, evidenceId).forUpdate().executeTakeFirst();
  return row && opened(envelope, row);
}

/** Without a lock. */
export async function peekEvidence(
  envelope: Envelope,
  tx: Tx,
  providerId: string,
  evidenceId: string,
): Promise<EvidenceRow | undefined> {
  const row = await oneRow(tx, providerId, evidenceId).executeTakeFirst();
  return row && opened(envelope, row);
}

/** Undefined: there is none. */
export async function stateOfEvidence(
  tx: Tx,
  providerId: string,
  evidenceId: string,
): Promise<EvidenceRow["state"] | undefined> {
  const row = await tx
    .selectFrom("evidence")
    .select("state")
    .where("providerId", "=", providerId)
    .where("evidenceId", "=", evidenceId)
    .executeTakeFirst();
  return row?.state;
}

/** Of these, the ids of those that wait to be judged. */
export async function waitingAmong(
  tx: Tx,
  providerId: string,
  evidenceIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ evidenceId: string }>`
    select evidence_id from evidence
    where provider_id = ${providerId} and evidence_id = any(${evidenceIds}::text[]) and state = 'new'`.execute(tx);
  return new Set(rows.map((row) => row.evidenceId));
}

const oneRow = (tx: Tx, providerId: string, evidenceId: string) =>
  selectStored(tx).where("providerId", "=", providerId).where("evidenceId", "=", evidenceId);

/** Of a row of `evidence`. A query for each row, so that it looks into that row's month alone. */
const textOf = sql<Buffer | null>`(select b.body_sealed from evidence_bodies b where b.provider_id = evidence.provider_id
  and b.received_at_ms = evidence.received_at_ms and b.evidence_id = evidence.evidence_id)`;
const bodySealed = sql<Buffer | null>`coalesce(evidence.kept_body_sealed, ${textOf})`;

const hasText = sql<boolean>`${bodySealed} is not null`;

const storedColumns = [
  "evidence.providerId",
  "evidence.evidenceId",
  "evidence.channelId",
  "evidence.purchaseId",
  "evidence.source",
  "evidence.naturalKey",
  "evidence.bodyHash",
  "evidence.remoteAddress",
  "evidence.receivedAtMs",
  "evidence.state",
  "evidence.outcome",
  "evidence.receipt",
  "evidence.seenAtMs",
  "evidence.tries",
] as const;

const stored = sql`${sql.join(storedColumns.map((name) => sql.ref(name)))}, ${bodySealed} as body_sealed`;

/** Facts with their texts, as they are sealed. */
export const selectStored = (tx: Tx) =>
  tx.selectFrom("evidence").select(storedColumns).select(bodySealed.as("bodySealed"));

/** Throws the envelope's faults: its text was changed, or sealed under a key that this hub does not have. */
export function opened(envelope: Envelope, { bodySealed: sealed, ...row }: StoredEvidence): EvidenceRow {
  return { ...row, body: sealed === null ? "" : envelope.open(sealed, contextOf(row)).toString("utf8") };
}

/**
 * The oldest facts of a channel whose text is kept, and when each came again. Identifiers sort by time.
 * @param most how many
 */
export function factsOfChannel(
  tx: Tx,
  { providerId, channelId }: { readonly providerId: string; readonly channelId: string },
  most: number,
): Promise<(StoredEvidence & { readonly againAtMs: number | null })[]> {
  return (
    selectStored(tx)
      .leftJoin("repeated_evidence", (join) =>
        join
          .onRef("repeated_evidence.providerId", "=", "evidence.providerId")
          .onRef("repeated_evidence.source", "=", "evidence.source")
          .onRef("repeated_evidence.naturalKey", "=", "evidence.naturalKey")
          .onRef("repeated_evidence.bodyHash", "=", "evidence.bodyHash"),
      )
      .select("repeated_evidence.firstAgainAtMs as againAtMs")
      .where("evidence.providerId", "=", providerId)
      .where("evidence.channelId", "=", channelId)
      // Of the many that are older than all texts none is looked up.
      .where(
        sql<boolean>`(kept_body_sealed is not null or received_at_ms >= (select min(received_at_ms) from evidence_bodies where provider_id = ${providerId}))`,
      )
      .where(hasText)
      .orderBy("evidence.evidenceId")
      .limit(most)
      .execute()
  );
}

/** For lists and pages, which must show all else of it. @returns empty where `opened` would throw */
export const bodyIfReadable = (envelope: Envelope, row: StoredEvidence): string =>
  ifReadable(() => opened(envelope, row).body, "");

/** All that named this receipt and still has its text, the oldest first. */
export function factsOfReceipt(tx: Tx, providerId: string, receipt: string): Promise<StoredEvidence[]> {
  return selectStored(tx)
    .where("providerId", "=", providerId)
    .where("receipt", "=", receipt)
    .where(hasText)
    .orderBy("evidenceId")
    .execute();
}

const contextOf = (row: EvidenceId) => `evidence/${row.providerId}/${row.evidenceId}`;

/** What is kept of what came. */
export const sealBody = (envelope: Envelope, row: EvidenceId, body: string): Buffer =>
  envelope.seal(Buffer.from(body), contextOf(row));

/** Notes what became of it, in a few words for people, in the transaction that processed it. */
export async function settleEvidence(
  tx: Tx,
  row: EvidenceId,
  state: EvidenceRow["state"],
  outcome: string,
): Promise<void> {
  await setEvidence(tx, row, { state, outcome });
}

/** The same of many, of several providers, in one statement. */
export async function settleAllEvidence(
  tx: Tx,
  settled: readonly (EvidenceId & { readonly state: EvidenceRow["state"]; readonly outcome: string })[],
): Promise<void> {
  if (settled.length === 0) return;
  await sql`
    update evidence set state = settled.state, outcome = settled.outcome
    from ${recordsetInColumns("settled", settled, { providerId: "text", evidenceId: "text", state: "text", outcome: "text" })}
    where evidence.provider_id = settled.provider_id and evidence.evidence_id = settled.evidence_id`.execute(tx);
}

/** What waits under this key is over: a later fact of its source has taken its place. */
export async function overrideWaiting(
  tx: Tx,
  { providerId, source, naturalKey }: Pick<RawEvidence, "providerId" | "source" | "naturalKey">,
  outcome: string,
): Promise<void> {
  await tx
    .updateTable("evidence")
    .set({ state: "done", outcome })
    .where("providerId", "=", providerId)
    .where("source", "=", source)
    .where("naturalKey", "=", naturalKey)
    .where("state", "=", "parked")
    .execute();
}

/** By which facts of one source are told apart. */
export const factName = (raw: RawEvidence): string =>
  storedFactName({ naturalKey: raw.naturalKey, bodyHash: bodyHash(raw) });

/** The same of its row. */
export const storedFactName = (row: Pick<EvidenceRow, "naturalKey" | "bodyHash">): string =>
  `${row.naturalKey}/${row.bodyHash}`;

/** Of these facts, those that wait to be judged, are about no purchase yet, and that nobody judges at this moment: locked. It waits for nobody. */
export async function lockFreeEvidence(
  envelope: Envelope,
  tx: Tx,
  { providerId, channelId, source }: Pick<RawEvidence, "providerId" | "channelId" | "source">,
  facts: readonly RawEvidence[],
): Promise<EvidenceRow[]> {
  const { rows } = await sql<StoredEvidence>`
    select ${stored} from evidence
    join unnest(${facts.map(({ naturalKey }) => naturalKey)}::text[], ${facts.map(bodyHash)}::text[])
      as asked (natural_key, body_hash) using (natural_key, body_hash)
    where provider_id = ${providerId} and source = ${source} and channel_id = ${channelId} and state = 'new' and purchase_id is null
    order by evidence_id for no key update of evidence skip locked`.execute(tx);
  return rows.map((row) => opened(envelope, row));
}

/**
 * Of the channel and source of this one, where it waits to be judged and is of this source: as many as wait with it, which nobody judges at this moment,
 * locked. It waits for nobody. @param without ids that are left out, this one's among them or not
 */
export async function lockWaitingEvidence(
  envelope: Envelope,
  tx: Tx,
  {
    providerId,
    evidenceId,
    source,
  }: { readonly providerId: string; readonly evidenceId: string; readonly source: string },
  { without, most }: { readonly without: readonly string[]; readonly most: number },
): Promise<EvidenceRow[]> {
  // By when it came, as the index of what waits at a channel.
  const { rows } = await sql<StoredEvidence>`
    select ${stored} from evidence as this join evidence using (provider_id, channel_id, source)
    where this.provider_id = ${providerId} and this.evidence_id = ${evidenceId} and this.source = ${source}
      and this.state = 'new' and this.purchase_id is null
      and evidence.state = 'new' and evidence.purchase_id is null and not evidence.evidence_id = any(${without}::text[])
    order by evidence.received_at_ms limit ${most} for no key update of evidence skip locked`.execute(tx);
  return rows.map((row) => opened(envelope, row));
}

/** Notes the receipts and purchases that many are about, in one statement. */
export async function linkAllEvidence(
  tx: Tx,
  links: readonly (EvidenceId & { readonly purchaseId: string; readonly receipt: string })[],
): Promise<void> {
  if (links.length === 0) return;
  const rows = links.map(({ providerId, evidenceId, purchaseId, receipt }) => ({
    providerId,
    evidenceId,
    purchaseId,
    receipt,
  }));
  await sql`
    update evidence set purchase_id = link.purchase_id, receipt = link.receipt
    from ${recordsetInColumns("link", rows, { providerId: "text", evidenceId: "text", purchaseId: "text", receipt: "text" })}
    where evidence.provider_id = link.provider_id and evidence.evidence_id = link.evidence_id`.execute(tx);
}

/** What may still change these purchases, the oldest first. */
export async function openEvidenceOf(
  tx: Tx,
  purchases: readonly { readonly providerId: string; readonly purchaseId: string }[],
): Promise<StoredEvidence[]> {
  const { rows } = await sql<StoredEvidence>`
    select ${stored} from evidence
    join unnest(${purchases.map((each) => each.providerId)}::text[], ${purchases.map((each) => each.purchaseId)}::text[])
      as asked (provider_id, purchase_id) using (provider_id, purchase_id)
    where state in ('new', 'parked') order by evidence_id`.execute(tx);
  return rows;
}

/** Notes the receipt that it names, or the purchase that it is about. */
export async function linkEvidence(
  tx: Tx,
  row: EvidenceId,
  link: { readonly receipt: string } | { readonly purchaseId: string },
): Promise<void> {
  await setEvidence(tx, row, link);
}

/** A person has reviewed this unmatched callback. @returns false: there is no such one to review */
export async function markUnmatchedReviewed(
  tx: Tx,
  { providerId, evidenceId }: EvidenceId,
  nowMs: number,
): Promise<boolean> {
  const { numAffectedRows = 0n } = await sql`update evidence set seen_at_ms = ${nowMs}
    where provider_id = ${providerId} and evidence_id = ${evidenceId} and state = 'unmatched' and seen_at_ms is null`.execute(
    tx,
  );
  return numAffectedRows > 0n;
}

/** SHA-256, hex. */
export const bodyHash = ({ body }: Pick<RawEvidence, "body">): string => sha256Hex(body);

async function setEvidence(tx: Tx, row: EvidenceId, changes: Partial<FactRow>): Promise<void> {
  await tx
    .updateTable("evidence")
    .set(changes)
    .where("providerId", "=", row.providerId)
    .where("evidenceId", "=", row.evidenceId)
    .execute();
}

type NewRow = Omit<ReturnType<typeof toRow>, "state"> & Pick<FactRow, "state">;

function toRow({ world, envelope }: EvidenceParts, raw: RawEvidence) {
  const id = { providerId: raw.providerId, evidenceId: newId(world) };
  return {
    ...id,
    channelId: raw.channelId,
    purchaseId: raw.purchaseId,
    source: raw.source,
    naturalKey: raw.naturalKey,
    bodyHash: bodyHash(raw),
    bodySealed: sealBody(envelope, id, storableText(raw.body)),
    remoteAddress: raw.remoteAddress,
    receivedAtMs: raw.receivedAtMs ?? world.clock.wall().atMs,
    state: raw.unmatchedReason === null ? ("new" as const) : ("unmatched" as const),
    outcome: raw.unmatchedReason,
  };
}

/** As an erasure leaves facts about these receipts and purchases (`personal-data.ts`), where nothing of them waits to be judged. It waits for nobody. */
export async function forgetTexts(
  tx: Tx,
  about: Readonly<Record<"receipts" | "purchases", readonly { readonly providerId: string; readonly name: string }[]>>,
): Promise<void> {
  const asked = (names: (typeof about)["receipts"]) =>
    sql`${recordset("asked", names, { providerId: "text", name: "text" })}`;
  await sql`
    with theirs as (
      select e.provider_id, e.evidence_id from ${asked(about.receipts)}
      join evidence e on e.provider_id = asked."providerId" and e.receipt = asked.name
      union select e.provider_id, e.evidence_id from ${asked(about.purchases)}
      join evidence e on e.provider_id = asked."providerId" and e.purchase_id = asked.name
    ), free as (
      select e.provider_id, e.evidence_id, e.received_at_ms from evidence e join theirs using (provider_id, evidence_id)
      where e.state in ('done', 'unmatched')
        and not exists (select from evidence w where w.provider_id = e.provider_id and w.state in ('new', 'parked')
          and (w.receipt = e.receipt or w.purchase_id = e.purchase_id))
        and (e.kept_body_sealed is not null or e.remote_address is not null
          or exists (select from evidence_bodies b where b.provider_id = e.provider_id
            and b.received_at_ms = e.received_at_ms and b.evidence_id = e.evidence_id))
      for update of e skip locked
    ), texts as (
      delete from evidence_bodies b using free f
      where b.provider_id = f.provider_id and b.received_at_ms = f.received_at_ms and b.evidence_id = f.evidence_id
    )
    update evidence e set kept_body_sealed = null, remote_address = null from free f
    where e.provider_id = f.provider_id and e.evidence_id = f.evidence_id`.execute(tx);
}
