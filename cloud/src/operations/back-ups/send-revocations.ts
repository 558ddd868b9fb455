/**
 * Revocations leave for the back-up store within seconds, in small sealed pieces that are never written again. The database notes them in
 * the transaction that revokes (the triggers in `schema.sql`), so no way of revoking can forget it. A row is deleted only after a piece
 * with it is in the store: a process that ends in between sends it twice, which changes nothing.
 */
import { newId } from "@karibu/protocol/identifiers";
import type { Timer, World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { readHubPublicKey } from "../../fleet/enrolment/hub-identity.ts";
import type { Database } from "../../ground/db/database.ts";
import { processClockSlackMs } from "../../ground/db/hub-clock.ts";
import type { MaintenanceJob } from "../../ground/jobs/maintenance-job.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { fetchPiece } from "./repeat-revocations.ts";
import {
  headName,
  lastOfEach,
  numbersOf,
  pieceContext,
  pieceName,
  piecePrefix,
  type Revocation,
  rangesOf,
  readPieceName,
  writeHead,
  writePiece,
} from "./revocation.ts";
import { hubTagOf } from "./stored-names.ts";
import type { BackupStore } from "./stores/backup-store.ts";

export interface RevocationSender {
  start(): void;
  stop(): void;
  /** Sends what waits. Returns how many; 0 also where another process sends. */
  sendAll(): Promise<number>;
  /** Makes few pieces of many: of those that were sent before the newest proved back-up, which has what they say. */
  foldBefore(atMs: number): Promise<void>;
  /**
   * Deletes pieces that are older than every back-up that is kept. None is older than one before it: a clock that had fallen back dated it, and without it
   * nothing could be restored.
   */
  forgetBefore(atMs: number): Promise<void>;
}

const lookEveryMs = 3000;
/** An upload of some kilobytes takes no longer; a process that ended in one holds up the others for that long. */
const leaseMs = 60_000;
const pieceMax = 5000;
/** Who switches something on and off all day must not fill the store: so many pieces at once, and then one a minute. */
const pacePieces = 20;
const pieceEveryMs = 60_000;
/** A folded piece is read and written whole. */
const foldedEntriesMax = 20_000;

export function createRevocationSender(
  parts: { readonly world: World; readonly database: Database; readonly envelope: Envelope },
  store: BackupStore,
): RevocationSender {
  const { world, database, envelope } = parts;
  const nowMs = () => world.clock.wall().atMs;
  let timer: Timer | null = null;
  let isStopped = true;
  let failures = 0;
  /** Of this process; more than one share the store's room. */
  let pieces = { left: pacePieces, atMs: nowMs() };

  /** False: what waits goes with a later piece. */
  function mayPiece(): boolean {
    const gained = Math.max(0, nowMs() - pieces.atMs) / pieceEveryMs;
    const left = Math.min(pacePieces, pieces.left + gained);
    pieces = { left, atMs: nowMs() };
    return left >= 1;
  }

  const put = (name: string, bytes: Buffer) => store.putBytes(name, envelope.seal(bytes, pieceContext(name)));

  function take(lease: string) {
    return database.asPlatform("revocations", async (tx) => {
      const rows = await tx.selectFrom("revocations_noted").selectAll().orderBy("seq").limit(pieceMax).execute();
      if (rows.length === 0) return null;
      const leased = await tx
        .updateTable("revocation_stream")
        .set({ lease, leasedUntilMs: nowMs() + leaseMs })
        .where((one) =>
          one.or([
            one("leasedUntilMs", "<", nowMs()),
            // A clock that was ahead dated it, and was set since: nobody holds it for years.
            one("leasedUntilMs", ">", nowMs() + leaseMs + processClockSlackMs),
            one("lease", "=", lease),
          ]),
        )
        .returning("lastPiece")
        .executeTakeFirst();
      const publicKey = await readHubPublicKey(tx);
      if (leased === undefined || publicKey === null) return null;
      return { rows, number: leased.lastPiece + 1, hubTag: hubTagOf(publicKey) };
    });
  }

  async function sendPiece(lease: string): Promise<number> {
    if (!mayPiece()) return 0;
    const taken = await take(lease);
    if (taken === null) return 0;
    pieces = { ...pieces, left: pieces.left - 1 };
    const { rows, number, hubTag } = taken;
    const name = pieceName(hubTag, number, nowMs(), world.random.bytes(4));
    const entries = rows.map((row) => ({
      seq: row.seq,
      target: row.target,
      key: row.rowKey,
      now: row.nowIs,
      atMs: row.notedAtMs,
      ...(row.removed ? { removed: true as const } : {}),
    }));
    await put(name, writePiece({ entries: lastOfEach(entries) }));
    await put(headName(hubTag), writeHead(number));
    await database.asPlatform("revocations", async (tx) => {
      const isOurs = await tx
        .updateTable("revocation_stream")
        .set({ lastPiece: number })
        .where("lease", "=", lease)
        .where("lastPiece", "<", number)
        .returning("lastPiece")
        .executeTakeFirst();
      if (isOurs === undefined) return; // the lease ran out meanwhile: the other process sends these rows too
      const sent = rows.map(({ seq }) => seq);
      await sql`delete from revocations_noted where seq = any (${sent}::bigint[])`.execute(tx);
    });
    return rows.length;
  }

  async function sendAll(): Promise<number> {
    const lease = newId(world);
    let sent = 0;
    try {
      for (;;) {
        const count = await sendPiece(lease);
        sent += count;
        if (count < pieceMax) return sent;
      }
    } finally {
      await database.asPlatform("revocations", (tx) =>
        tx.updateTable("revocation_stream").set({ lease: null, leasedUntilMs: 0 }).where("lease", "=", lease).execute(),
      );
    }
  }

  function look(): void {
    const looked = sendAll().then(
      () => {
        failures = 0;
      },
      (error: Error) => {
        if (failures++ % 100 === 0) world.log.error("revocations-not-sent", { message: error.message });
      },
    );
    void looked.then(() => {
      if (!isStopped) timer = world.clock.after(lookEveryMs, look);
    });
  }

  return {
    start() {
      isStopped = false;
      timer = world.clock.after(0, look);
    },
    stop() {
      isStopped = true;
      timer?.cancel();
    },
    sendAll,
    async foldBefore(atMs) {
      const publicKey = await database.asPlatform("revocations", readHubPublicKey);
      if (publicKey === null) return;
      const hubTag = hubTagOf(publicKey);
      let entries: (Revocation & { readonly piece: number })[] = [];
      let numbers = new Set<number>();
      let names: string[] = [];
      let newestMs = 0;
      const fold = async () => {
        const last = [...numbers].reduce((one, other) => Math.max(one, other), 0);
        if (names.length > 1) {
          const name = pieceName(hubTag, last, newestMs, world.random.bytes(4));
          await put(name, writePiece({ entries: lastOfEach(entries), covers: rangesOf(numbers) }));
          // After it: a process that ends in between leaves both, which say the same.
          for (const old of names) await store.remove(old);
        }
        [entries, numbers, names] = [[], new Set(), []];
      };
      for (const { name } of await store.list(piecePrefix(hubTag))) {
        const named = readPieceName(name);
        if (named === null || named.atMs >= atMs) continue;
        const piece = await fetchPiece(store, envelope, name);
        if (piece === null || piece.entries.length >= foldedEntriesMax / 2) continue;
        const { number } = named;
        for (const one of piece.entries) entries.push({ ...one, piece: one.piece ?? number });
        for (const one of numbersOf(number, piece)) numbers.add(one);
        names.push(name);
        newestMs = Math.max(newestMs, named.atMs);
        if (entries.length < foldedEntriesMax) continue;
        entries = lastOfEach(entries);
        if (entries.length >= foldedEntriesMax / 2) await fold();
      }
      await fold();
    },
    async forgetBefore(atMs) {
      const publicKey = await database.asPlatform("revocations", readHubPublicKey);
      if (publicKey === null) return;
      const named = (await store.list(piecePrefix(hubTagOf(publicKey)))).flatMap(({ name }) => {
        const piece = readPieceName(name);
        return piece === null ? [] : [{ ...piece, name }];
      });
      const pieces = named.sort((one, other) => one.number - other.number);
      let newestMs = Number.NEGATIVE_INFINITY;
      for (const piece of pieces) {
        newestMs = Math.max(newestMs, piece.atMs);
        if (newestMs < atMs) await store.remove(piece.name);
      }
    },
  };
}

/** Where there is no store, nobody sends them, and no restore could repeat them. */
export function forgetRevocations(database: Database): MaintenanceJob {
  return {
    name: "forget-revocations",
    everyMs: 3_600_000,
    run: () =>
      database.asPlatform("forget-revocations", async (tx) => {
        const { numDeletedRows } = await tx.deleteFrom("revocations_noted").executeTakeFirst();
        return `${numDeletedRows} rows`;
      }),
  };
}
