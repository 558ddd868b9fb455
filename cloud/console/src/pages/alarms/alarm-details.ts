/** What came with an alarm, in the reader's words: who, how often, how much, why. Pure. */
import type { Alarm } from "../../data/fleet/alarms.ts";
import { byteSize, money } from "../../strings/format.ts";
import { say, word, wordOr } from "../../strings/strings.ts";
import { reasonOf } from "../releases/release-words.ts";

/** `currency`: the provider's. Ids, keys and counters that nobody acts on are left out: the API has them. */
export function alarmDetails({ kind, fields }: Pick<Alarm, "kind" | "fields">, currency: string): readonly string[] {
  return order.flatMap((name) => {
    const text = detailOf(kind, name, fields[name] ?? null, currency);
    return text === null ? [] : [text];
  });
}

/** Who or what first, then how often: the hub keeps no order. */
const order = [
  ...["name", "address", "mac", "other", "seller", "who", "version", "why", "reason"],
  ...[
    "wrongTries",
    "heldBack",
    "minutes",
    "lostRecords",
    "droppedBytes",
    "count",
    "cents",
    "locks",
    "tries",
    "weeks",
    "percent",
    "expected",
    "used",
  ],
];

/** What another party said: a channel's refusal. It stays in its language. */
export const alarmRaw = ({ fields: { problem } }: Pick<Alarm, "fields">): string | null =>
  typeof problem === "string" ? problem : null;

function detailOf(kind: string, name: string, value: Alarm["fields"][string], currency: string): string | null {
  if (value === null || value === 0 || value === "") return null;
  switch (name) {
    case "name":
    case "address":
      return String(value);
    case "mac":
    case "other":
    case "seller":
    case "who":
    case "version":
    case "wrongTries":
    case "lostRecords":
      return `${word("alarmOf", name)}: ${value}`;
    case "heldBack":
    case "minutes":
      return say(`alarmOf_${name}`, { count: Number(value) });
    case "locks":
      return say("alarmOf_locks", { count: Number(value) });
    case "tries":
      return say("alarmOf_tries", { count: Number(value) });
    case "droppedBytes":
      return `${say("alarmOf_droppedBytes")}: ${byteSize(Number(value))}`;
    case "cents":
      return money(Number(value), currency);
    case "count":
      return say("alarmOf_count", { count: Number(value) });
    case "weeks":
      return say("stickWears", { count: Number(value) });
    case "percent":
    case "expected":
      return say(`alarmOf_${name}`, { count: Number(value) });
    case "used":
      return kind === "quota-reached-journal-bytes"
        ? byteSize(Number(value))
        : say("alarmOf_used", { count: Number(value) });
    case "why":
      return whyText(String(value));
    case "reason":
      return kind === "session-stays" ? wordOr("over", String(value), String(value)) : null;
    default:
      return null;
  }
}

function whyText(why: string): string {
  const key = reasonOf(why);
  return key === null ? why : say(key);
}
