/**
 * How an export writes its columns, for people and their spreadsheets. Amounts are whole currency ("30.00", or "5000" where it has
 * no coins; the currency has a column of its own). A time has two columns: in UTC, and the clock on the provider's wall. A code is a word. Pure.
 */
import { plainAmount } from "@karibu/protocol/money-text";
import { displayName } from "@karibu/protocol/plan-name";
import type { Cell } from "./csv.ts";
import { type FileLanguage, inLanguage, type Word, type Wording, wordFor } from "./export-words.ts";

const utc: Word = ["UTC", "UTC"];
const local: Word = ["local", "saa za hapa"];
const yes: Word = ["Yes", "Ndiyo"];
const no: Word = ["No", "Hapana"];

/** The heads that a field has: `createdAtMs` with the word `Made` becomes `Made (UTC)` and `Made (local)`. */
export function headsOf(field: string, word: Word, language: FileLanguage): readonly string[] {
  const head = inLanguage(word, language);
  return isTime(field) ? [utc, local].map((clock) => `${head} (${inLanguage(clock, language)})`) : [head];
}

export interface CellStyle {
  readonly language: FileLanguage;
  /** The provider's time zone, minutes east of UTC. */
  readonly offsetMinutes: number;
  /** Words for the codes of this field. */
  readonly wording?: Wording | undefined;
  /** Of the row's amounts, where it says so. */
  readonly currency?: string | null;
}

export function cellsOf(field: string, value: unknown, style: CellStyle): readonly Cell[] {
  const { language, offsetMinutes, wording, currency = null } = style;
  if (isTime(field)) {
    if (!isMoment(value)) return [null, null];
    const atHome = new Date(value + offsetMinutes * 60_000).toISOString().slice(0, 19).replace("T", " ");
    return [new Date(value).toISOString(), atHome];
  }
  if (field.endsWith("Cents")) return [typeof value === "number" ? plainAmount(value, currency) : null];
  if (field === "planName" && typeof value === "string") return [displayName(value, language)];
  if (typeof value === "boolean") return [inLanguage(value ? yes : no, language)];
  if (wording !== undefined && typeof value === "string") return [wordFor(wording, value, language)];
  return [value as Cell];
}

/** A moment, as milliseconds. */
export const isTime = (field: string): boolean => field.endsWith("AtMs");

/** A date can tell no other, in any time zone: a broken or stolen site may name any number. */
const momentMsMax = 8_640_000_000_000_000 - 86_400_000;
export const isMoment = (value: unknown): value is number =>
  typeof value === "number" && Math.abs(value) <= momentMsMax;
