/**
 * Stores journal frames of one provider's sites: each (site, epoch, seq) once, projected in the same
 * transaction. Works on all frames as sets, so that a busy provider costs a few statements, not a few per record.
 */
import { sql } from "kysely";
import type { JournalProjector, PlacedRecord } from "../../ground/agents/journal-projector.ts";
import type { Tx } from "../../ground/db/database.ts";
import { recordset } from "../../ground/db/recordset.ts";
import { blankedRecord } from "./blanked-record.ts";
import { insertRecords, type Placed } from "./insert-records.ts";
import { type IntakePlan, planIntake } from "./intake-policy.ts";
import { projectRecords } from "./project-records.ts";

export interface IntakeFrame {
  readonly siteId: string;
  readonly epoch: string;
  readonly records: readonly Record<string, unknown>[];
  readonly lostBefore?: boolean | undefined;
  /** As it came by the link, for the provider's quota; left out: it came another way. */
  readonly bytes?: number | undefined;
}

/**
 * `ack`: everything up to `seq` is committed (once the transaction is). Otherwise the link closes. `slowed`: the provider's journal is
 * beyond its quota of the day, so the site waits for this ack.
 */
export type IntakeOutcome =
  | { readonly kind: "ack"; readonly seq: number; readonly slowed?: true }
  | { readonly kind: "out-of-step"; readonly message: string }
  | { readonly kind: "refuse"; readonly field: string; readonly message: string };

export interface IntakeResult {
  /** In the order of the frames. */
  readonly outcomes: IntakeOutcome[];
  /** Sites with session changes, alarms and so on: consoles should read them again. */
  readonly changed: {
    readonly siteId: string;
    readonly topics: ReadonlySet<"session" | "grant" | "voucher" | "alarm" | "router" | "site">;
  }[];
}

/** What else new records cause, in the transaction that stores them. */
export interface IntakeEffects {
  readonly projectors: readonly JournalProjector[];
  /** After the projectors: the link notes facts about each site. This includes records that could not be read. */
  noteSites(tx: Tx, providerId: string, entries: readonly Placed[], receivedAtMs: number): Promise<void>;
}

interface EpochState {
  lastSeq: number;
  forked: boolean;
}

const nameOf = (frame: { siteId: string; epoch: string }) => `${frame.siteId}\n${frame.epoch}`;

export async function takeFrames(
  tx: Tx,
  providerId: string,
  frames: readonly IntakeFrame[],
  receivedAtMs: number,
  effects: IntakeEffects,
): Promise<IntakeResult> {
  await lockSites(tx, providerId, frames);
  const states = await lockEpochs(tx, providerId, frames, receivedAtMs);
  const outcomes: IntakeOutcome[] = [];
  const fresh: Placed[] = [];
  const repeated: Placed[] = [];
  const gaps: { siteId: string; epoch: string; fromSeq: number; toSeq: number }[] = [];
  for (const frame of frames) {
    const state = states.get(nameOf(frame));
    if (state === undefined) {
      outcomes.push({ kind: "out-of-step", message: "this site has begun too many epochs today" });
      continue;
    }
    const plan = planIntake(frame, state.lastSeq);
    const place = { siteId: frame.siteId, epoch: frame.epoch };
    if (plan.kind === "take" && !state.forked) {
      for (const entry of plan.fresh) fresh.push({ ...entry, ...place });
      for (const entry of plan.repeated) repeated.push({ ...entry, ...place });
      if (plan.gap !== null) gaps.push({ ...place, ...plan.gap });
      state.lastSeq = plan.lastSeq;
    }
    outcomes.push(outcomeOf(plan, state));
  }
  const forks = await markForks(tx, providerId, repeated, fresh);
  for (const [index, frame] of frames.entries())
    if (forks.has(nameOf(frame))) outcomes[index] = { kind: "out-of-step", message: "two records under one number" };
  const kept = fresh.filter((entry) => !forks.has(nameOf(entry)));
  await insertRecords(tx, providerId, kept, receivedAtMs);
  await insertGaps(
    tx,
    providerId,
    gaps.filter((gap) => !forks.has(nameOf(gap))),
    receivedAtMs,
  );
  await advanceEpochs(tx, providerId, kept);
  const records = kept.flatMap(({ siteId, epoch, record }): PlacedRecord[] =>
    record ? [{ siteId, epoch, record }] : [],
  );
  await projectRecords(tx, effects.projectors, providerId, records, receivedAtMs);
  await effects.noteSites(tx, providerId, kept, receivedAtMs);
  return { outcomes, changed: changesOf(kept) };
}

function outcomeOf(plan: IntakePlan, state: EpochState): IntakeOutcome {
  if (state.forked) return { kind: "out-of-step", message: "this epoch has forked" };
  if (plan.kind === "refuse") return plan;
  if (plan.kind === "gap")
    return { kind: "out-of-step", message: `expected record ${plan.expectedSeq}, found ${plan.foundSeq}` };
  return { kind: "ack", seq: plan.lastSeq };
}

/** Of a provider, so that a batch of a thousand sites needs no more locks: the server has room for some thousands in all. A power of two. */
const siteGroups = 64;
/** A batch of no more sites locks each by itself, so that two processes with other sites of the provider don't wait for each other. */
const fewSites = 32;

/**
 * A site's records come one batch at a time, whichever epoch they are of: a site that was copied has two, at two processes. What projectors compare
 * with what the hub has of a session, to count what is new, is then what the batch before left. Taken once a batch, before all else and in one order: the
 * groups of its sites, which few sites share with others and many have for themselves, and then the few sites.
 */
async function lockSites(tx: Tx, providerId: string, frames: readonly IntakeFrame[]): Promise<void> {
  const siteIds = [...new Set(frames.map(({ siteId }) => siteId))];
  const sites = sql`jsonb_array_elements_text(${JSON.stringify(siteIds)}::jsonb) site`;
  const areFew = siteIds.length <= fewSites;
  await sql`
    select ${areFew ? sql`pg_advisory_xact_lock_shared(key)` : sql`pg_advisory_xact_lock(key)`} from (
      select distinct hashtextextended('journal/' || ${providerId}::text, hashtext(site) & ${siteGroups - 1}) as key from ${sites} order by key) ordered
  `.execute(tx);
  if (areFew)
    await sql`
      select pg_advisory_xact_lock(key) from (
        select distinct hashtextextended('journal-of/' || ${providerId}::text || '/' || site, 0) as key from ${sites} order by key) ordered
    `.execute(tx);
}

/**
 * A site begins an epoch where its state starts afresh: a few in its life, or one a start where its folder is lost each time. What a stolen one makes up
 * would stay for ever, and each handshake reads all of its site.
 */
export const epochsPerDayMax = 1000;

const dayMs = 86_400_000;

/** Locked in one order, so that two processes with the same sites wait for each other and don't deadlock. A new one too many has no state. */
async function lockEpochs(
  tx: Tx,
  providerId: string,
  frames: readonly IntakeFrame[],
  nowMs: number,
): Promise<Map<string, EpochState>> {
  const places = new Map(frames.map(({ siteId, epoch }) => [nameOf({ siteId, epoch }), { siteId, epoch }]));
  const list = JSON.stringify([...places.values()]);
  await sql`
    insert into journal_epochs (provider_id, site_id, epoch, begun_at_ms)
    select ${providerId}::text, n."siteId", n.epoch, ${nowMs}::bigint
    from (
      select f."siteId", f.epoch, row_number() over (partition by f."siteId" order by f.epoch) as place
      from jsonb_to_recordset(${list}::jsonb) as f("siteId" text, epoch text)
      where not exists (
        select from journal_epochs e where e.provider_id = ${providerId} and e.site_id = f."siteId" and e.epoch = f.epoch)
    ) n
    where n.place + (
      select count(*) from journal_epochs e
      where e.provider_id = ${providerId} and e.site_id = n."siteId" and e.begun_at_ms > ${nowMs - dayMs}::bigint
    ) <= ${epochsPerDayMax}::bigint
    order by 2, 3
    on conflict do nothing
  `.execute(tx);
  const { rows } = await sql<{ siteId: string; epoch: string; lastSeq: number; forked: boolean }>`
    select e.site_id, e.epoch, e.last_seq, e.forked from journal_epochs e
    where e.provider_id = ${providerId} and (e.site_id, e.epoch) in (
      select f."siteId", f.epoch from jsonb_to_recordset(${list}::jsonb) as f("siteId" text, epoch text))
    order by e.site_id, e.epoch for update of e
  `.execute(tx);
  return new Map(
    rows.map((row) => [nameOf({ siteId: row.siteId, epoch: row.epoch }), { lastSeq: row.lastSeq, forked: row.forked }]),
  );
}

/** A number seen again must be the same record. Returns the epochs where it is not, and marks them: nothing of them is stored. */
async function markForks(
  tx: Tx,
  providerId: string,
  repeated: readonly Placed[],
  fresh: readonly Placed[],
): Promise<Set<string>> {
  if (repeated.length === 0) return new Set();
  // A frame of the same batch may repeat one that is not inserted yet: those are compared here.
  const pending = new Map(fresh.map((entry) => [`${nameOf(entry)}\n${entry.seq}`, JSON.stringify(entry.raw)]));
  const forked = new Map<string, Placed>();
  const stored: Placed[] = [];
  for (const entry of repeated) {
    const twin = pending.get(`${nameOf(entry)}\n${entry.seq}`);
    if (twin === undefined) stored.push(entry);
    else if (twin !== JSON.stringify(entry.raw)) forked.set(nameOf(entry), entry);
  }
  const list = JSON.stringify(stored.map(({ siteId, epoch, seq, raw }) => ({ siteId, epoch, seq, raw })));
  const { rows } = await sql<{ siteId: string; epoch: string }>`
    with f as (
      select "siteId", epoch, seq, raw from jsonb_to_recordset(${list}::jsonb) as f("siteId" text, epoch text, seq bigint, raw jsonb)
    )
    select j.site_id, j.epoch from journal_records j
    join f on j.site_id = f."siteId" and j.epoch = f.epoch and j.seq = f.seq
    -- An erasure blanks the hub's copy alone (\`personal-data.ts\`); a device that lost its slot it may leave.
    where j.provider_id = ${providerId} and j.raw not in (f.raw, ${sql.raw(["true", "false"].map((isElses) => blankedRecord("f.raw ->> 'kind'", "f.raw", () => isElses)).join(", "))})
    union
    select j.site_id, j.epoch from passing_records j
    join f on j.site_id = f."siteId" and j.epoch = f.epoch and j.seq = f.seq
    where j.provider_id = ${providerId} and j.raw <> f.raw
  `.execute(tx);
  const places = [
    ...rows.map((row) => ({ siteId: row.siteId, epoch: row.epoch })),
    ...[...forked.values()].map(({ siteId, epoch }) => ({ siteId, epoch })),
  ];
  for (const { siteId, epoch } of places) await markForked(tx, { providerId, siteId }, epoch);
  return new Set(places.map(nameOf));
}

/** From now on the hub stores no record of this epoch. */
export async function markForked(
  tx: Tx,
  { providerId, siteId }: { readonly providerId: string; readonly siteId: string },
  epoch: string,
): Promise<void> {
  await tx
    .updateTable("journal_epochs")
    .set({ forked: true })
    .where("providerId", "=", providerId)
    .where("siteId", "=", siteId)
    .where("epoch", "=", epoch)
    .execute();
}

async function insertGaps(
  tx: Tx,
  providerId: string,
  gaps: readonly { siteId: string; epoch: string; fromSeq: number; toSeq: number }[],
  nowMs: number,
): Promise<void> {
  if (gaps.length === 0) return;
  const rows = gaps.map(({ siteId, epoch, fromSeq, toSeq }) => ({
    providerId,
    siteId,
    epoch,
    fromSeq,
    toSeq,
    noticedAtMs: nowMs,
  }));
  await tx
    .insertInto("journal_gaps")
    .values(rows)
    .onConflict((on) => on.doNothing())
    .execute();
}

async function advanceEpochs(tx: Tx, providerId: string, entries: readonly Placed[]): Promise<void> {
  if (entries.length === 0) return;
  const reached = new Map<string, { siteId: string; epoch: string; seq: number }>();
  // In the order of their numbers, so that the last one counts.
  for (const { siteId, epoch, seq } of entries) reached.set(nameOf({ siteId, epoch }), { siteId, epoch, seq });
  await sql`
    update journal_epochs e set last_seq = greatest(e.last_seq, f.seq)
    from ${recordset("f", [...reached.values()], { siteId: "text", epoch: "text", seq: "bigint" })}
    where e.provider_id = ${providerId} and e.site_id = f."siteId" and e.epoch = f.epoch
  `.execute(tx);
}

const topicOf = {
  "agent-started": "site",
  "clock-corrected": "site",
  "grant-started": "grant",
  "start-refused": null,
  "lease-released": "grant",
  "cash-sale": "grant",
  "outage-credited": "grant",
  "memory-lost": "site",
  recalled: "site",
  "guesser-locked": null,
  "log-in-refused": "session",
  "router-log-in": "router",
  "router-figures": "site",
  "router-health": "router",
  "access-points": "router",
  "device-bound": null,
  "device-unbound": null,
  "grant-guarded": "grant",
  "token-spent": null,
  "session-started": "session",
  "session-used": "session",
  "session-stopped": "session",
  alarm: "alarm",
} as const;

function changesOf(entries: readonly Placed[]): IntakeResult["changed"] {
  const bySite = new Map<string, Set<"session" | "grant" | "voucher" | "alarm" | "router" | "site">>();
  for (const { siteId, record } of entries) {
    const topics = bySite.get(siteId) ?? new Set();
    const topic = record === null ? "site" : topicOf[record.kind];
    if (topic !== null) topics.add(topic);
    if (record?.kind === "grant-started" && record.voucher !== null) topics.add("voucher");
    bySite.set(siteId, topics);
  }
  return [...bySite].map(([siteId, topics]) => ({ siteId, topics }));
}
