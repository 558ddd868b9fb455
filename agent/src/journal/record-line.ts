/**
 * A record as the text of its line. All but one kind are their JSON object, the stamp first. Interims are nine of ten records,
 * so theirs is a list without the names: half as long, and half the wear of the flash. On the wire they have their names.
 * `["used",<atMs>,"<clock>",<upMs>,"<sessionKey>",<inputBytes>,<outputBytes>,<onlineSeconds>]`, and where a NAS' counter
 * began again, `<baseInputBytes>,<baseOutputBytes>` behind.
 */
import type { EventOf, JournalEvent, JournalRecord, Stamp } from "@karibu/protocol/journal/record";
import type { Bytes, Seconds } from "@karibu/protocol/quantities";
import type { Line } from "./framing.ts";

/** Put together by hand: copying the event's fields into a stamped object first costs more. The sequence is the line's. */
export function textOf({ atMs, clock, upMs }: Omit<Stamp, "seq">, event: JournalEvent): string {
  if (event.kind === "session-used") return `["used",${atMs},"${clock}",${upMs},${usedText(event)}]`;
  return `{"atMs":${atMs},"clock":"${clock}","upMs":${upMs},${JSON.stringify(event).slice(1)}`;
}

function usedText(event: EventOf<"session-used">): string {
  const { sessionKey, inputBytes, outputBytes, onlineSeconds, baseInputBytes, baseOutputBytes } = event;
  const totals = `${JSON.stringify(sessionKey)},${inputBytes},${outputBytes},${onlineSeconds}`;
  if (baseInputBytes === undefined && baseOutputBytes === undefined) return totals;
  return `${totals},${baseInputBytes ?? 0},${baseOutputBytes ?? 0}`;
}

export function recordOf({ seq, json }: Line): JournalRecord {
  const said = JSON.parse(json) as UsedList | Omit<JournalRecord, "seq">;
  return "kind" in said ? ({ seq, ...said } as JournalRecord) : usedOf(seq, said);
}

type UsedList = readonly [
  ...[mark: "used", atMs: Stamp["atMs"], clock: Stamp["clock"], upMs: number, sessionKey: string],
  ...[inputBytes: Bytes, outputBytes: Bytes, onlineSeconds: Seconds],
  ...[baseInputBytes?: Bytes, baseOutputBytes?: Bytes],
];

function usedOf(seq: number, list: UsedList): JournalRecord {
  const [, atMs, clock, upMs, sessionKey, inputBytes, outputBytes, onlineSeconds, baseInputBytes, baseOutputBytes] =
    list;
  const used = { kind: "session-used", sessionKey, inputBytes, outputBytes, onlineSeconds } as const;
  if (baseInputBytes === undefined || baseOutputBytes === undefined) return { seq, atMs, clock, upMs, ...used };
  return { seq, atMs, clock, upMs, ...used, baseInputBytes, baseOutputBytes };
}

/** What a record grows by when its sequence is put into its JSON, and a list's names are. */
const sequenceBytes = 24;
const namesBytes = 120;

/** How long the record is with all its names, about: what a reader may take at once is counted in this. */
export function spelledOutBytes(json: string): number {
  return Buffer.byteLength(json) + sequenceBytes + (json.startsWith("[") ? namesBytes : 0);
}
