/** The hub's own back-ups over HTTP, for platform admins: how they stand, each of them, a new one, and the sealed file. */
import { pipeline } from "node:stream/promises";
import { keySchema } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { platformProviderId, viaOf } from "../../ground/http/actor.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { rawRoute, route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { writeAudit } from "../../identity/audit/audit.ts";
import { type BackUps, factsOf, noStore } from "./back-ups.ts";
import { newestRuns, type RunRow } from "./backup-rows.ts";
import { askedKept } from "./choose-kept.ts";
import { runStates } from "./run-states.ts";
import { isOfFuture, isWorking, judgeDue, nextHourMs, shownState, silentMsMax } from "./schedule-policy.ts";

const backupStates = [...runStates, "interrupted", "removed"] as const;

export const backupView = z.object({
  backupId: z.string(),
  state: z.enum(backupStates),
  /** Null: the schedule asked for it. */
  askedBy: z.string().nullable(),
  askedAtMs: z.number().int(),
  /** What it is called in the store; null: it has not come so far. */
  name: z.string().nullable(),
  place: z.string().nullable(),
  /** The instant that it holds. */
  atMs: z.number().int().nullable(),
  bytes: z.number().int().nullable(),
  rows: z.number().int().nullable(),
  storedAtMs: z.number().int().nullable(),
  provedAtMs: z.number().int().nullable(),
  /** Of the step that runs; `totalBytes` null: how much there is to do is not known. */
  doneBytes: z.number().int(),
  totalBytes: z.number().int().nullable(),
  /** Code of what went wrong, and the words of it in English. */
  problem: z.string().nullable(),
  problemText: z.string().nullable(),
});

export const backupStandingView = z.object({
  /** Null: no store is set, and the hub takes no back-ups by itself. */
  store: z.object({ kind: z.enum(["folder", "bucket"]), place: z.string() }).nullable(),
  /** The hour of the day in UTC. */
  hour: z.number().int().nullable(),
  /** `asked`: so many of those that people asked for, besides. */
  kept: z
    .object({
      days: z.number().int(),
      weeks: z.number().int(),
      months: z.number().int(),
      asked: z.number().int(),
    })
    .nullable(),
  nextAtMs: z.number().int().nullable(),
  underWay: backupView.nullable(),
  newest: backupView.nullable(),
  /** The newest one of all that ended, where it failed, is damaged or gone: `newest` is an earlier one then, or the same. */
  newestFailed: backupView.nullable(),
  newestProved: backupView.nullable(),
  provedAgeMs: z.number().int().nullable(),
  provedMsMax: z.number().int().nullable(),
  /** The newest proved one is older than it may be, or there is none although there was time. */
  isLate: z.boolean(),
});

const list = listOf({
  sort: {
    asked: { by: sql.ref("askedAtMs"), kind: "number" },
    size: { by: sql`coalesce(bytes, 0)`, kind: "number" },
  },
  default: "-asked",
  tie: [sql.ref("backupId")],
  search: [sql.ref("name"), sql.ref("problem"), sql.ref("problemText")],
});

const base = "/api/v1/platform/backups";
const params = z.object({ backupId: keySchema });
const rowsToJudge = 60;

/** @param backUps null: no store is set */
export function storedBackupRoutes(world: World, backUps: BackUps | null) {
  const nowMs = () => world.clock.wall().atMs;
  const read = async (tx: Tx, backupId: string): Promise<RunRow> => {
    const row = await tx.selectFrom("backup_runs").selectAll().where("backupId", "=", backupId).executeTakeFirst();
    if (row === undefined) throw notFound("backup");
    return row;
  };
  return [
    route({
      method: "GET",
      path: base,
      summary: "The hub's own back-ups, each try with what became of it (platform admin)",
      permission: "platform.read",
      as: "platform",
      query: list.query,
      response: pageOf(backupView),
      handle: ({ query, transact }) =>
        transact((tx) => list.page(tx.selectFrom("backup_runs").selectAll(), query, (row) => viewOf(row, nowMs()))),
    }),
    route({
      method: "GET",
      path: `${base}/standing`,
      summary:
        "How the hub's back-ups stand: the store, the last one, the last proved one, the next one (platform admin)",
      permission: "platform.read",
      as: "platform",
      response: backupStandingView,
      handle: ({ transact }) => transact((tx) => readStanding(tx, backUps, nowMs())),
    }),
    route({
      method: "POST",
      path: base,
      summary: "Take a back-up now; it is proved when it is stored (platform admin)",
      permission: "backups.manage",
      as: "platform",
      body: null,
      status: 202,
      response: backupView,
      handle: ({ actor, transact, auditTarget }) =>
        transact(async (tx) => {
          if (backUps === null) throw noStore();
          const backupId = await backUps.ask(tx, actor.userId);
          auditTarget(backupId);
          return viewOf(await read(tx, backupId), nowMs());
        }),
    }),
    route({
      method: "GET",
      path: `${base}/{backupId}`,
      summary: "One back-up (platform admin)",
      permission: "platform.read",
      as: "platform",
      params,
      response: backupView,
      volatile: ["doneBytes", "totalBytes", "state"],
      handle: ({ params: { backupId }, transact }) => transact(async (tx) => viewOf(await read(tx, backupId), nowMs())),
    }),
    route({
      method: "POST",
      path: `${base}/{backupId}/prove`,
      summary: "Fetch a stored back-up back and prove it, so that it can be restored from the page (platform admin)",
      permission: "backups.manage",
      as: "platform",
      params,
      body: null,
      status: 202,
      response: backupView,
      handle: ({ params: { backupId }, transact, auditTarget }) =>
        transact(async (tx) => {
          if (backUps === null) throw noStore();
          await backUps.askProof(tx, backupId);
          auditTarget(backupId);
          return viewOf(await read(tx, backupId), nowMs());
        }),
    }),
    rawRoute({
      method: "GET",
      path: `${base}/{backupId}/file`,
      summary:
        "The sealed file of a back-up, for `karibu restore`; only the hub's master key opens it (platform admin)",
      permission: "backups.download",
      freshFactor: true,
      as: "platform",
      params,
      produces: "application/octet-stream",
      respond: async ({ actor, requestId, params: { backupId }, transact }, _request, response) => {
        const row = await transact(async (tx) => {
          const found = await read(tx, backupId);
          const isThere = found.name !== null && found.storedAtMs !== null && found.removedAtMs === null;
          if (!isThere || found.state === "missing") throw notFound("backup");
          const entry = { providerId: platformProviderId, userId: actor.userId, target: backupId, requestId };
          await writeAudit(world, tx, { ...entry, via: viaOf(actor), action: "backup-downloaded", detail: {} });
          return found;
        });
        if (backUps === null) throw noStore();
        const name = row.name as string;
        const file = await backUps.plan.store.get(name).catch(() => {
          throw refusal("backup-store-away", { retryAfterSeconds: 60 });
        });
        if (file === null) throw notFound("backup");
        response.setHeader("Content-Type", "application/octet-stream");
        response.setHeader("Content-Disposition", `attachment; filename="${name}"`);
        if (row.bytes !== null) response.setHeader("Content-Length", row.bytes);
        await pipeline(file, response).catch(() => response.destroy()); // the client left, or the store did
      },
    }),
  ];
}

async function readStanding(
  tx: Tx,
  backUps: BackUps | null,
  nowMs: number,
): Promise<z.input<typeof backupStandingView>> {
  const rows = await newestRuns(tx, rowsToJudge, nowMs);
  const newestProved = await readNewestProved(tx, nowMs);
  const dated = rows.filter(({ askedAtMs }) => !isOfFuture(askedAtMs, nowMs));
  const newest = dated.find(({ storedAtMs, removedAtMs }) => storedAtMs !== null && removedAtMs === null);
  const underWay = rows.find((row) => isWorking(factsOf(row), nowMs));
  const ended = dated.find((row) => !isWorking(factsOf(row), nowMs));
  const view = (row: RunRow | undefined) => (row === undefined ? null : viewOf(row, nowMs));
  const plan = backUps?.plan ?? null;
  const provedAgeMs = newestProved?.atMs == null ? null : Math.max(0, nowMs - newestProved.atMs);
  const firstMs = dated.at(-1)?.askedAtMs ?? nowMs;
  const due = plan === null ? null : judgeDue(nowMs, plan.hour, rows.map(factsOf));
  return {
    store: plan === null ? null : { kind: plan.store.kind, place: plan.store.place },
    hour: plan?.hour ?? null,
    kept: plan === null ? null : { ...plan.keep, asked: askedKept },
    nextAtMs:
      plan === null || due === null
        ? null
        : due.kind === "nothing"
          ? due.nextAtMs
          : due.kind === "back-up"
            ? nowMs
            : nextHourMs(nowMs, plan.hour),
    underWay: view(underWay),
    newest: view(newest),
    newestFailed: view(ended !== undefined && isBad(ended, nowMs) ? ended : undefined),
    newestProved: view(newestProved),
    provedAgeMs,
    provedMsMax: plan?.provedMsMax ?? null,
    isLate: plan !== null && (provedAgeMs ?? nowMs - firstMs) > plan.provedMsMax,
  };
}

function isBad(row: RunRow, nowMs: number): boolean {
  return ["failed", "damaged", "missing", "interrupted"].includes(shownState(factsOf(row), nowMs));
}

/** By the instant that it holds; its file must still be in the store. None that a clock that was ahead has dated. */
export function readNewestProved(tx: Tx, nowMs: number): Promise<RunRow | undefined> {
  return tx
    .selectFrom("backup_runs")
    .selectAll()
    .where("provedAtMs", "is not", null)
    .where("state", "=", "proved")
    .where("removedAtMs", "is", null)
    .where("atMs", "<=", nowMs + silentMsMax)
    .orderBy("atMs", "desc")
    .limit(1)
    .executeTakeFirst();
}

function viewOf(row: RunRow, nowMs: number): z.input<typeof backupView> {
  return {
    backupId: row.backupId,
    state: row.removedAtMs !== null ? "removed" : shownState(factsOf(row), nowMs),
    askedBy: row.askedBy,
    askedAtMs: row.askedAtMs,
    name: row.name,
    place: row.place,
    atMs: row.atMs,
    bytes: row.bytes,
    rows: row.rowCount,
    storedAtMs: row.storedAtMs,
    provedAtMs: row.provedAtMs,
    doneBytes: row.doneBytes,
    totalBytes: row.totalBytes,
    problem: row.problem,
    problemText: row.problemText,
  };
}
