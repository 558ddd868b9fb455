/** Chooses the records of each epoch that count when the site's state is rebuilt, and a reader for tools. */
import type { JournalRecord } from "@karibu/protocol/journal/record";
import type { Folder } from "../ground/files/folder.ts";
import { epochNumber, epochPath, listEpochs, readOrigin } from "./epochs.ts";
import { readSegments } from "./log-reader.ts";
import type { MakePlaceholder } from "./placeholder.ts";
import { recordOf } from "./record-line.ts";
import { readStopNote } from "./stop-note.ts";

/** A place in the journal, for example what a snapshot covers. */
export interface JournalPoint {
  readonly epoch: string;
  readonly seq: number;
}

export interface ReplayStep {
  readonly epoch: string;
  readonly afterSeq: number;
  /** Later records of this epoch were carried over into the next one. */
  readonly throughSeq: number;
}

/** The epochs to read, oldest first, and which records of each. `after` null: all records. */
export async function planReplay(
  folder: Folder,
  epochs: readonly string[],
  after: JournalPoint | null,
): Promise<ReplayStep[]> {
  const steps: ReplayStep[] = [];
  const origins = await Promise.all(epochs.map((epoch) => readOrigin(folder, epoch)));
  /** By epoch: how many of its first records need no reading. What `after` has was carried over into the next epochs. */
  const covered = new Map(after === null ? [] : [[after.epoch, after.seq]]);
  for (const [index, epoch] of epochs.entries()) {
    if (after !== null && epochNumber(epoch) < epochNumber(after.epoch)) continue;
    const origin = origins[index] ?? null;
    const next = origins[index + 1] ?? null;
    const carried = origin === null ? 0 : Math.max(0, (covered.get(origin.from) ?? 0) - origin.afterSeq);
    const afterSeq = covered.get(epoch) ?? carried;
    covered.set(epoch, afterSeq);
    steps.push({ epoch, afterSeq, throughSeq: next?.from === epoch ? next.afterSeq : Number.MAX_SAFE_INTEGER });
  }
  return steps;
}

/** Yields every record after `after`, oldest first. Changes nothing, so it may run while an agent writes. */
export async function* readJournal(folder: Folder, after: JournalPoint | null = null): AsyncGenerator<JournalRecord> {
  const { existing } = await listEpochs(folder);
  for (const step of await planReplay(folder, existing, after)) yield* readEpoch(folder, step);
}

/** The records of one step without the lost ones. */
export async function* readEpoch(folder: Folder, step: ReplayStep): AsyncGenerator<JournalRecord> {
  const lost = "";
  const placeholder: MakePlaceholder = () => lost;
  for await (const segment of readSegments(folder, epochPath(step.epoch), {
    placeholder,
    skipThroughSeq: step.afterSeq,
  })) {
    for (const line of segment.lines) {
      if (line.json !== lost && line.seq > step.afterSeq && line.seq <= step.throughSeq) yield recordOf(line);
    }
  }
}

/** What a start would find wrong with the newest epoch. Changes nothing. */
export async function examineJournal(
  folder: Folder,
): Promise<{ readonly isDamaged: boolean; readonly isTorn: boolean }> {
  const epoch = (await listEpochs(folder)).existing.at(-1);
  if (epoch === undefined) return { isDamaged: false, isTorn: false };
  const note = await readStopNote(folder, epochPath(epoch));
  const stoppedAt = note.kind === "found" ? note.at : null;
  let isDamaged = note.kind === "damaged";
  let isTorn = false;
  for await (const segment of readSegments(folder, epochPath(epoch), { placeholder: () => "", stoppedAt })) {
    isDamaged ||= segment.isDamaged;
    isTorn = segment.torn !== null;
  }
  return { isDamaged, isTorn };
}
