/**
 * The hub's own back-ups: written, sealed, stored, fetched back, proved on disk, and forgotten by the scheme. Each try is a row
 * (`backup_runs`), and a row says only what has happened: its name stands there before anything is stored, "stored" after the store
 * took all of it, "proved" after it was restored. A process may end at any point: the row then shows as interrupted, and what the
 * store really holds is read from the store (`reconcile`).
 */

import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Fault } from "@karibu/protocol/fault";
import { newId } from "@karibu/protocol/identifiers";
import { cutText } from "@karibu/protocol/whole-text";
import type { Timer, World } from "@karibu/protocol/world";
import { readHubPublicKey } from "../../fleet/enrolment/hub-identity.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { Engine } from "../../ground/db/engine.ts";
import type { Emit } from "../../ground/events/emit.ts";
import { notFound, type Problem, refusal } from "../../ground/http/problem.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { type BackupEnd, rowCountOf, writeBackup } from "./backup.ts";
import { createBackupRows, type RunRow } from "./backup-rows.ts";
import { chooseKept, type KeepScheme, savedMsMin } from "./choose-kept.ts";
import { noteBackup } from "./note-backup.ts";
import type { ProofJob } from "./proof-thread.ts";
import { isWorking, judgeDue } from "./schedule-policy.ts";
import { openFileKey, sealed, sealedHeadBytesMax } from "./seal-backup.ts";
import { createRevocationSender } from "./send-revocations.ts";
import { backupName, hubTagOf, prefixOf, readBackupName } from "./stored-names.ts";
import type { BackupStore } from "./stores/backup-store.ts";

export interface BackupPlan {
  readonly store: BackupStore;
  /** A folder of this process, on a disk: emptied before each run. The throw-away database of the proof lies there in the clear. */
  readonly workFolder: string;
  /** Of the day, in UTC. */
  readonly hour: number;
  readonly keep: KeepScheme;
  /** An alarm is due when the newest proved back-up is older. */
  readonly provedMsMax: number;
  /** Restores a fetched file and compares; throws what is wrong with it. `proveInThread`. */
  readonly prove: (job: ProofJob, signal: AbortSignal) => Promise<BackupEnd>;
}

export interface BackUpsParts {
  readonly world: World;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly jobs: JobQueue;
  readonly emit: Emit;
  readonly engine: Pick<Engine, "alone">;
}

export interface BackUps {
  readonly plan: BackupPlan;
  registerJobs(): Promise<void>;
  /** Asks for one now, in the transaction of its cause. A Problem 409 where one is under way. */
  ask(tx: Tx, askedBy: string | null): Promise<string>;
  /** Fetches a stored one back and proves it, in the transaction of its cause. Problems 404, and 409 where it is not one, or another is under way. */
  askProof(tx: Tx, backupId: string): Promise<void>;
  /** Looks at rows and store, and asks for what is due. Returns what it did. */
  schedule(): Promise<string>;
  /** Revocations go to the store from now on. */
  start(): void;
  /** Ends what is under way; its row says so. */
  stop(): void;
}

const job = "maintenance.back-up";
const dayMs = 86_400_000;
const beatEveryMs = 5000;
const rowsToJudge = 60;

export function createBackUps(parts: BackUpsParts, plan: BackupPlan): BackUps {
  const { world, database, envelope, jobs } = parts;
  const { store } = plan;
  const rows = createBackupRows(database, parts.emit);
  const revocations = createRevocationSender(parts, store);
  const stopping = new AbortController();
  const nowMs = () => world.clock.wall().atMs;

  async function ask(tx: Tx, askedBy: string | null): Promise<string> {
    await rows.refuseWorking(tx, nowMs());
    const backupId = newId(world);
    const atMs = nowMs();
    await tx
      .insertInto("backup_runs")
      .values({ backupId, askedAtMs: atMs, askedBy, state: "waiting", beatAtMs: atMs })
      .execute();
    await jobs.send(tx, job, { backupId, do: "back-up" });
    return backupId;
  }

  async function askProof(tx: Tx, backupId: string): Promise<void> {
    await rows.refuseWorking(tx, nowMs());
    const row = await tx
      .selectFrom("backup_runs")
      .select(["state", "removedAtMs"])
      .where("backupId", "=", backupId)
      .executeTakeFirst();
    if (row === undefined) throw notFound("backup");
    if (row.state !== "stored" || row.removedAtMs !== null) throw refusal("backup-not-stored");
    await sendProof(tx, backupId);
  }

  const sendProof = (tx: Tx, backupId: string) =>
    jobs.send(tx, job, { backupId, do: "proof" }, { singletonKey: backupId });

  async function work(backupId: string, what: "back-up" | "proof"): Promise<void> {
    if (stopping.signal.aborted) throw new Error("the hub stops: the queue keeps the job");
    const taken = await rows.take(backupId, what, nowMs());
    if (taken === null) return; // another process has it, or did it before it ended
    const folder = join(plan.workFolder, backupId);
    const beat = beating(backupId);
    try {
      // What an ended process left here: a sealed file, or the database of a proof.
      await rm(plan.workFolder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true, mode: 0o700 });
      if (what === "back-up") await writeAndStore(backupId, folder, beat);
      await rows.change(backupId, { state: "proving", proofTriedAtMs: nowMs(), doneBytes: 0, totalBytes: null });
      const outcome = await prove(backupId, folder);
      if (outcome === "proved") await forget().catch((error: Error) => noteUnforgotten(backupId, error));
    } catch (error) {
      await note(backupId, error as Error);
    } finally {
      beat.end();
      await rm(folder, { recursive: true, force: true }).catch(() => {});
    }
  }

  /** Until it is stored, a failure means that there is no back-up. */
  async function writeAndStore(backupId: string, folder: string, beat: Beat): Promise<void> {
    const atMs = nowMs();
    const name = backupName(await readTag(), atMs, world.random.bytes(4));
    // Before the snapshot: so that a hub restored from it knows the file as its own.
    await rows.change(backupId, { name, place: store.place, atMs });
    const file = join(folder, "written.sealed");
    const end = await writeSealed(parts, { name, atMs, file, onBytes: beat.done, signal: stopping.signal });
    const { size } = await stat(file);
    const content = contentOf(end);
    beat.done(0);
    await rows.change(backupId, { state: "storing", doneBytes: 0, totalBytes: size, bytes: size, ...content });
    await unlessStopped(store.put(name, file, beat.done));
    await rows.change(backupId, { state: "stored", storedAtMs: nowMs() });
    await noteBackup(world, database, { atMs, end, takenBy: "hub" });
    await rm(file);
    world.log.info("back-up-stored", { backupId, bytes: size, rows: content.rowCount });
  }

  /** Fetches it back: what the store gives is proved, not what it was given. */
  async function prove(backupId: string, folder: string): Promise<"proved" | "damaged" | "missing"> {
    const row = await rows.read(backupId);
    if (row?.name == null) throw new TypeError("a stored back-up has a name");
    const fetched = await unlessStopped(store.get(row.name));
    if (fetched === null) {
      await rows.change(backupId, { state: "missing" });
      return "missing";
    }
    const file = join(folder, "fetched.sealed");
    await pipeline(fetched, createWriteStream(file, { mode: 0o600 }), { signal: stopping.signal });
    try {
      const fileKey = openFileKey(await firstBytes(file), envelope, row.name);
      const end = await plan.prove({ file, fileKey, folder: join(folder, "database") }, stopping.signal);
      if (row.contentSha256 !== null && end.sha256 !== row.contentSha256)
        throw new Fault("restore/differs", "the store gave another back-up than was put there", { retry: "never" });
      const proved = { ...contentOf(end), problem: null, problemText: null };
      await rows.change(backupId, { state: "proved", provedAtMs: nowMs(), ...proved });
      world.log.info("back-up-proved", { backupId });
      return "proved";
    } catch (error) {
      if (!(error instanceof Fault) || !error.code.startsWith("restore/")) throw error;
      await rows.change(backupId, { state: "damaged", problem: error.code, problemText: error.message });
      world.log.error("back-up-damaged", { backupId, code: error.code, message: error.message });
      return "damaged";
    }
  }

  /** A back-up that is stored stays stored, whatever befalls its proof; before that it failed. */
  async function note(backupId: string, error: Error): Promise<void> {
    const code = error instanceof Fault ? error.code : stopping.signal.aborted ? "back-up/stopped" : "back-up/failed";
    const message = stopping.signal.aborted ? "the hub stopped" : error.message;
    world.log.error("back-up-failed", { backupId, code, message });
    const isStored = (await rows.read(backupId))?.storedAtMs != null;
    await rows.change(backupId, {
      state: isStored ? "stored" : "failed",
      problem: code,
      problemText: cutText(message, 500),
    });
  }

  /** What was proved stays proved where the store then removes nothing of it: a bucket that locks its files, or gives keys that only write. */
  function noteUnforgotten(backupId: string, error: Error): void {
    world.log.error("back-ups-not-forgotten", { backupId, place: store.place, message: error.message });
  }

  /**
   * Deletes what the scheme does not keep: files of this hub that stand in the table, and no others. A file that can't be removed
   * stops neither the others nor the folding of revocations; the first such error is thrown when all were tried.
   */
  async function forget(): Promise<void> {
    const all = (await rows.inStore()).filter(({ place }) => place === store.place);
    const good = all.filter(({ state }) => state === "stored" || state === "proved");
    const saved = await rows.savedByRestores(nowMs() - savedMsMin);
    const isSaved = ({ name }: RunRow) => saved.has(name);
    const candidates = good.filter((row) => !isSaved(row));
    const chosen = chooseKept(
      candidates.map((row) => ({
        backupId: row.backupId,
        atMs: row.atMs ?? 0,
        isProved: row.state === "proved",
        isAsked: row.askedBy !== null,
      })),
      plan.keep,
      nowMs(),
    );
    // Beside the scheme: none of them stands in another's place.
    const kept = new Set([...chosen, ...all.filter(isSaved).map((row) => row.backupId)]);
    const tag = await readTag();
    const isOurs = ({ name }: RunRow) => name !== null && readBackupName(name)?.hubTag === tag;
    let unremoved: Error | null = null;
    for (const row of all.filter((one) => !kept.has(one.backupId) && isOurs(one))) {
      // The row first: where the file could not be removed, `reconcile` finds it, and it is forgotten with the next one.
      await rows.change(row.backupId, { removedAtMs: nowMs() });
      await store.remove(row.name as string).catch((error: Error) => {
        unremoved ??= error;
      });
    }
    const oldestMs = Math.min(...good.filter((row) => kept.has(row.backupId)).map((row) => row.atMs ?? 0));
    const provedMs = Math.max(...good.filter(({ state }) => state === "proved").map((row) => row.atMs ?? 0));
    if (Number.isFinite(provedMs)) await revocations.foldBefore(provedMs);
    if (Number.isFinite(oldestMs)) await revocations.forgetBefore(oldestMs - dayMs);
    if (unremoved !== null) throw unremoved;
  }

  /** The store's word against the table's: after a crash, a restore, or somebody's hand in the store. */
  async function reconcile(): Promise<void> {
    const tag = await readTag();
    const files = new Map((await store.list(prefixOf(tag))).map((file) => [file.name, file]));
    const known = new Map((await rows.named()).map((row) => [row.name as string, row]));
    for (const { name, bytes } of files.values()) {
      const found = readBackupName(name);
      const row = known.get(name);
      if (found === null || (row !== undefined && isWorking(factsOf(row), nowMs()))) continue;
      const state = row?.provedAtMs == null ? "stored" : "proved";
      const there = {
        state,
        place: store.place,
        bytes,
        removedAtMs: null,
        problem: null,
        problemText: null,
      } as const;
      if (row === undefined)
        await rows.adopt({ backupId: newId(world), name, atMs: found.atMs, seenAtMs: nowMs(), there });
      // It was stored, and nobody lived to write that down; or it came back.
      else if (["writing", "storing", "failed", "missing"].includes(row.state) || row.removedAtMs !== null)
        await rows.change(row.backupId, { ...there, storedAtMs: row.storedAtMs ?? nowMs() });
    }
    for (const row of known.values()) {
      const isSaidThere = ["stored", "proved", "damaged"].includes(row.state) && row.removedAtMs === null;
      if (isSaidThere && row.place === store.place && !files.has(row.name as string))
        await rows.change(row.backupId, { state: "missing" });
    }
    await rows.endAbandoned(nowMs());
    const recent = await rows.newest(rowsToJudge, nowMs());
    if (!recent.some((row) => isWorking(factsOf(row), nowMs()))) await store.clearUnfinished(prefixOf(tag));
  }

  async function schedule(): Promise<string> {
    let away: Error | null = null;
    await reconcile().catch((error: Error) => {
      away = error; // a back-up that is due is tried all the same: its row then says why there is none
    });
    await rows.endAbandoned(nowMs());
    const recent = await rows.newest(rowsToJudge, nowMs());
    const due = judgeDue(nowMs(), plan.hour, recent.map(factsOf));
    if (due.kind === "back-up") {
      await database.asPlatform("back-up-due", (tx) => ask(tx, null));
      jobs.wake();
    }
    const unproved = recent.find(({ state }) => state === "stored");
    if (due.kind === "proof" && unproved !== undefined) {
      await database.asPlatform("proof-due", (tx) => sendProof(tx, unproved.backupId));
      jobs.wake();
    }
    if (away !== null) throw away;
    return due.kind;
  }

  /** An upload can take long; a process that stops does not wait for it. */
  function unlessStopped<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = () => reject(new Error("the hub stopped"));
      stopping.signal.addEventListener("abort", stop, { once: true });
      work.then(resolve, reject).finally(() => stopping.signal.removeEventListener("abort", stop));
    });
  }

  const readTag = () =>
    database.asPlatform("back-up-name", async (tx) => {
      const publicKey = await readHubPublicKey(tx);
      if (publicKey === null) throw new TypeError("a hub that takes back-ups has its identity");
      return hubTagOf(publicKey);
    });

  interface Beat {
    readonly done: (bytes: number) => void;
    readonly end: () => void;
  }

  /** Says that the run lives, and how far it is. Nothing waits for it: on the embedded engine it is written after the snapshot. */
  function beating(backupId: string): Beat {
    let timer: Timer | null = null;
    let bytes: number | null = null;
    let isEnded = false;
    const write = () =>
      rows.beat(backupId, nowMs(), bytes).catch((error: Error) => {
        world.log.warn("back-up-silent", { backupId, message: error.message });
      });
    const look = () => {
      timer = world.clock.after(beatEveryMs, () => void write().then(() => (isEnded ? null : look())));
    };
    look();
    return {
      done: (now) => {
        bytes = now;
      },
      end: () => {
        isEnded = true;
        timer?.cancel();
      },
    };
  }

  return {
    plan,
    registerJobs: () =>
      jobs.work(job, async (data) => {
        const { backupId, do: what } = data as { backupId: string; do: "back-up" | "proof" };
        await work(backupId, what);
      }),
    ask,
    askProof,
    schedule,
    start() {
      revocations.start();
      // A store that is away says so at once, and not at night: a folder that is absent, or that the service may not write.
      void store.list("karibu-").catch((error: Error) => {
        world.log.warn("back-up-store-away", { place: store.place, message: error.message });
      });
    },
    stop() {
      revocations.stop();
      stopping.abort();
    },
  };
}

export function factsOf(row: RunRow) {
  const { state, askedAtMs, beatAtMs, proofTriedAtMs } = row;
  return { state, askedAtMs, beatAtMs, proofTriedAtMs };
}

/** What a POST answers where no store is set. */
export function noStore(): Problem {
  return refusal("no-backup-store");
}

const contentOf = (end: BackupEnd) => ({
  contentSha256: end.sha256,
  rowCount: rowCountOf(end),
  rowCounts: { ...end.rows },
});

/** Enough of a sealed file to find its key. */
export async function firstBytes(file: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(file, { end: sealedHeadBytesMax - 1 })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A back-up of this instant, sealed for its name, in a file. Throws what the disk or the database throws. */
export async function writeSealed(
  { world, envelope, engine }: Pick<BackUpsParts, "world" | "envelope" | "engine">,
  wanted: {
    readonly name: string;
    readonly atMs: number;
    readonly file: string;
    readonly onBytes?: (bytes: number) => void;
    readonly signal?: AbortSignal;
  },
): Promise<BackupEnd> {
  const { name, atMs, file, onBytes = () => {}, signal } = wanted;
  const content = new PassThrough();
  const seal = (source: AsyncIterable<Uint8Array>) => sealed(world.random, envelope, source, name);
  const toDisk = pipeline(
    content,
    seal,
    (source: AsyncIterable<Buffer>) => counting(source, onBytes),
    createWriteStream(file, { mode: 0o600, flush: true }),
    ...(signal === undefined ? [] : [{ signal }]),
  );
  const [written, stored] = await Promise.allSettled([writeBackup(engine, atMs, content), toDisk]);
  // The disk's error comes first: the writer only sees that nobody listens any more.
  if (stored.status === "rejected") throw stored.reason;
  if (written.status === "rejected") throw written.reason;
  return written.value;
}

async function* counting(source: AsyncIterable<Buffer>, onBytes: (bytes: number) => void) {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    onBytes(bytes);
    yield chunk;
  }
}
