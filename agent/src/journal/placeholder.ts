/** What takes the place of a record that is gone, so that sequences have no gaps. A hub of any release knows it: it is an alarm. */
import type { JournalRecord, Stamp } from "@karibu/protocol/journal/record";
import type { Line, SeqRange } from "./framing.ts";
import { recordOf, textOf } from "./record-line.ts";

const standInName = "journal-lost";

/** Makes the stand-in for a record that stood behind `before`; null: nothing is left of what was before. */
export type StandIn = (before: Line | null) => string;

/** Stamped as the record before it: the same one at each look, and never later than what it stands for. */
export function journalStandIn(stamp: () => Omit<Stamp, "seq">): StandIn {
  return (before) =>
    textOf(before === null ? stamp() : recordOf(before), { kind: "alarm", name: standInName, fields: {} });
}

export function isStandIn(record: JournalRecord): boolean {
  return record.kind === "alarm" && record.name === standInName;
}

/** `before`: the last line of what came before these. */
export function withStandIns(
  lines: readonly Line[],
  gone: readonly SeqRange[],
  standIn: StandIn,
  before: Line | null,
): readonly Line[] {
  if (gone.length === 0) return lines;
  const all: Line[] = [];
  let last = before;
  let next = 0;
  for (const { firstSeq, lastSeq } of [...gone].sort((a, b) => a.firstSeq - b.firstSeq)) {
    for (let line = lines[next]; line !== undefined && line.seq < firstSeq; line = lines[++next]) all.push(line);
    last = all.at(-1) ?? last;
    const json = standIn(last ?? lines[next] ?? null);
    for (let seq = firstSeq; seq <= lastSeq; seq++) all.push({ seq, json });
  }
  return all.concat(lines.slice(next));
}
