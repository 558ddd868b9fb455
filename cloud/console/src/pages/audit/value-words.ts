/** What the values of fields are called in the activity. The lab's `activity-words.test.ts` asks for a word, or a place in `asTheyAre`, for each. */
import { byteSize, dateTime, day, duration, plainAddress, type Zone } from "../../strings/format.ts";
import { say, wordOr } from "../../strings/strings.ts";
import { clockText } from "../plans/special-terms.ts";
import { daysText, speedText } from "../plans/terms-text.ts";
import { permissionWords } from "../staff/permission-words.ts";

/**
 * Of these fields the values have words that the console says elsewhere too: of which kinds; the first that has one counts. What only the
 * activity says is `auditValue_<field>_<value>`, which comes first.
 */
const kindsOf: Readonly<Record<string, readonly string[]>> = {
  audience: ["audience"],
  authority: ["authority"],
  billing: ["billing"],
  by: ["group"],
  channel: ["channel", "upgradeChannel"],
  class: ["class"],
  dateOrder: ["dateOrder"],
  doubles: ["origin"],
  environment: ["env"],
  events: ["event"],
  every: ["each", "backUpEvery"],
  from: ["role"],
  kind: ["notice_kind", "sender", "kind", "item", "ticket_kind", "correction"],
  kinds: ["alarm"],
  layout: ["paper"],
  level: ["routerLevel"],
  method: ["method", "payOutBy"],
  names: ["radiusNames"],
  own: ["backUpEvery"],
  priority: ["priority"],
  queue: ["queue"],
  refundUsed: ["refundUsed"],
  reports: ["report"],
  role: ["role"],
  roles: ["role"],
  roleAttribute: ["radiusAttribute"],
  service: ["service"],
  state: ["voucher", "ticket_state"],
  subscriptionDocuments: ["subDocs"],
  tax: ["tax"],
  template: ["template"],
  to: ["role"],
  treatment: ["treatment"],
  type: ["binding"],
  use: ["hookUse"],
  ways: ["sentBy"],
  why: ["ending", "moved"],
};

/** Names that everybody writes alike: currencies, files, protocols, versions, RouterOS's own. */
export const asTheyAre: ReadonlySet<string> = new Set(["currency", "driver", "port", "protocol", "topics", "version"]);
const filesAsTheyAre = new Set(["csv", "xlsx", "pdf"]);

/** Minutes of the day, and not a number of minutes. */
const isTimeOfDay = /(?:^m|[a-z]M)inute$/;
/** In milliseconds, and not a moment. */
const isSpan = /^(?:after|escalateAfter|padoDelay)Ms$/;

/**
 * A field without the unit that its value tells: money in its main unit, shares in per cent, moments and lengths of time written out.
 * What it gives as `text` is written already.
 */
export function fieldOf(key: string, value: unknown, zone: Zone): { name: string; value: unknown; text?: string } {
  if (typeof value !== "number") return { name: bare(key), value };
  if (isSpan.test(key)) return { name: bare(key), value, text: duration(value / 1000) };
  if (/[a-z]Ms$/.test(key)) return { name: bare(key), value, text: dateTime(value, zone) };
  return { name: bare(key), value: value / (divisors.find(([ending]) => ending.test(key))?.[1] ?? 1) };
}

const divisors: readonly (readonly [RegExp, number])[] = [
  [/Cents(?:Max)?$/, 100],
  [/Millicents$/, 100_000],
  [/[pP]ermille$/, 10],
  [/Bp$/, 100],
];

/** The name of a field without its unit. */
export const bare = (key: string): string =>
  key
    .replace(/(?:[a-z])(?:At)?Ms$/, (ending) => ending[0] as string)
    .replace(/^unitCents$/, "unitPrice")
    .replace(/Millicents$/, "")
    .replace(/Cents(?=Max$|$)/, "")
    .replace(/^permille$/, "percent")
    .replace(/Permille$/, "Percent")
    .replace(/Bp$/, "Percent");

/** One value in words; a day as people write it. An unknown one stands there as it is. */
export function valueText(name: string, value: unknown, zone: Zone): string {
  if (typeof value === "boolean") return say(value ? "yes" : "no");
  if (typeof value === "number") return numberText(name, value);
  const text = String(value);
  if (name === "permissions" || name === "scopes") return permissionWords(text);
  const word = valueWord(name, text);
  if (word !== undefined) return word;
  const hiddenText = /^\[(\d+) characters\]$/.exec(text);
  if (hiddenText !== null) return say("auditCharacters", { count: Number(hiddenText[1]) });
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? day(text, zone) : plainAddress(text);
}

/** The word of a value that has one. @returns undefined: it has none */
export function valueWord(name: string, value: string): string | undefined {
  const code = value.replaceAll(".", "-");
  const found = [`auditValue_${name}`, ...(kindsOf[name] ?? [])].map((kind) => wordOr(kind, code, "")).find(isWhole);
  return found ?? (filesAsTheyAre.has(value) ? value.toUpperCase() : undefined);
}

/** A sentence with a blank wants a value that is not here. */
const isWhole = (text: string) => text !== "" && !text.includes("{");

function numberText(name: string, value: number): string {
  if (name === "utcOffsetMinutes") return `UTC${value < 0 ? "−" : "+"}${Math.abs(value) / 60}`;
  if (isTimeOfDay.test(name)) return clockText(value);
  if (name.endsWith("Seconds") || name === "seconds") return duration(value);
  if (name.endsWith("Kbps") || name === "kbps") return speedText(value);
  if (name.endsWith("Bytes") && name !== "mtuBytes") return byteSize(value);
  if (/-bytes$|BytesTotal$/.test(name)) return byteSize(value);
  return String(value);
}

/** Days of the week, 0 for Sunday, as one text. */
export const weekdaysText = (days: readonly number[]): string => daysText(days);
