/** What to do with a journal frame, depending on how much of its epoch the hub has. Pure. */

import { uncutEndOf } from "@karibu/protocol/grant-period";
import { type JournalRecord, parseRecord } from "@karibu/protocol/journal/record";
import { complaint } from "@karibu/protocol/schema";
import { cutText, storableText } from "@karibu/protocol/whole-text";
import type { RecordOf } from "../../ground/agents/journal-projector.ts";
import { lastDateMs, lastEndMs } from "../../ground/agents/last-date.ts";
import { amountCentsMax } from "../../ground/amounts/bounds.ts";

export interface IntakeRecord {
  readonly seq: number;
  readonly raw: Record<string, unknown>;
  /** Null: it is not a record, see `complaint`. It is stored raw and keeps its place in the sequence. */
  readonly record: JournalRecord | null;
  readonly complaint: string | null;
}

export type IntakePlan =
  | {
      readonly kind: "take";
      /** Not seen before, in order, without gaps. */
      readonly fresh: IntakeRecord[];
      /** Numbers that the hub has: they are compared, because a copied site uses them again for other records. */
      readonly repeated: IntakeRecord[];
      readonly lastSeq: number;
      /** The site says that it lost these for good. */
      readonly gap: { readonly fromSeq: number; readonly toSeq: number } | null;
    }
  | { readonly kind: "gap"; readonly expectedSeq: number; readonly foundSeq: number }
  | { readonly kind: "refuse"; readonly field: string; readonly message: string };

export function planIntake(
  frame: { readonly records: readonly Record<string, unknown>[]; readonly lostBefore?: boolean | undefined },
  lastSeq: number,
): IntakePlan {
  const firstSeq = findFirstSeq(frame.records);
  if (firstSeq === null) return { kind: "refuse", field: "records.0.seq", message: "no record has a usable number" };
  // Beyond them two records would have one number.
  if (!Number.isSafeInteger(firstSeq + frame.records.length))
    return { kind: "refuse", field: "records.0.seq", message: "there are no numbers so high" };
  const taken: IntakeRecord[] = [];
  for (const [index, raw] of frame.records.entries()) {
    const expected = firstSeq + index;
    if (isSeq(raw.seq) && raw.seq !== expected)
      return { kind: "refuse", field: `records.${index}.seq`, message: `expected ${expected}, found ${raw.seq}` };
    taken.push(checkRecord(raw, expected));
  }
  const skips = firstSeq > lastSeq + 1;
  if (skips && frame.lostBefore !== true) return { kind: "gap", expectedSeq: lastSeq + 1, foundSeq: firstSeq };
  const fresh = taken.filter((entry) => entry.seq > lastSeq);
  return {
    kind: "take",
    fresh,
    repeated: taken.filter((entry) => entry.seq <= lastSeq),
    lastSeq: fresh.at(-1)?.seq ?? lastSeq,
    gap: skips ? { fromSeq: lastSeq + 1, toSeq: firstSeq - 1 } : null,
  };
}

/** Records of a frame are consecutive, so one readable number gives all positions. */
function findFirstSeq(records: readonly Record<string, unknown>[]): number | null {
  for (const [index, { seq }] of records.entries()) if (isSeq(seq) && seq > index) return seq - index;
  return null;
}

function isSeq(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

function checkRecord(given: Record<string, unknown>, seq: number): IntakeRecord {
  const raw = storable(given) as Record<string, unknown>;
  const parsed = parseRecord(raw);
  if ("record" in parsed) {
    const wild = wildFigure(parsed.record);
    return { seq, raw, record: wild === null ? parsed.record : null, complaint: wild };
  }
  const { field, message } = complaint(parsed.error);
  return { seq, raw, record: null, complaint: cutText(`${field}: ${message}`, 500) };
}

/**
 * A site that is broken, or stolen, must not write into the books what no sum can hold, nor anywhere what no table can: such a record would never be
 * stored, and all behind it would wait. Null: the record has no such figure.
 */
function wildFigure(record: JournalRecord): string | null {
  return outside(record, ["atMs"], lastDateMs) ?? wildOfKind(record);
}

function wildOfKind(record: JournalRecord): string | null {
  switch (record.kind) {
    case "cash-sale": {
      const { priceCents, discount } = record;
      return outside({ priceCents, ...discount }, ["priceCents", "discountCents"], amountCentsMax);
    }
    case "session-started":
      return tooLong(record, ["mac", "address"]) ?? outside(record, ["startedAtMs"], lastDateMs);
    case "session-used":
      return wildCounters(record);
    case "session-stopped":
      return wildCounters(record) ?? outside(record, ["stoppedAtMs"], lastDateMs);
    case "grant-started": {
      const { startedAtMs, endsAtMs, terms } = record.grant;
      // The table also has when its validity ends, where the plan's date cuts that off.
      const longest = Math.max(endsAtMs ?? 0, uncutEndOf(record.grant) ?? 0, terms.validUntilMs ?? 0);
      const began = outside({ startedAtMs: startedAtMs ?? 0 }, ["startedAtMs"], lastDateMs);
      const ends = outside({ endsAtMs: longest }, ["endsAtMs"], lastEndMs);
      return began ?? ends ?? outside(record.voucher ?? {}, ["serial"], serialMax);
    }
    case "outage-credited":
      return outside(record, ["fromMs", "toMs"], lastDateMs);
    case "clock-corrected":
      return outside({ stepMs: Math.abs(record.stepMs) }, ["stepMs"], stepMsMax);
    default:
      return null;
  }
}

const wildCounters = (record: RecordOf<"session-used" | "session-stopped">): string | null =>
  outside(record, ["inputBytes", "outputBytes", "baseInputBytes", "baseOutputBytes"], sessionBytesMax) ??
  outside(record, ["onlineSeconds"], sessionSecondsMax);

/** More than any session carries, or lasts: a thousand terabytes, three hundred years. */
const sessionBytesMax = 1_000_000_000_000_000;
const sessionSecondsMax = 10_000_000_000;
/** A clock without a battery begins in 1970; none is a hundred years off. */
const stepMsMax = 3_155_760_000_000;
/** As in the names of vouchers' grants. */
const serialMax = 999_999_999;
/** As a RADIUS attribute. */
const addressLengthMax = 253;

/** The first of these figures that is negative or larger. Null: none. */
function outside<Name extends string>(
  figures: { readonly [Figure in Name]?: number },
  names: readonly Name[],
  most: number,
): string | null {
  for (const name of names) {
    const figure = figures[name] ?? 0;
    if (figure < 0 || figure > most) return `${name}: ${figure} can't be`;
  }
  return null;
}

function tooLong<Name extends string>(
  texts: { readonly [Text in Name]: string | null },
  names: readonly Name[],
): string | null {
  const name = names.find((each) => (texts[each] ?? "").length > addressLengthMax);
  return name === undefined ? null : `${name}: at most ${addressLengthMax} characters are allowed`;
}

/** No record of ours is half as deep. Whoever reads a value goes down into it, and PostgreSQL does too, until its stack is full. */
const depthMax = 32;

/** PostgreSQL's jsonb accepts neither U+0000 nor half a surrogate pair. The same value when there is nothing to replace. */
function storable(value: unknown): unknown {
  return isStorable(value) ? value : madeStorable(value);
}

/** Allocates nothing: nearly every record of every site passes here and is valid. */
export function isStorable(value: unknown, depth = depthMax): boolean {
  if (typeof value === "string") return !value.includes("\0") && value.isWellFormed();
  if (typeof value !== "object" || value === null) return true;
  if (depth === 0) return false;
  if (Array.isArray(value)) return value.every((each) => isStorable(each, depth - 1));
  for (const key in value)
    if (!isStorable(key) || !isStorable((value as Record<string, unknown>)[key], depth - 1)) return false;
  return true;
}

function madeStorable(value: unknown, depth = depthMax): unknown {
  if (typeof value === "string") return storableText(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth === 0) return null;
  if (Array.isArray(value)) return value.map((each) => madeStorable(each, depth - 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [storableText(key), madeStorable(inner, depth - 1)]),
  );
}
