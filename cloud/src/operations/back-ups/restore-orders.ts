/**
 * Restores that are ordered at the page. The order is a row; every process of the hub hears of it and restarts; the first one that starts again
 * does what is ordered before anybody is served (`carry-out-restore.ts`).
 *
 * Who attacks this door: who holds the log-in of a platform admin, or is one and means harm. What stands in the way: a person alone, with a second
 * factor that was proved within minutes; the hub's name, typed; three orders a day, counted in a table that no restore changes. What it must not
 * give them: what was revoked is revoked again, or nothing is restored; what was there before lies in the store as a back-up of its own, with its
 * audit log; the order stays, and the restored audit log has it too.
 */
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { type Selectable, sql } from "kysely";
import type { Database, Tx } from "../../ground/db/database.ts";
import { processClockSlackMs } from "../../ground/db/hub-clock.ts";
import { lockKeys } from "../../ground/db/lock-keys.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { refusal } from "../../ground/http/problem.ts";

export type RestoreOrder = Selectable<Schema["restore_orders"]>;

/** A payload is a hint: who hears it reads the table. */
const ordersChannel = "karibu_restore_orders";
const dayMs = 86_400_000;
export const ordersPerDay = 3;

/** Throws Problems 409 "hub-restore-under-way" and 429 "restored-too-often". */
export async function orderRestore(
  world: World,
  tx: Tx,
  wanted: {
    readonly name: string;
    readonly atMs: number;
    readonly sha256: string;
    readonly orderedBy: string;
  },
): Promise<RestoreOrder> {
  // Two who order at once: the second one waits for the first one's commit.
  await sql`select pg_advisory_xact_lock(${lockKeys.restore})`.execute(tx);
  const nowMs = world.clock.wall().atMs;
  const ofDay = await tx
    .selectFrom("restore_orders")
    .select(["state", "orderedAtMs"])
    // What a clock that was ahead dated is of no day, nobody knows of which: it would refuse all others until then.
    .where((one) =>
      one.or([
        one.between("orderedAtMs", nowMs - dayMs + 1, nowMs + processClockSlackMs),
        one("state", "in", ["ordered", "restoring"]),
      ]),
    )
    .orderBy("orderedAtMs")
    .execute();
  if (ofDay.some(({ state }) => state === "ordered" || state === "restoring")) throw refusal("hub-restore-under-way");
  const [first] = ofDay;
  if (first !== undefined && ofDay.length >= ordersPerDay) {
    const retryAfterSeconds = Math.max(1, Math.ceil((first.orderedAtMs + dayMs - nowMs) / 1000));
    throw refusal("restored-too-often", { retryAfterSeconds });
  }
  const order = await tx
    .insertInto("restore_orders")
    .values({
      orderId: newId(world),
      backupName: wanted.name,
      backupAtMs: wanted.atMs,
      contentSha256: wanted.sha256,
      orderedBy: wanted.orderedBy,
      orderedAtMs: nowMs,
      state: "ordered",
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await sql`select pg_notify(${ordersChannel}, '')`.execute(tx);
  return order;
}

/** Told again in the transaction that restores: a process that was out of reach meanwhile still holds what was before. */
export const tellRestored = `select pg_notify('${ordersChannel}', '')`;

export function newestOrder(tx: Tx): Promise<RestoreOrder | undefined> {
  return tx.selectFrom("restore_orders").selectAll().orderBy("seq", "desc").limit(1).executeTakeFirst();
}

const isOpen = ({ state }: RestoreOrder): boolean => state === "ordered" || state === "restoring";

/** Null: nothing is ordered. */
export async function openOrder(tx: Tx): Promise<RestoreOrder | null> {
  const newest = await newestOrder(tx);
  return newest !== undefined && isOpen(newest) ? newest : null;
}

/**
 * Calls `restart` once, when a restore is ordered or another process has restored: what this one holds in memory is of the database before.
 * Returns how to end it.
 */
export async function heedRestores(
  { world, database }: { readonly world: World; readonly database: Database },
  restart: () => void,
): Promise<() => Promise<void>> {
  const read = () => database.asPlatform("restore-orders", newestOrder);
  let isEnded = false;
  const known = (await read()) ?? null;
  const judge = (now: RestoreOrder | undefined) => {
    if (isEnded || now === undefined) return;
    const isRestored = now.state === "done" && !(known?.orderId === now.orderId && known.state === "done");
    if (!isOpen(now) && !isRestored) return;
    isEnded = true;
    restart();
  };
  const look = () =>
    void read().then(judge, (error: Error) => {
      world.log.warn("restore-orders-not-read", { message: error.message });
    });
  const stop = await database.listen(ordersChannel, look);
  // One that was ordered before this process listened.
  judge(await read());
  return async () => {
    isEnded = true;
    await stop();
  };
}
