import { createHash } from "node:crypto";
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { Selectable } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { EvidenceTables } from "./tables.ts";

export type EvidenceRow = Selectable<EvidenceTables["evidence"]>;

export interface RawEvidence {
  readonly providerId: string;
  readonly channelId: string;
  /** null: nobody knows which purchase it speaks of; kept as a stray. */
  readonly intentId: string | null;
  readonly source: string;
  /** What makes two facts of a source the same one, together with the body. */
  readonly naturalKey: string;
  readonly body: string;
  readonly remoteAddress: string | null;
  /** Why nobody will judge it; null for evidence that will be. */
  readonly strayBecause: string | null;
}

/** Keeps a raw fact. @returns its id; null when exactly this one is kept already: then nothing has to be done */
export async function storeEvidence(tx: Tx, world: World, raw: RawEvidence): Promise<string | null> {
  const row = toRow(world, raw);
  const stored = await tx
    .insertInto("evidence")
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return stored.numInsertedOrUpdatedRows === 1n ? row.evidence_id : null;
}

/** Keeps several in one statement. @returns those that are new; of two that are the same, one */
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

/** What became of it, in a few words for people: in the transaction that judged it. */
export async function settleEvidence(
  tx: Tx,
  row: Pick<EvidenceRow, "provider_id" | "evidence_id">,
  state: EvidenceRow["state"],
  outcome: string,
): Promise<void> {
  await tx
    .updateTable("evidence")
    .set({ state, outcome })
    .where("provider_id", "=", row.provider_id)
    .where("evidence_id", "=", row.evidence_id)
    .execute();
}

/** SHA-256, hex. */
export const bodyHash = ({ body }: Pick<RawEvidence, "body">): string =>
  createHash("sha256").update(body).digest("hex");

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
    state: raw.strayBecause === null ? ("new" as const) : ("stray" as const),
    outcome: raw.strayBecause,
  };
}

/** The one character that PostgreSQL's text can't hold. */
export function withoutNul(text: string): string {
  return text.replaceAll("\0", "\uFFFD");
}
