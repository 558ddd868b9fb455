/** Back-ups in the database: ordered, taken by a process, ended; their files sealed; what is too old goes. */

import { newId } from "@karibu/protocol/identifiers";
import type { BackUpPart } from "@karibu/protocol/rpc/router/router-back-ups";
import { cutText, storableText } from "@karibu/protocol/whole-text";
import type { World } from "@karibu/protocol/world";
import { type RawBuilder, type Selectable, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { hasComeSql } from "../../ground/db/hub-clock.ts";
import { json } from "../../ground/db/json.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { Emit } from "../../ground/events/emit.ts";
import { notFound, type Problem, refusal } from "../../ground/http/problem.ts";
import { type QuotaCount, refuseBeyond } from "../../ground/quotas/quotas.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { isLinked } from "../link/site-links.ts";
import type { Place } from "../routers/read-router.ts";
import type { backUpCauses } from "./back-up-states.ts";
import type { Fetched } from "./fetch-back-up.ts";
import { openFile, sealFile } from "./seal-file.ts";
import type { Cause } from "./who-changed.ts";

export interface BackUpParts {
  readonly world: World;
  readonly envelope: Envelope;
  readonly emit: Emit;
}

export type BackUpRow = Selectable<Schema["router_back_ups"]>;

export const backUpsChannel = "router_back_ups";
/** How long an order waits for a site that is away. */
const waitsMsMax = {
  person: 3_600_000,
  schedule: 86_400_000,
  "before-restore": 600_000,
  "before-upgrade": 3_600_000,
  "after-restore": 3_600_000,
} as const;
/** Nothing else waits for these. */
const mayWait: readonly (typeof backUpCauses)[number][] = ["person", "schedule"];
const keptUsual = 20;
const earlierMax = 20;
export const heldMs = 60_000;
/** Who finds out that a restore was wrong can go back for so long. */
const wayBackMs = 30 * 86_400_000;

export const backUpBytesQuota: QuotaCount = {
  kind: "router-back-up-bytes",
  used: async (tx, providerId) => {
    const { rows } = await sql<{ used: number }>`select coalesce(sum(binary_bytes + export_bytes), 0)::bigint as used
      from router_back_ups where provider_id = ${providerId} and state = 'done'`.execute(tx);
    return Number(rows[0]?.used ?? 0);
  },
};

/** The id of the back-up; one that waits already, for the same site, is that one, and as urgent from now on. */
export async function orderBackUp(
  { world, emit }: Pick<BackUpParts, "world" | "emit">,
  tx: Tx,
  { providerId, siteId }: Place,
  of: {
    readonly cause: (typeof backUpCauses)[number];
    readonly by: { readonly userId: string; readonly name: string } | null;
    /** Absent: as the cause says. */
    readonly waitsMs?: number;
  },
): Promise<string> {
  const nowMs = world.clock.wall().atMs;
  const open = await tx
    .selectFrom("router_back_ups")
    .select("backUpId")
    .where("siteId", "=", siteId)
    .where("state", "=", "waiting")
    .executeTakeFirst();
  if (open !== undefined) {
    if (!mayWait.includes(of.cause))
      await tx
        .updateTable("router_back_ups")
        .set({ cause: of.cause })
        .where("backUpId", "=", open.backUpId)
        .where("cause", "in", mayWait)
        .execute();
    return open.backUpId;
  }
  const backUpId = newId(world);
  await tx
    .insertInto("router_back_ups")
    .values({
      providerId,
      backUpId,
      siteId,
      cause: of.cause,
      state: "waiting",
      orderedBy: of.by?.userId ?? null,
      orderedByName: of.by?.name ?? "",
      orderedAtMs: nowMs,
      expiresAtMs: nowMs + (of.waitsMs ?? waitsMsMax[of.cause]),
      nextAtMs: nowMs,
      heldBy: null,
      endedAtMs: null,
      why: null,
      board: null,
      version: null,
      serial: null,
      mark: null,
      keySealed: null,
      passwordSealed: null,
      differences: null,
    })
    .execute();
  await sql`select pg_notify(${backUpsChannel}, '')`.execute(tx);
  await emit(tx, providerId, { topic: "router", id: siteId, action: "back-up-ordered" });
  return backUpId;
}

/** Throws Problem 404. */
export async function readBackUp(tx: Tx, siteId: string, backUpId: string): Promise<BackUpRow> {
  const row = await tx
    .selectFrom("router_back_ups")
    .selectAll()
    .where("siteId", "=", siteId)
    .where("backUpId", "=", backUpId)
    .executeTakeFirst();
  if (row === undefined) throw notFound("back-up");
  return row;
}

/** The one before this that has an export; null: it is the first. */
export async function readPrevious(tx: Tx, siteId: string, backUpId: string): Promise<BackUpRow | null> {
  const row = await tx
    .selectFrom("router_back_ups")
    .selectAll()
    .where("siteId", "=", siteId)
    .where("backUpId", "<", backUpId)
    .where("state", "=", "done")
    .orderBy("backUpId", "desc")
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** What the last back-ups told of who changed something. */
export async function readEarlierCauses(tx: Tx, siteId: string): Promise<Cause[]> {
  const rows = await tx
    .selectFrom("router_back_ups")
    .select("causes")
    .where("siteId", "=", siteId)
    .where("state", "=", "done")
    .orderBy("backUpId", "desc")
    .limit(earlierMax)
    .execute();
  return rows.flatMap(({ causes }) => [...causes]);
}

const contextOf = (kind: "key" | "password", providerId: string, backUpId: string) =>
  `router-back-up/${kind}/${providerId}/${backUpId}`;
const aboutFile = (backUpId: string, part: BackUpPart) => `${backUpId}/${part}`;

/** Throws Problem 404 "not-found" where the back-up has no such file. */
export async function readFile(
  { envelope }: Pick<BackUpParts, "envelope">,
  tx: Tx,
  { providerId, backUpId, keySealed: sealed }: BackUpRow,
  part: BackUpPart,
): Promise<Buffer> {
  const file = await tx
    .selectFrom("router_back_up_files")
    .select("content")
    .where("backUpId", "=", backUpId)
    .where("part", "=", part)
    .executeTakeFirst();
  if (file === undefined || sealed === null) throw notFound("back-up");
  return openFile(
    envelope.open(sealed, contextOf("key", providerId, backUpId)),
    file.content,
    aboutFile(backUpId, part),
  );
}

/** Of the router's binary file: null where there is none. */
export function openPassword({ envelope }: Pick<BackUpParts, "envelope">, row: BackUpRow): string | null {
  const { passwordSealed: sealed, providerId, backUpId } = row;
  return sealed === null ? null : envelope.open(sealed, contextOf("password", providerId, backUpId)).toString();
}

export interface Taken extends Place {
  readonly backUpId: string;
  readonly tries: number;
  readonly orderedByName: string;
  readonly expiresAtMs: number;
}

/** Nothing is held or put off for longer. */
const aheadMsMax = 3_600_000;

/** SQL: has this time of a back-up or a restore come? */
export const hasCome = (column: string, nowMs: number): RawBuilder<boolean> => hasComeSql(column, aheadMsMax, nowMs);

const isReady = (nowMs: number) => sql`b.state in ('waiting', 'making') and ${hasCome("b.nextAtMs", nowMs)}
  and ${hasCome("b.heldUntilMs", nowMs)} and b.expires_at_ms > ${nowMs}::bigint`;
const isLate = (nowMs: number) => sql`state in ('waiting', 'making') and expires_at_ms <= ${nowMs}::bigint
  and ${hasCome("heldUntilMs", nowMs)}`;

/** Are there any that this process would take, or that are late? */
export const backUpsWait = (processId: string, nowMs: number): RawBuilder<boolean> => sql<boolean>`(
  exists (select from router_back_ups b where ${isReady(nowMs)} and ${isLinked("b", processId)})
  or exists (select from router_back_ups where ${isLate(nowMs)}))`;

/**
 * Back-ups that are due, whose site has its link in this process; one of a site. In turn of the providers, so that who has thousands of sites keeps
 * nobody waiting; of each first what something else waits for.
 */
export async function takeBackUps(tx: Tx, processId: string, nowMs: number, max: number): Promise<Taken[]> {
  const { rows } = await sql<Taken>`
    update router_back_ups n set held_by = ${processId}, held_until_ms = ${nowMs + heldMs}::bigint, state = 'making', tries = n.tries + 1
    from (
      select ready.provider_id, ready.back_up_id from (
        select distinct on (b.provider_id, b.site_id) b.provider_id, b.back_up_id, b.expires_at_ms,
          b.cause = any (${mayWait}::text[]) as may_wait
        from router_back_ups b where ${isReady(nowMs)} and ${isLinked("b", processId)}
        order by b.provider_id, b.site_id, b.back_up_id) ready
      left join (select provider_id, count(*) as running from router_back_ups
        where state = 'making' and held_until_ms > ${nowMs}::bigint group by provider_id) busy on busy.provider_id = ready.provider_id
      order by coalesce(busy.running, 0) + row_number() over (partition by ready.provider_id
        order by ready.may_wait, ready.expires_at_ms, ready.back_up_id), ready.may_wait, ready.expires_at_ms, ready.back_up_id
      limit ${max}
    ) due
    where n.provider_id = due.provider_id and n.back_up_id = due.back_up_id and ${hasCome("n.heldUntilMs", nowMs)}
    returning n.provider_id, n.site_id, n.back_up_id, n.tries,
      n.ordered_by_name, n.expires_at_ms
  `.execute(tx);
  return rows;
}

/** Those whose time is over, of all providers. */
export async function endLate(tx: Tx, nowMs: number): Promise<Place[]> {
  const { rows } = await sql<Place>`
    update router_back_ups set state = 'failed', ended_at_ms = ${nowMs}::bigint, why = 'The site was not reached in time.'
    where ${isLate(nowMs)}
    returning provider_id, site_id
  `.execute(tx);
  return rows;
}

/** One that a process makes, by its try: whoever lost it to another process meanwhile has an older one. */
type Try = Pick<Taken, "backUpId" | "tries">;

/** The same to write to. Nothing is written where another process has taken it since, or ended it. */
const openTry = (tx: Tx, { backUpId, tries }: Try) =>
  tx
    .updateTable("router_back_ups")
    .where("backUpId", "=", backUpId)
    .where("tries", "=", tries)
    .where("state", "in", ["waiting", "making"]);

export async function hold(tx: Tx, taken: Try, nowMs: number): Promise<void> {
  await openTry(tx, taken)
    .set({ heldUntilMs: nowMs + heldMs })
    .execute();
}

export async function noteProgress(tx: Tx, taken: Try, receivedBytes: number, nowMs: number): Promise<void> {
  await openTry(tx, taken)
    .set({ receivedBytes, heldUntilMs: nowMs + heldMs })
    .execute();
}

export async function putOff(tx: Tx, taken: Try, atMs: number): Promise<void> {
  await openTry(tx, taken)
    .set({ state: "waiting", heldBy: null, heldUntilMs: 0, nextAtMs: atMs, receivedBytes: 0 })
    .execute();
}

export async function failBackUp(
  { world, emit }: BackUpParts,
  tx: Tx,
  taken: Pick<Taken, "providerId" | "siteId" | "backUpId" | "tries">,
  why: string,
): Promise<void> {
  const { numUpdatedRows } = await openTry(tx, taken)
    .set({
      state: "failed",
      endedAtMs: world.clock.wall().atMs,
      heldBy: null,
      heldUntilMs: 0,
      why: shortText(why),
    })
    .executeTakeFirst();
  if (numUpdatedRows > 0n)
    await emit(tx, taken.providerId, { topic: "router", id: taken.siteId, action: "back-up-failed" });
}

/** Throws Problem "quota-reached" where the provider's room is used up. */
export async function keepBackUp(
  parts: BackUpParts,
  tx: Tx,
  taken: Pick<Taken, "providerId" | "siteId" | "backUpId" | "tries">,
  fetched: Extract<Fetched, { kind: "done" }>,
  about: { readonly password: string | null; readonly differences: number | null; readonly causes: readonly Cause[] },
): Promise<void> {
  const { world, envelope, emit } = parts;
  const { providerId, siteId, backUpId } = taken;
  const nowMs = world.clock.wall().atMs;
  const { numUpdatedRows } = await openTry(tx, taken).set({ heldBy: null, heldUntilMs: 0 }).executeTakeFirst();
  if (numUpdatedRows === 0n) return;
  const sizeOf = (part: BackUpPart) => fetched.files.get(part)?.length ?? 0;
  await prune(tx, taken, nowMs);
  await refuseBeyond(tx, { providerId, more: sizeOf("binary") + sizeOf("export"), nowMs }, backUpBytesQuota);
  const key = world.random.bytes(32);
  for (const { part, sha256 } of fetched.told) {
    const content = sealFile(world.random, key, fetched.files.get(part) ?? Buffer.alloc(0), aboutFile(backUpId, part));
    await tx.insertInto("router_back_up_files").values({ providerId, backUpId, part, sha256, content }).execute();
  }
  const { board, version, serial } = fetched.router;
  const binary = fetched.told.find(({ part }) => part === "binary");
  const seal = (kind: "key" | "password", secret: Uint8Array) =>
    envelope.seal(secret, contextOf(kind, providerId, backUpId));
  await tx
    .updateTable("router_back_ups")
    .set({
      state: "done",
      endedAtMs: nowMs,
      board: shortText(board),
      version: shortText(version),
      serial: shortText(serial),
      mark: binary?.mark ?? null,
      keySealed: seal("key", key),
      passwordSealed: about.password === null ? null : seal("password", Buffer.from(about.password)),
      binaryBytes: sizeOf("binary"),
      exportBytes: sizeOf("export"),
      receivedBytes: sizeOf("binary") + sizeOf("export"),
      differences: about.differences,
      causes: json(about.causes) as never,
      why: about.password === null ? "no-password" : null,
    })
    .where("backUpId", "=", backUpId)
    .execute();
  await emit(tx, providerId, { topic: "router", id: siteId, action: "back-up-done" });
}

/** The oldest go where there are as many as the provider keeps; those that a restore of the last month is about stay. */
async function prune(tx: Tx, { providerId, siteId }: Place, nowMs: number): Promise<void> {
  const schedule = await tx.selectFrom("router_back_up_schedules").select("kept").executeTakeFirst();
  const kept = schedule?.kept ?? keptUsual;
  await sql`delete from router_back_ups where provider_id = ${providerId} and back_up_id in (
      select back_up_id from router_back_ups where provider_id = ${providerId} and site_id = ${siteId} and state = 'done'
      order by back_up_id desc offset ${Math.max(1, kept - 1)})
    and back_up_id not in (
      select about.id from router_restores r cross join lateral (values (r.before_id), (r.back_up_id)) about (id)
      where r.provider_id = ${providerId} and r.site_id = ${siteId}
        and (r.state in ('saving', 'sent', 'restarting') or r.ordered_at_ms > ${nowMs - wayBackMs}::bigint))`.execute(
    tx,
  );
}

export const shortText = (text: string): string => storableText(cutText(text, 500));

export const noBinary = (): Problem => refusal("back-up-without-binary");
