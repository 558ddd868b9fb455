/** A person has looked at something on the review list. Each cause says for itself how it leaves the list; nothing is thrown away. */
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";

/** What can be looked at and needs no deed of its own: money in suspense gets an owner, and a refund is settled. */
export const lookedAtKinds = ["payment", "frozen", "stray", "surprise", "claim"] as const;
export type LookedAtKind = (typeof lookedAtKinds)[number];

/** @returns false: there is no such thing on the list */
export async function lookAt(
  world: World,
  tx: Tx,
  providerId: string,
  { kind, id }: { readonly kind: LookedAtKind; readonly id: string },
): Promise<boolean> {
  const nowMs = world.clock.wall().atMs;
  const { numAffectedRows = 0n } = await changes[kind](providerId, id, nowMs).execute(tx);
  return numAffectedRows > 0n;
}

const changes = {
  payment: (
    provider: string,
    id: string,
    nowMs: number,
  ) => sql`update intents set review = null, changed_at_ms = ${nowMs}
    where provider_id = ${provider} and intent_id = ${id} and review is not null`,
  // What stands in the books is taken as right: money without an owner, like any other. A statement still shows the difference.
  frozen: (
    provider: string,
    id: string,
  ) => sql`update receipts set state = 'suspense', note = 'two sources name two amounts'
    where provider_id = ${provider} and receipt = ${id} and state = 'frozen' and suspense_cents > 0`,
  stray: (provider: string, id: string, nowMs: number) => sql`update evidence set seen_at_ms = ${nowMs}
    where provider_id = ${provider} and evidence_id = ${id} and state = 'stray' and seen_at_ms is null`,
  // The same once more is new again.
  surprise: (provider: string, id: string, nowMs: number) => sql`update surprises set seen_at_ms = ${nowMs}
    where provider_id = ${provider} and source || '/' || what = ${id} and seen_at_ms is null`,
  // The claim itself stays open: it is settled all the same when its money comes.
  claim: (provider: string, id: string, nowMs: number) => sql`update payment_claims set seen_at_ms = ${nowMs}
    where provider_id = ${provider} and claim_id = ${id} and state in ('open', 'asked') and seen_at_ms is null`,
} as const;
