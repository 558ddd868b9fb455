/**
 * Evidence about money that could not be booked. It is kept with the reason among the unmatched callbacks, where a person
 * sees it. It is processed again when its source names it again, and by the sweep.
 */
import { cutText } from "@karibu/protocol/whole-text";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import { scrub } from "../../ground/log/scrub.ts";
import { bodyHash, type EvidenceParts, type RawEvidence, storedFactName, storeEvidence } from "./evidence-rows.ts";

const head = "could not be booked: ";
const judgedHead = "could not be judged: ";
/** What the outcomes of failed evidence begin with. */
export const failedOutcomes = [head, judgedHead] as const;
/** More than the queue tries a job: the sweep sends it again until then. */
const triesMax = 10;
const whyLengthMax = 200;

/** Stores a fact, or finds it where it waits or has failed. @returns its id, to be processed; null: it was processed before */
export async function keepEvidence(tx: Tx, parts: EvidenceParts, raw: RawEvidence): Promise<string | null> {
  const stored = await storeEvidence(tx, parts, raw);
  if (raw.unmatchedReason !== null || stored !== null) return raw.unmatchedReason === null ? stored : null;
  const { rows } = await sql<{ evidenceId: string }>`
    update evidence set state = 'new', outcome = null
    where provider_id = ${raw.providerId} and source = ${raw.source} and natural_key = ${raw.naturalKey}
      and body_hash = ${bodyHash(raw)} and purchase_id is null and (state = 'new' or (state = 'unmatched' and starts_with(outcome, ${head})))
    returning evidence_id`.execute(tx);
  return rows[0]?.evidenceId ?? null;
}

/** Of these facts of one provider and source, those that are stored, by `factName`. `isDone`: nobody has to judge it any more. */
export async function factsStored(
  tx: Tx,
  { providerId, source }: Pick<RawEvidence, "providerId" | "source">,
  facts: readonly RawEvidence[],
): Promise<ReadonlyMap<string, { readonly isDone: boolean }>> {
  const { rows } = await sql<{ naturalKey: string; bodyHash: string; isDone: boolean }>`
    select natural_key, body_hash,
      purchase_id is not null or not (state = 'new' or (state = 'unmatched' and starts_with(coalesce(outcome, ''), ${head}))) as is_done
    from evidence
    join unnest(${facts.map(({ naturalKey }) => naturalKey)}::text[], ${facts.map(bodyHash)}::text[])
      as asked (natural_key, body_hash) using (natural_key, body_hash)
    where provider_id = ${providerId} and source = ${source}`.execute(tx);
  return new Map(rows.map((row) => [storedFactName(row), { isDone: row.isDone }]));
}

export async function noteFailure(
  { emit }: { readonly emit: Emit },
  tx: Tx,
  providerId: string,
  evidenceId: string,
  why: string,
): Promise<void> {
  await sql`update evidence set state = 'unmatched', outcome = ${head + cutText(String(scrub(why)), whyLengthMax)}
    where provider_id = ${providerId} and evidence_id = ${evidenceId} and state = 'new'`.execute(tx);
  await emit(tx, providerId, { topic: "payment", id: evidenceId, action: "not-booked" });
}

/** Takes failed evidence of all providers, received within `forMs`, to be processed once more. */
export async function reopenFailed(
  world: World,
  tx: Tx,
  forMs: number,
): Promise<{ readonly providerId: string; readonly evidenceId: string }[]> {
  const { rows } = await sql<{ providerId: string; evidenceId: string }>`
    update evidence set state = 'new', outcome = null
    where state = 'unmatched' and starts_with(outcome, ${head}) and purchase_id is null
      and received_at_ms > ${world.clock.wall().atMs - forMs}
    returning provider_id, evidence_id`.execute(tx);
  return rows.map((row) => ({ providerId: row.providerId, evidenceId: row.evidenceId }));
}

/**
 * Judging a purchase's new evidence failed. What can't be read at all leaves the queue at once, so that the purchase's other facts
 * are judged; the others leave it when they have failed ten times. Both are listed for a person.
 */
export async function noteJudgeFailure(
  { emit }: { readonly emit: Emit },
  tx: Tx,
  purchase: { readonly providerId: string; readonly purchaseId: string },
  failure: { readonly unreadable: readonly string[]; readonly why: string },
): Promise<void> {
  const { providerId, purchaseId } = purchase;
  const why = judgedHead + cutText(String(scrub(failure.why)), whyLengthMax);
  const { rows } = await sql<{ evidenceId: string }>`
    update evidence set tries = tries + 1,
      state = case when evidence_id = any(${failure.unreadable}::text[]) or tries + 1 >= ${triesMax} then 'unmatched' else state end,
      outcome = case when evidence_id = any(${failure.unreadable}::text[]) or tries + 1 >= ${triesMax} then ${why} else outcome end
    where provider_id = ${providerId} and purchase_id = ${purchaseId} and state in ('new', 'parked')
      and (state = 'new' or evidence_id = any(${failure.unreadable}::text[]))
    returning evidence_id`.execute(tx);
  for (const { evidenceId: id } of rows) await emit(tx, providerId, { topic: "payment", id, action: "not-booked" });
}

/** Failed, and listed: it can be tried again, or dropped. */
export const hasFailed = (outcome: string | null): boolean =>
  outcome !== null && (outcome.startsWith(head) || outcome.startsWith(judgedHead));

/** A person has it tried again, or drops it. @returns what it is about; null: there is no such failed fact */
export async function settleFailed(
  tx: Tx,
  providerId: string,
  evidenceId: string,
  how: { readonly kind: "retry" } | { readonly kind: "drop"; readonly why: string; readonly atMs: number },
): Promise<{ readonly purchaseId: string | null } | null> {
  const change =
    how.kind === "retry"
      ? sql`state = 'new', outcome = null, tries = 0`
      : sql`state = 'done', outcome = ${how.why}, seen_at_ms = ${how.atMs}`;
  const { rows } = await sql<{ purchaseId: string | null }>`update evidence set ${change}
    where provider_id = ${providerId} and evidence_id = ${evidenceId} and state = 'unmatched'
      and (starts_with(outcome, ${head}) or starts_with(outcome, ${judgedHead}))
    returning purchase_id`.execute(tx);
  return rows[0] === undefined ? null : { purchaseId: rows[0].purchaseId };
}
