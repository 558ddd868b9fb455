/** Restore from the page: what a back-up holds, what a restore would undo, and the order itself. Who attacks this door: `restore-orders.ts`. */
import { keySchema } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { demandOwnLogIn, platformProviderId } from "../../ground/http/actor.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { everyModule } from "../../modules/all-modules.ts";
import { type BackUps, noStore } from "./back-ups.ts";
import type { RunRow } from "./backup-rows.ts";
import { newestOrder, orderRestore, ordersPerDay, type RestoreOrder } from "./restore-orders.ts";

/** What people know a hub by, each with when its rows were made: what was made since the back-up is lost where no site holds it. */
const ofHub = {
  providers: "created_at_ms",
  users: "created_at_ms",
  sites: "created_at_ms",
  plans: "created_at_ms",
  customers: "created_at_ms",
  subscriptions: "created_at_ms",
  voucher_batches: "created_at_ms",
  purchases: "created_at_ms",
  cash_sales: "received_at_ms",
  receipts: "booked_at_ms",
  ledger_entries: "at_ms",
  audit: "at_ms",
} as const satisfies Partial<Record<keyof Schema, string>>;
/** With those of modules, also of those that are off: a restore takes their rows too. */
const counted: Readonly<Record<string, string>> = Object.assign(
  {},
  ofHub,
  ...everyModule.map(({ countedByRestore = {} }) => countedByRestore),
);
const countedTables = Object.keys(counted) as [string, ...string[]];

const count = z.number().int();

export const restoreOrderView = z.object({
  orderId: z.string(),
  backupName: z.string(),
  backupAtMs: count,
  orderedBy: z.string(),
  orderedAtMs: count,
  /** `failed`: nothing was changed. */
  state: z.enum(["ordered", "restoring", "done", "failed"]),
  endedAtMs: count.nullable(),
  /** What the hub was before lies in the store under this name. */
  savedAs: z.string().nullable(),
  problem: z.string().nullable(),
  problemText: z.string().nullable(),
});

export const restorePreviewView = z.object({
  backupId: z.string(),
  name: z.string(),
  atMs: count,
  /** To be typed: the hub's name on the internet. */
  hubName: z.string(),
  /** Rows: in the back-up (null: it does not say), in the hub now, and those of now that were made since the back-up. */
  rows: z.array(z.object({ table: z.enum(countedTables), held: count.nullable(), now: count, since: count })),
  /** The back-up does not have who asks: they could not log in afterwards. */
  askerIsNewer: z.boolean(),
  ordersPerDay: count,
});

const base = "/api/v1/platform/backups";
const params = z.object({ backupId: keySchema });

export function restoreOrderRoutes(
  world: World,
  { backUps, publicUrl }: { readonly backUps: BackUps | null; readonly publicUrl: string },
) {
  const hubName = new URL(publicUrl).host;
  return [
    route({
      method: "GET",
      path: `${base}/{backupId}/restore-preview`,
      summary: "What a back-up holds, and what the hub would lose if it were restored (platform admin)",
      permission: "backups.restore",
      as: "platform",
      params,
      response: restorePreviewView,
      handle: ({ actor, params: { backupId }, transact }) =>
        transact(async (tx) => {
          const { name, atMs, rowCounts: counts } = await readProved(tx, backupId);
          const rows = [];
          for (const table of countedTables)
            rows.push({ ...(await countRows(tx, table, atMs)), held: counts?.[table] ?? null });
          const asker = await tx
            .selectFrom("users")
            .select("createdAtMs")
            .where("providerId", "=", platformProviderId)
            .where("userId", "=", actor.userId)
            .executeTakeFirst();
          const askerIsNewer = (asker?.createdAtMs ?? 0) > atMs;
          return { backupId, name, atMs, hubName, rows, askerIsNewer, ordersPerDay };
        }),
    }),
    route({
      method: "POST",
      path: `${base}/{backupId}/restore`,
      summary:
        "Restore the hub from a proved back-up: it saves what is now as a back-up, restarts, and everybody logs in again (platform admin with a second factor)",
      permission: "backups.restore",
      freshFactor: true,
      as: "platform",
      params,
      body: z.object({ name: z.string().min(1).max(300) }),
      status: 202,
      response: restoreOrderView,
      handle: ({ actor, params: { backupId }, body, transact, auditTarget }) => {
        demandOwnLogIn(actor);
        // `freshFactor` asks those for a code who have a second factor. Nobody orders this without one.
        const { credential } = actor;
        if (credential.kind !== "login" || !credential.factor.isOn) throw refusal("second-factor-set-up-required");
        return transact(async (tx) => {
          if (backUps === null) throw noStore();
          const { name, atMs, contentSha256: sha256 } = await readProved(tx, backupId);
          if (body.name.trim().toLowerCase() !== hubName) throw refusal("hub-name-differs", { field: "name" });
          const order = await orderRestore(world, tx, { name, atMs, sha256, orderedBy: actor.userId });
          auditTarget(backupId);
          return viewOf(order);
        });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/platform/restore-orders/newest",
      summary: "The restore that was ordered last at the page, and what became of it (platform admin)",
      permission: "platform.read",
      as: "platform",
      response: z.object({ order: restoreOrderView.nullable() }),
      handle: ({ transact }) =>
        transact(async (tx) => {
          const order = await newestOrder(tx);
          return { order: order === undefined ? null : viewOf(order) };
        }),
    }),
  ];
}

type Proved = RunRow & { readonly name: string; readonly atMs: number; readonly contentSha256: string };

/** Throws Problems 404, and 409 "backup-not-proved". */
async function readProved(tx: Tx, backupId: string): Promise<Proved> {
  const row = await tx.selectFrom("backup_runs").selectAll().where("backupId", "=", backupId).executeTakeFirst();
  if (row === undefined) throw notFound("backup");
  const { name, atMs, contentSha256: sha256 } = row;
  if (row.state !== "proved" || row.removedAtMs !== null || name === null || atMs === null || sha256 === null)
    throw refusal("backup-not-proved");
  return { ...row, name, atMs, contentSha256: sha256 };
}

async function countRows(tx: Tx, table: string, atMs: number) {
  const made = sql.ref(counted[table] as string);
  const { rows } = await sql<{ now: number; since: number }>`
    select count(*)::int as now, (count(*) filter (where ${made} > ${atMs}::bigint))::int as since
    from ${sql.table(table)}`.execute(tx);
  const { now = 0, since = 0 } = rows[0] ?? {};
  return { table, now, since };
}

function viewOf(order: RestoreOrder): z.input<typeof restoreOrderView> {
  return {
    orderId: order.orderId,
    backupName: order.backupName,
    backupAtMs: order.backupAtMs,
    orderedBy: order.orderedBy,
    orderedAtMs: order.orderedAtMs,
    state: order.state,
    endedAtMs: order.endedAtMs,
    savedAs: order.savedAs,
    problem: order.problem,
    problemText: order.problemText,
  };
}
