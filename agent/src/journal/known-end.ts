/**
 * Does a log's file still end where its one writer left it? Two writers on one file would give one number to two records, and the next start
 * could keep only one of them. So the end is compared before each batch and once more after its sync, before anybody hears of it: what was
 * acknowledged has nothing foreign before it. A writer that finds something else writes no more ("<owner>/shared").
 */
import { Fault } from "@karibu/protocol/fault";
import type { World } from "@karibu/protocol/world";
import type { Folder } from "../ground/files/folder.ts";
import { type Segment, segmentName } from "./segments.ts";

type Owner = "journal" | "feed";

/** What may follow the good bytes: as many as were there at the start, or a part of what this writer tried to write. */
export type ExpectedTail = number | Uint8Array;

export interface KnownEnd {
  readonly name: string;
  /** Null: this writer has not opened it yet. */
  readonly file: string | null;
  readonly sizeBytes: number;
}

/** Rejects with Fault "<owner>/shared", or with the disk's error. */
export async function expectEnd(folder: Pick<Folder, "stat">, owner: Owner, known: KnownEnd): Promise<void> {
  const found = await folder.stat(known.name);
  if (found === null) {
    if (known.sizeBytes > 0 || known.file !== null) throw gone(owner, known.name);
    return;
  }
  if (known.file !== null && found.file !== known.file) throw shared(owner, `${known.name} was replaced`);
  if (found.sizeBytes !== known.sizeBytes)
    throw shared(owner, `${known.name} has ${found.sizeBytes} bytes, and this agent left ${known.sizeBytes}`);
}

/** Before bytes behind the good ones are cut off: they must be this writer's own. */
export async function expectTail(folder: Folder, owner: Owner, known: KnownEnd, tail: ExpectedTail): Promise<void> {
  if (typeof tail === "number") return expectEnd(folder, owner, { ...known, sizeBytes: known.sizeBytes + tail });
  const found = await folder.stat(known.name);
  if (found === null) throw gone(owner, known.name);
  const behind = ((await folder.read(known.name)) ?? new Uint8Array()).subarray(known.sizeBytes);
  const isOwn = behind.length <= tail.length && Buffer.compare(behind, tail.subarray(0, behind.length)) === 0;
  if (found.sizeBytes < known.sizeBytes || !isOwn)
    throw shared(owner, `${known.name} ends with bytes of another writer`);
}

/** The whole folder is held by one agent, the one that opened it last. */
export interface LogHolder {
  /** Is it still this one? Then nobody else's later bytes were acknowledged (`ground/files/held-folder.ts`). */
  isHeld(): Promise<boolean>;
  noteShared(what: string): void;
}

/**
 * Before the first write. The agent that held the folder before may have been in the middle of a batch while this one read: what came in since was acknowledged to
 * nobody, and is put aside as `.torn`.
 */
export async function dropLate(
  folder: Folder,
  of: {
    readonly world: Pick<World, "log">;
    readonly owner: Owner;
    readonly path: string;
    readonly holder?: LogHolder | undefined;
    readonly segment: Segment | null;
    readonly lastSeq: number;
    readonly tailBytes: number;
  },
): Promise<void> {
  if (of.holder === undefined || of.segment === null) return;
  const { name, sizeBytes } = of.segment;
  const endBytes = sizeBytes + of.tailBytes;
  const lateBytes = ((await folder.stat(name))?.sizeBytes ?? 0) - endBytes;
  const next = segmentName(of.path, of.lastSeq + 1);
  const hasNext = next !== name && ((await folder.stat(next))?.sizeBytes ?? 0) > 0;
  if ((lateBytes <= 0 && !hasNext) || !(await of.holder.isHeld())) return;
  of.world.log.warn(`${of.owner}-late-batch`, { file: hasNext ? next : name, bytes: lateBytes });
  if (hasNext) await folder.rename(next, `${next}.torn`);
  if (lateBytes <= 0) return;
  await folder.replace(`${name}.torn`, ((await folder.read(name)) ?? new Uint8Array()).subarray(endBytes));
  await folder.truncate(name, endBytes);
}

/** For good: only a new start reads what the other one wrote. */
function shared(owner: Owner, what: string): Fault {
  return new Fault(`${owner}/shared` as const, `something else writes to the data folder: ${what}`, {
    retry: "never",
    hint: "stop one of the two agents, restart the other",
  });
}

/** A stick that was pulled out may come back. */
function gone(owner: Owner, name: string): Fault {
  return new Fault(`${owner}/shared` as const, `${name} is gone`, {
    retry: "later",
    hint: "is the stick in its place? Otherwise restart the agent",
  });
}

/** Why the log is not this writer's alone; null: the disk refuses, or nothing is wrong. */
export function whyShared(fault: Fault | null): string | null {
  return fault !== null && (fault.code === "folder/taken" || fault.code.endsWith("/shared")) ? fault.message : null;
}
