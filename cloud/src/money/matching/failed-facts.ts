/**
 * Facts about money that could not be booked, whatever was in their way: kept with the reason, among the strays that a person
 * is shown, and judged again when their source names them again, and by the sweep.
 */

import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import { scrub } from "../../ground/log/scrub.ts";
import { bodyHash, type RawEvidence, storeEvidence } from "../evidence/store-evidence.ts";
import { routeJob } from "./route-inflow.ts";

const head = "could not be booked: ";
const whyLengthMax = 200;

/** Keeps a fact, or finds it where it waits or has failed. @returns its id, to be judged; null: it was judged before */
export async function keepFact(tx: Tx, world: World, raw: RawEvidence): Promise<string | null> {
  const stored = await storeEvidence(tx, world, raw);
  if (raw.strayBecause !== null || stored !== null) return raw.strayBecause === null ? stored : null;
  const { rows } = await sql<{ evidence_id: string }>`
    update evidence set state = 'new', outcome = null
    where provider_id = ${raw.providerId} and source = ${raw.source} and natural_key = ${raw.naturalKey}
      and body_hash = ${bodyHash(raw)} and intent_id is null and (state = 'new' or (state = 'stray' and starts_with(outcome, ${head})))
    returning evidence_id`.execute(tx);
  return rows[0]?.evidence_id ?? null;
}

export async function noteFailure(
  { emit }: { readonly emit: Emit },
  tx: Tx,
  providerId: string,
  evidenceId: string,
  why: string,
): Promise<void> {
  await sql`update evidence set state = 'stray', outcome = ${head + String(scrub(why)).slice(0, whyLengthMax)}
    where provider_id = ${providerId} and evidence_id = ${evidenceId} and state = 'new'`.execute(tx);
  await emit(tx, providerId, { topic: "payment", id: evidenceId, action: "not-booked" });
}

/** All providers' failed facts of the last hour, or of the last days, are judged once more. @returns how many */
export async function judgeFailedAgain(world: World, tx: Tx, jobs: JobQueue, forMs: number): Promise<number> {
  const { rows } = await sql<{ provider_id: string; evidence_id: string }>`
    update evidence set state = 'new', outcome = null
    where state = 'stray' and starts_with(outcome, ${head}) and intent_id is null
      and received_at_ms > ${world.clock.wall().atMs - forMs}
    returning provider_id, evidence_id`.execute(tx);
  const data = rows.map((row) => ({ providerId: row.provider_id, evidenceId: row.evidence_id }));
  await jobs.sendAll(tx, routeJob, data);
  return rows.length;
}
