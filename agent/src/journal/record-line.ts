/**
 * The text of a record's line. Most kinds are a JSON object that begins with the stamp. Nine of ten records are
 * interims, so an interim is a list without names: half as long, and half the wear of the flash. On the wire it has its
 * names.
 * `["used",<atMs>,"<clock>",<upMs>,"<sessionKey>",<inputBytes>,<outputBytes>,<onlineSeconds>]`, then an object with all other fields
 * that this interim has (free hours, a fair-use period, a router that moved, a counter that started again): few have one.
 */
import type { EventOf, JournalEvent, JournalRecord, Stamp } from "@karibu/protocol/journal/record";
import type { Bytes, Seconds } from "@karibu/protocol/quantities";
import type { Line } from "./framing.ts";

/** Built by hand: copying the event's fields into a stamped object costs more. The line has the sequence. */
export function textOf({ atMs, clock, upMs }: Omit<Stamp, "seq">, event: JournalEvent): string {
  if (event.kind === "session-used") return `["used",${atMs},"${clock}",${upMs},${usedText(event)}]`;
  return `{"atMs":${atMs},"clock":"${clock}","upMs":${upMs},${JSON.stringify(event).slice(1)}`;
}

function usedText(event: EventOf<"session-used">): string {
  const { kind: _, sessionKey, inputBytes, outputBytes, onlineSeconds, ...others } = event;
  const totals = `${JSON.stringify(sessionKey)},${inputBytes},${outputBytes},${onlineSeconds}`;
  const rest = JSON.stringify(others);
  return rest === "{}" ? totals : `${totals},${rest}`;
}

export function recordOf({ seq, json }: Line): JournalRecord {
  const content = JSON.parse(json) as UsedList | Omit<JournalRecord, "seq">;
  return "kind" in content ? ({ seq, ...content } as JournalRecord) : usedOf(seq, content);
}

type Others = Omit<EventOf<"session-used">, "kind" | "sessionKey" | "inputBytes" | "outputBytes" | "onlineSeconds">;
type UsedList = readonly [
  ...[mark: "used", atMs: Stamp["atMs"], clock: Stamp["clock"], upMs: number, sessionKey: string],
  ...[inputBytes: Bytes, outputBytes: Bytes, onlineSeconds: Seconds, others?: Others],
];

function usedOf(seq: number, list: UsedList): JournalRecord {
  const [, atMs, clock, upMs, sessionKey, inputBytes, outputBytes, onlineSeconds, others] = list;
  const totals = { sessionKey, inputBytes, outputBytes, onlineSeconds };
  return { seq, atMs, clock, upMs, kind: "session-used", ...totals, ...others };
}

/** The growth of a record when its sequence, and a list's names, are put into its JSON. */
const sequenceBytes = 24;
const namesBytes = 120;

/** The approximate length of the record with all its names. Readers' limits count in it. */
export function spelledOutBytes(json: string): number {
  return Buffer.byteLength(json) + sequenceBytes + (json.startsWith("[") ? namesBytes : 0);
}
