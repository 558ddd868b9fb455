/** The rows of evidence: every fact is stored raw, once, with what became of it. */
import { sha256Hex } from "@karibu/protocol/hash";
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { type Selectable, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { EvidenceTables } from "./tables.ts";

export type EvidenceRow = Selectable<EvidenceTables["evidence"]>;
type EvidenceId = Pick<EvidenceRow, "provider_id" | "evidence_id">;

export interface RawEvidence {
  readonly providerId: string;
  readonly channelId: string;
  /** Null: it names no purchase that we know. */
  readonly intentId: string | null;
  readonly source: string;
  /** Together with the body it tells whether two messages of one source are the same fact. */
  readonly naturalKey: string;
  readonly body: string;
  readonly remoteAddress: string | null;
  /** Why it is unmatched and will not be processed; null: it will be. */
  readonly unmatchedReason: string | null;
}

/** Stores a raw fact. @returns its id; null when the same fact is stored already, so that nothing is left to do */
export async function storeEvidence(tx: Tx, world: World, raw: RawEvidence): Promise<string | null> {
  const row = toRow(world, raw);
  const stored = await tx
    .insertInto("evidence")
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return stored.numInsertedOrUpdatedRows === 1n ? row.evidence_id : null;
}

/** Stores several in one statement. @returns those that are new; of two equal ones, one */
export async function storeAllEvidence<Raw extends RawEvidence>(
  tx: Tx,
  world: World,
  all: readonly Raw[],
): Promise<Raw[]> {
  const rows = all.map((raw) => toRow(world, raw));
  if (rows.length === 0) return [];
  const stored = await tx
    .insertInto("evidence")
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .returning("evidence_id")
    .execute();
  const ids = new Set(stored.map((row) => row.evidence_id));
  return all.filter((_, index) => ids.has((rows[index] as { evidence_id: string }).evidence_id));
}

/** Locked until the transaction ends. */
export function readEvidenceRow(tx: Tx, providerId: string, evidenceId: string): Promise<EvidenceRow | undefined> {
  return tx
    .selectFrom("evidence")
    .selectAll()
    .where("provider_id", "=", providerId)
    .where("evidence_id", "=", evidenceId)
    .forUpdate()
    .executeTakeFirst();
}

/** Without a lock. */
export function peekEvidence(tx: Tx, providerId: string, evidenceId: string): Promise<EvidenceRow | undefined> {
  return tx
    .selectFrom("evidence")
    .selectAll()
    .where("provider_id", "=", providerId)
    .where("evidence_id", "=", evidenceId)
    .executeTakeFirst();
}

/** Notes what became of it, in a few words for people, in the transaction that processed it. */
export async function settleEvidence(
  tx: Tx,
  row: EvidenceId,
  state: EvidenceRow["state"],
  outcome: string,
): Promise<void> {
  await setEvidence(tx, row, { state, outcome });
}

/** Notes the receipt that it names, or the purchase that it is about. */
export async function linkEvidence(
  tx: Tx,
  row: EvidenceId,
  link: { readonly receipt: string } | { readonly intent_id: string },
): Promise<void> {
  await setEvidence(tx, row, link);
}

/** A person has reviewed this unmatched callback. @returns false: there is no such one to review */
export async function markUnmatchedReviewed(
  tx: Tx,
  { provider_id: providerId, evidence_id: evidenceId }: EvidenceId,
  nowMs: number,
): Promise<boolean> {
  const { numAffectedRows = 0n } = await sql`update evidence set seen_at_ms = ${nowMs}
    where provider_id = ${providerId} and evidence_id = ${evidenceId} and state = 'stray' and seen_at_ms is null`.execute(
    tx,
  );
  return numAffectedRows > 0n;
}

/** SHA-256, hex. */
export const bodyHash = ({ body }: Pick<RawEvidence, "body">): string => sha256Hex(body);

/** Replaces the one character that PostgreSQL's text can't hold. */
export function withoutNul(text: string): string {
  return text.replaceAll("\0", "\uFFFD");
}

async function setEvidence(tx: Tx, row: EvidenceId, changes: Partial<EvidenceRow>): Promise<void> {
  await tx
    .updateTable("evidence")
    .set(changes)
    .where("provider_id", "=", row.provider_id)
    .where("evidence_id", "=", row.evidence_id)
    .execute();
}

function toRow(world: World, raw: RawEvidence) {
  return {
    provider_id: raw.providerId,
    evidence_id: newId(world),
    channel_id: raw.channelId,
    intent_id: raw.intentId,
    source: raw.source,
    natural_key: raw.naturalKey,
    body_hash: bodyHash(raw),
    body: withoutNul(raw.body),
    remote_address: raw.remoteAddress,
    received_at_ms: world.clock.wall().atMs,
    state: raw.unmatchedReason === null ? ("new" as const) : ("stray" as const),
    outcome: raw.unmatchedReason,
  };
}
