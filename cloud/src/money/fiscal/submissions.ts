/**
 * Documents on their way to the tax authority. The row is written in the transaction that issues the document, so none is forgotten; a job
 * submits it, and the same again after any fault: the number makes it one document at the authority.
 */

import { cutText } from "@karibu/protocol/whole-text";
import type { World } from "@karibu/protocol/world";
import { type Selectable, sql } from "kysely";
import { z } from "zod";
import type { Database, Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { sendToOutbox } from "../../ground/jobs/outbox.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import type { Authority, FiscalDocument, FiscalOutcome, FiscalReply, TaxAdapters, ToldBy } from "./fiscal-contract.ts";
import { lookFirst, mayHaveBeenTold } from "./submissions-undecided.ts";
import { deviceName, endTurn, nextDocument, noteTyped, takeTurn } from "./tax-devices.ts";

export type SubmissionRow = Selectable<Schema["fiscal_submissions"]>;

const submitJob = "notices.fiscal-document";
const jobSchema = z.object({ providerId: z.string(), documentId: z.string() });
const textMax = 300;
const answerMax = 10_000;
/** Of those that wait, in one run. */
const atOnce = 1000;

/**
 * In the transaction that issues it.
 * @param to.dueAtMs since when a hub may have issued it; null: somebody has just asked for it
 */
export async function enqueueDocument(
  world: World,
  tx: Tx,
  to: {
    readonly providerId: string;
    readonly documentId: string;
    readonly authority: Authority;
    readonly dueAtMs: number | null;
  },
  data: FiscalDocument,
): Promise<void> {
  const nowMs = world.clock.wall().atMs;
  const { providerId, documentId, authority, dueAtMs } = to;
  const isDoubtful = dueAtMs !== null && (await mayHaveBeenTold(tx, { providerId, authority, dueAtMs }));
  await tx
    .insertInto("fiscal_submissions")
    .values({
      providerId,
      documentId,
      numberText: data.number,
      authority,
      sequence: data.sequence,
      data: json(data),
      ...(isDoubtful
        ? { state: "refused" as const, reason: lookFirst, answeredAtMs: nowMs }
        : { state: "waiting" as const }),
      madeAtMs: nowMs,
      changedAtMs: nowMs,
    })
    .execute();
  if (isDoubtful) return;
  await sendToOutbox(world)(tx, submitJob, { providerId, documentId }, { singletonKey: documentId });
}

/** Null: it is not for any authority. */
export async function findSubmission(tx: Tx, documentId: string): Promise<SubmissionRow | null> {
  const row = await tx
    .selectFrom("fiscal_submissions")
    .selectAll()
    .where("documentId", "=", documentId)
    .executeTakeFirst();
  return row ?? null;
}

export interface SubmissionParts {
  readonly world: World;
  readonly envelope: Envelope;
  readonly database: Database;
  readonly jobs: JobQueue;
  readonly taxAdapters: TaxAdapters;
}

export async function registerSubmissionJobs(parts: SubmissionParts): Promise<void> {
  await parts.jobs.work(submitJob, async (data) => {
    const { providerId, documentId } = jobSchema.parse(data);
    await submit(parts, providerId, documentId);
  });
}

/**
 * Those that still wait, of all providers whose authority has an adapter: for what was lost with a dead job. Providers take turns, and each gives
 * what was not tried for longest: a thousand that their authority never takes hold up nobody else's, and none of their own. By a device all are told in
 * turn: the first of them alone, which calls the next. @returns how many
 */
export async function submitWaiting({
  world,
  database,
  jobs,
  taxAdapters,
}: Omit<SubmissionParts, "envelope">): Promise<number> {
  const reachable = (["etims", "efris"] as const).filter((authority) => taxAdapters[authority] !== undefined);
  const byDevice = reachable.filter((authority) => taxAdapters[authority]?.openDevice !== undefined);
  if (reachable.length === 0) return 0;
  return database.asPlatform("submit-documents", async (tx) => {
    const rows = await tx
      .selectFrom("fiscal_submissions")
      .select(["providerId", "documentId"])
      .where("state", "=", "waiting")
      .where("authority", "in", reachable)
      // Who has no device hands them in by hand.
      .where(
        sql<boolean>`(not authority = any(${byDevice}::text[]) or (exists (select 1 from tax_devices d
            where d.provider_id = fiscal_submissions.provider_id and d.authority = fiscal_submissions.authority)
          and sequence = (select min(f.sequence) from fiscal_submissions f where f.provider_id = fiscal_submissions.provider_id
            and f.authority = fiscal_submissions.authority and f.state = 'waiting')))`,
      )
      .where("changedAtMs", "<", world.clock.wall().atMs - 600_000)
      .orderBy(sql`row_number() over (partition by provider_id order by changed_at_ms, sequence)`)
      .orderBy("changedAtMs")
      .limit(atOnce)
      .execute();
    for (const { providerId, documentId } of rows)
      await jobs.send(tx, submitJob, { providerId, documentId }, { singletonKey: documentId });
    return rows.length;
  });
}

/** Throws where it has to be tried again: the queue does so later. */
async function submit(parts: SubmissionParts, providerId: string, documentId: string) {
  const { database, taxAdapters } = parts;
  const found = await database.asProvider(providerId, async (tx) => {
    const row = await findSubmission(tx, documentId);
    const adapter = row === null ? undefined : taxAdapters[row.authority];
    if (row?.state !== "waiting" || adapter === undefined) return null;
    if (adapter.openDevice === undefined) return { row, adapter, turn: null };
    return { row, adapter, turn: await takeTurn(parts, tx, row) };
  });
  if (found === null || found.turn?.kind === "waits") return;
  const { row, adapter, turn } = found;
  const told = turn?.kind === "told-by" ? turn.told : null;
  const outcome: FiscalOutcome =
    turn?.kind === "refused"
      ? turn
      : await adapter
          .submit(row.data, told)
          .catch((error: Error): FiscalOutcome => ({ kind: "later", why: error.message }));
  await database.asProvider(providerId, (tx) => note(parts, tx, { row, told, isInTurn: turn !== null }, outcome));
  if (outcome.kind === "later") throw new Error(`the tax adapter says later: ${outcome.why}`);
}

/** Only while it waits, and is this device's to tell: what was accepted stays, whoever answers afterwards. */
async function note(
  { world, jobs }: SubmissionParts,
  tx: Tx,
  { row, told, isInTurn }: { readonly row: SubmissionRow; readonly told: ToldBy | null; readonly isInTurn: boolean },
  outcome: FiscalOutcome,
): Promise<void> {
  const nowMs = world.clock.wall().atMs;
  const change =
    outcome.kind === "accepted"
      ? { state: "accepted" as const, ...replyColumns(outcome.reply), reason: null, answeredAtMs: nowMs }
      : outcome.kind === "refused"
        ? { state: "refused" as const, reason: cutText(outcome.reason, textMax), answeredAtMs: nowMs }
        : { reason: cutText(outcome.why, textMax) };
  const { answer } = outcome;
  await tx
    .updateTable("fiscal_submissions")
    .set((column) => ({
      ...change,
      ...(answer === undefined ? {} : { answer: cutText(answer, answerMax) }),
      tries: column.eb("tries", "+", 1),
      changedAtMs: nowMs,
    }))
    .where("documentId", "=", row.documentId)
    .where("state", "=", "waiting")
    .$if(told !== null, (is) => is.where("toldBy", "=", told === null ? "" : deviceName(told.device)))
    .execute();
  if (told !== null) await endTurn(tx, row, told, outcome);
  if (isInTurn && outcome.kind !== "later") await wakeNext(jobs, tx, row);
}

/** Where documents are told in turn: the one whose turn it is. */
export async function wakeNext(
  jobs: JobQueue,
  tx: Tx,
  row: Pick<SubmissionRow, "providerId" | "authority">,
): Promise<void> {
  const { providerId } = row;
  const next = await nextDocument(tx, row);
  if (next !== undefined) await jobs.send(tx, submitJob, { providerId, documentId: next.documentId });
}

const replyColumns = ({ controlUnit, fiscalNumber, signature, qrText }: FiscalReply) => ({
  controlUnit: controlUnit === null ? null : cutText(controlUnit, textMax),
  fiscalNumber: cutText(fiscalNumber, textMax),
  signature: signature === null ? null : cutText(signature, textMax),
  qrText: cutText(qrText, textMax),
});

/** A person typed what the authority's own portal showed. Throws Problems. */
export async function typeReply(
  world: World,
  tx: Tx,
  documentId: string,
  { reply, who }: { readonly reply: FiscalReply; readonly who: string },
): Promise<void> {
  const row = await lockedSubmission(tx, documentId);
  if (row.state === "accepted") throw refusal("fiscal-accepted");
  const nowMs = world.clock.wall().atMs;
  await noteTyped(tx, row);
  const change = { state: "accepted" as const, ...replyColumns(reply), typedBy: who, reason: null };
  await tx
    .updateTable("fiscal_submissions")
    .set({ ...change, answeredAtMs: nowMs, changedAtMs: nowMs })
    .where("documentId", "=", documentId)
    .execute();
}

/**
 * What was refused, or waits, is submitted again as it is.
 * @param notInPortal a person looked: what was refused is not what the authority has under its number, so that it is told under a new one
 */
export async function submitAgain(
  parts: Pick<SubmissionParts, "world" | "jobs">,
  tx: Tx,
  documentId: string,
  { notInPortal }: { readonly notInPortal: boolean },
): Promise<void> {
  const row = await lockedSubmission(tx, documentId);
  if (row.state === "accepted") throw refusal("fiscal-accepted");
  // One that waits may be on its way under its number now.
  const isFreed = notInPortal && row.state === "refused";
  await tx
    .updateTable("fiscal_submissions")
    .set({
      state: "waiting",
      changedAtMs: parts.world.clock.wall().atMs,
      ...(isFreed ? { toldNumber: null, toldBy: null } : {}),
    })
    .where("documentId", "=", documentId)
    .execute();
  const { providerId } = row;
  await parts.jobs.send(tx, submitJob, { providerId, documentId }, { singletonKey: documentId });
}

async function lockedSubmission(tx: Tx, documentId: string): Promise<SubmissionRow> {
  const row = await tx
    .selectFrom("fiscal_submissions")
    .selectAll()
    .where("documentId", "=", documentId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw notFound("submission");
  return row;
}
