/**
 * The record in the place of a lost one, so that sequences have no gaps. It is an alarm, which a hub of any release
 * knows.
 */
import type { SiteAlarm } from "@karibu/protocol/alarms/alarm-kinds";
import type { JournalRecord, Stamp } from "@karibu/protocol/journal/record";
import type { Line } from "../ground/files/checked-line.ts";
import type { SeqRange } from "./framing.ts";
import { recordOf, textOf } from "./record-line.ts";

const placeholderName: SiteAlarm = "journal-lost";

/** Makes the placeholder for a record that followed `before`; null: nothing before it is left. */
export type MakePlaceholder = (before: Line | null) => string;

/**
 * Has the stamp of the record before it: equal at each read, and never later than the lost record. Where no record is left to tell the time, it is the
 * system's clock, and says nothing of the site's (`apply-record.ts`).
 */
export function journalPlaceholder(stamp: () => Omit<Stamp, "seq">): MakePlaceholder {
  return (before) =>
    textOf(before === null ? stamp() : recordOf(before), { kind: "alarm", name: placeholderName, fields: {} });
}

export function isPlaceholder(record: JournalRecord): boolean {
  return record.kind === "alarm" && record.name === placeholderName;
}

/** `before`: the last line before these. */
export function withPlaceholders(
  lines: readonly Line[],
  gone: readonly SeqRange[],
  placeholder: MakePlaceholder,
  before: Line | null,
): readonly Line[] {
  if (gone.length === 0) return lines;
  const all: Line[] = [];
  let last = before;
  let next = 0;
  for (const { firstSeq, lastSeq } of [...gone].sort((a, b) => a.firstSeq - b.firstSeq)) {
    for (let line = lines[next]; line !== undefined && line.seq < firstSeq; line = lines[++next]) all.push(line);
    last = all.at(-1) ?? last;
    const json = placeholder(last ?? lines[next] ?? null);
    for (let seq = firstSeq; seq <= lastSeq; seq++) all.push({ seq, json });
  }
  return all.concat(lines.slice(next));
}
