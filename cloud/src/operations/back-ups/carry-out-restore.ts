/**
 * What is ordered at the page is restored by a hub that starts, before it serves anybody; callbacks of payment channels wait on disk meanwhile.
 * The steps that only read come first; what is there now goes to the store as a back-up of its own; then one transaction puts the back-up in its place
 * (`replaceByBackup`). A process that ends at any point before that commit leaves the hub as it was, and the next start says so in the order's row;
 * after it the hub is the restored one. What fails leaves the hub as it was too, which starts then.
 */
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Fault } from "@karibu/protocol/fault";
import { newId } from "@karibu/protocol/identifiers";
import { cutText } from "@karibu/protocol/whole-text";
import { sleep, type World } from "@karibu/protocol/world";
import type { Updateable } from "kysely";
import { readHubPublicKey } from "../../fleet/enrolment/hub-identity.ts";
import { runningHubSeenAtMs } from "../../fleet/link/presence.ts";
import type { RunScript } from "../../ground/db/engine.ts";
import { lockKeys } from "../../ground/db/lock-keys.ts";
import type { OpenDatabase } from "../../ground/db/open-database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { restoreAudited } from "../../identity/audit/audit.ts";
import { firstBytes, writeSealed } from "./back-ups.ts";
import { type BackupEnd, rowCountOf } from "./backup.ts";
import { proveBackup } from "./read-backup.ts";
import { revocationsIn } from "./repeat-revocations.ts";
import { replaceByBackup } from "./restore.ts";
import { openOrder, type RestoreOrder, tellRestored } from "./restore-orders.ts";
import { openFileKey, unsealed } from "./seal-backup.ts";
import { createRevocationSender } from "./send-revocations.ts";
import { backupName, hubTagOf } from "./stored-names.ts";
import type { BackupStore } from "./stores/backup-store.ts";

export interface CarryOutParts {
  readonly world: World;
  readonly database: OpenDatabase;
  readonly envelope: Envelope;
  /** Null: none is set any more. */
  readonly store: BackupStore | null;
  /** Of this process, on a disk; emptied before and after. */
  readonly workFolder: string;
}

const othersMsMax = 100_000;
const othersAgainMs = 1000;
const unsentMsMax = 70_000;
const unsentAgainMs = 3000;

/** Nothing is ordered, or another process does it: then this one waits for that. Never throws for an order that can't be carried out. */
export async function carryOutRestore(parts: CarryOutParts): Promise<void> {
  const { database } = parts;
  if ((await database.asPlatform("restore-order", openOrder)) === null) return;
  await inTurn(database, async () => {
    const order = await database.asPlatform("restore-order", openOrder);
    if (order === null) return;
    // Whoever began it has ended: it would hold the turn.
    if (order.state === "restoring") return fail(parts, order, interrupted());
    try {
      await work(parts, order);
    } catch (error) {
      await fail(parts, order, error as Error);
    }
  });
}

/** One process at a time. On the embedded engine there is one alone: its folder is locked. */
async function inTurn(database: OpenDatabase, run: () => Promise<void>): Promise<void> {
  if (database.engine === "embedded") return run();
  await database.alone("read", async (script) => {
    await script(
      `set local idle_in_transaction_session_timeout = 0; select pg_advisory_xact_lock(${lockKeys.restore})`,
    );
    await run();
  });
}

async function work(parts: CarryOutParts, order: RestoreOrder): Promise<void> {
  const { world, database, envelope, store, workFolder } = parts;
  if (store === null) throw new Fault("back-up/no-store", "no back-up store is set", { retry: "never" });
  await change(parts, order, { state: "restoring" });
  world.log.warn("restore-begun", { orderId: order.orderId, backup: order.backupName });
  await waitForOthers(parts);
  await sendRevocations(parts, store);
  const folder = join(workFolder, order.orderId);
  await rm(workFolder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    const fetched = await store.get(order.backupName);
    if (fetched === null)
      throw new Fault("restore/unreadable", `${order.backupName} is not in the store any more`, { retry: "never" });
    const file = join(folder, "fetched.sealed");
    await pipeline(fetched, createWriteStream(file, { mode: 0o600 }));
    const { size: bytes } = await stat(file);
    const fileKey = openFileKey(await firstBytes(file), envelope, order.backupName);
    const backup = await proveBackup(() => Readable.from(unsealed(fileKey, createReadStream(file))));
    const saved = await saveWhatIs(parts, store, join(folder, "saved.sealed"));
    await replaceByBackup(
      world,
      database,
      { backup, sha256: order.contentSha256 },
      revocationsIn(store, envelope),
      (run, end) => noteDone(world, run, { order, end, bytes, saved, store }),
    );
    world.log.warn("restore-done", { orderId: order.orderId, backup: order.backupName, savedAs: saved.name });
  } finally {
    await rm(workFolder, { recursive: true, force: true }).catch(() => {});
  }
}

/** The others heard of the order and end; one that lives on would write what it remembers of the hub before. */
async function waitForOthers({ world, database }: CarryOutParts): Promise<void> {
  if (database.engine === "embedded") return;
  const { clock } = world;
  const beganMs = clock.monotonicMs();
  for (;;) {
    const seenAtMs = await database.asPlatform("restore-waits", (tx) => runningHubSeenAtMs(tx, clock.wall().atMs));
    if (seenAtMs === null) return;
    if (clock.monotonicMs() - beganMs > othersMsMax)
      throw new Fault("restore/hub-runs", "another process of this hub runs on and did not restart", {
        retry: "later",
      });
    await sleep(clock, othersAgainMs);
  }
}

/** Somebody who was shut out in the last seconds stays shut out. */
async function sendRevocations(parts: CarryOutParts, store: BackupStore): Promise<void> {
  const { world, database } = parts;
  const sender = createRevocationSender(parts, store);
  const beganMs = world.clock.monotonicMs();
  for (;;) {
    await sender.sendAll();
    const left = await database.asPlatform("restore-waits", (tx) =>
      tx.selectFrom("revocations_noted").select("seq").limit(1).executeTakeFirst(),
    );
    if (left === undefined) return;
    if (world.clock.monotonicMs() - beganMs > unsentMsMax)
      throw new Fault("restore/revocations-unsent", "what was revoked last could not be sent to the store", {
        retry: "later",
      });
    await sleep(world.clock, unsentAgainMs);
  }
}

interface Saved {
  readonly name: string;
  readonly atMs: number;
  readonly bytes: number;
  readonly end: BackupEnd;
}

/** Nobody is served by now: it has all that was. */
async function saveWhatIs(parts: CarryOutParts, store: BackupStore, file: string): Promise<Saved> {
  const { world, database, envelope } = parts;
  const publicKey = await database.asPlatform("back-up-name", readHubPublicKey);
  if (publicKey === null) throw new TypeError("a hub in which a restore was ordered has its identity");
  const { atMs } = world.clock.wall();
  const name = backupName(hubTagOf(publicKey), atMs, world.random.bytes(4));
  const end = await writeSealed({ world, envelope, engine: database }, { name, atMs, file });
  await store.put(name, file);
  return { name, atMs, bytes: (await stat(file)).size, end };
}

/** With the rows of the back-up, or not at all: the order's outcome, the audit entry, and where the hub of before lies. */
async function noteDone(
  world: World,
  run: RunScript,
  {
    order,
    end,
    bytes,
    saved,
    store,
  }: {
    readonly order: RestoreOrder;
    readonly end: BackupEnd;
    readonly bytes: number;
    readonly saved: Saved;
    readonly store: BackupStore;
  },
): Promise<void> {
  const { atMs } = world.clock.wall();
  const { orderId, orderedBy, backupName: backup } = order;
  const counts = ({ rows }: BackupEnd) => `${text(JSON.stringify(rows))}::jsonb`;
  await run("set local standard_conforming_strings = on");
  const [done] =
    await run(`update restore_orders set state = 'done', ended_at_ms = ${atMs}, saved_as = ${text(saved.name)}
    where order_id = ${text(orderId)} and state = 'restoring' returning order_id`);
  if (done === undefined) throw interrupted();
  await run(restoreAudited(world, { userId: orderedBy, target: orderId, detail: { backup, savedAs: saved.name } }));
  // Its row is as it was while it was written.
  await run(`update backup_runs set state = 'proved', stored_at_ms = at_ms, proved_at_ms = ${atMs}, problem = null, problem_text = null,
      bytes = ${bytes}, content_sha256 = ${text(end.sha256)}, row_count = ${rowCountOf(end)}, row_counts = ${counts(end)}
    where name = ${text(backup)}`);
  // A person asked for it: the night's do not remove it.
  await run(`insert into backup_runs (backup_id, asked_at_ms, asked_by, state, beat_at_ms, name, place, at_ms, bytes, row_count,
      content_sha256, stored_at_ms, row_counts)
    values (${text(newId(world))}, ${saved.atMs}, ${text(orderedBy)}, 'stored', ${saved.atMs}, ${text(saved.name)}, ${text(store.place)},
      ${saved.atMs}, ${saved.bytes}, ${rowCountOf(saved.end)}, ${text(saved.end.sha256)}, ${atMs}, ${counts(saved.end)})`);
  await run(tellRestored);
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

async function change(
  { database }: CarryOutParts,
  { orderId }: RestoreOrder,
  set: Updateable<Schema["restore_orders"]>,
): Promise<void> {
  await database.asPlatform("restore-order", (tx) =>
    tx
      .updateTable("restore_orders")
      .set(set)
      .where("orderId", "=", orderId)
      .where("state", "in", ["ordered", "restoring"])
      .execute(),
  );
}

async function fail(parts: CarryOutParts, order: RestoreOrder, error: Error): Promise<void> {
  const { world } = parts;
  const code = error instanceof Fault ? error.code : "restore/failed";
  world.log.error("restore-failed", { orderId: order.orderId, code, message: error.message });
  await change(parts, order, {
    state: "failed",
    endedAtMs: world.clock.wall().atMs,
    problem: code,
    problemText: cutText(error.message, 500),
  });
}

function interrupted(): Fault {
  return new Fault("restore/interrupted", "the process that restored ended before it was done", { retry: "later" });
}
