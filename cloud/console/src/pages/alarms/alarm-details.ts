/** What came with an alarm, in the reader's words: who, how often, how much, why. Pure. */
import type { AlarmField } from "@karibu/protocol/alarms/alarm-fields";
import type { Alarm } from "../../data/fleet/alarms.ts";
import { byteSize, money } from "../../strings/format.ts";
import { say, wordOr } from "../../strings/strings.ts";
import { reasonOf } from "../releases/release-words.ts";

/** `currency`: the provider's. What a newer agent or hub says, and this console has no row for, comes last, as it was said. */
export function alarmDetails({ kind, fields }: Pick<Alarm, "kind" | "fields">, currency: string): readonly string[] {
  const newer = Object.keys(fields).filter((name) => !Object.hasOwn(details, name));
  return [...Object.keys(details), ...newer].flatMap((name) => {
    const value = fields[name] ?? null;
    if (value === null || value === 0 || value === "") return [];
    const detail = Object.hasOwn(details, name) ? details[name as AlarmField] : asItWasSaid;
    const text = detail?.({ name, value, kind, currency }) ?? null;
    return text === null ? [] : [text];
  });
}

/** What another party said: a channel's refusal. It stays in its language. */
export const alarmRaw = ({ fields: { problem } }: Pick<Alarm, "fields">): string | null =>
  typeof problem === "string" ? problem : null;

interface Said {
  readonly name: string;
  readonly value: string | number | boolean;
  /** The alarm's. */
  readonly kind: string;
  readonly currency: string;
}
type Detail = (said: Said) => string | null;

const itself: Detail = ({ value }) => String(value);
const asItWasSaid: Detail = ({ name, value }) => `${name}: ${value}`;

/** In this order: who or what first, then how often; the hub keeps no order. Null: ids, keys and counters that nobody acts on; the API has them. */
const details: Readonly<Record<AlarmField, Detail | null>> = {
  name: itself,
  address: itself,
  mac: ({ value }) => `${say("alarmOf_mac")}: ${value}`,
  other: ({ value }) => `${say("alarmOf_other")}: ${value}`,
  seller: ({ value }) => `${say("alarmOf_seller")}: ${value}`,
  who: ({ value }) => `${say("alarmOf_who")}: ${value}`,
  version: ({ value }) => `${say("alarmOf_version")}: ${value}`,
  why: ({ value }) => whyText(String(value)),
  reason: ({ value, kind }) => (kind === "session-stays" ? wordOr("over", String(value), String(value)) : null),
  wrongTries: ({ value }) => `${say("alarmOf_wrongTries")}: ${value}`,
  heldBack: ({ value }) => say("alarmOf_heldBack", { count: Number(value) }),
  minutes: ({ value }) => say("alarmOf_minutes", { count: Number(value) }),
  lostRecords: ({ value }) => `${say("alarmOf_lostRecords")}: ${value}`,
  droppedBytes: ({ value }) => `${say("alarmOf_droppedBytes")}: ${byteSize(Number(value))}`,
  count: ({ value }) => say("alarmOf_count", { count: Number(value) }),
  cents: ({ value, currency }) => money(Number(value), currency),
  locks: ({ value }) => say("alarmOf_locks", { count: Number(value) }),
  tries: ({ value }) => say("alarmOf_tries", { count: Number(value) }),
  weeks: ({ value }) => say("stickWears", { count: Number(value) }),
  percent: ({ value }) => say("alarmOf_percent", { count: Number(value) }),
  expected: ({ value }) => say("alarmOf_expected", { count: Number(value) }),
  used: ({ value, kind }) =>
    kind === "quota-reached-journal-bytes" ? byteSize(Number(value)) : say("alarmOf_used", { count: Number(value) }),
  /** Stands by itself: `alarmRaw`. */
  problem: null,
  because: null,
  cause: null,
  epoch: null,
  files: null,
  filesSetAside: null,
  first: null,
  firstLostSeq: null,
  freeBytes: null,
  givenTwice: null,
  grant: null,
  heldSeq: null,
  kind: null,
  length: null,
  nas: null,
  release: null,
  session: null,
  what: null,
};

function whyText(why: string): string {
  const key = reasonOf(why);
  return key === null ? why : say(key);
}
