/**
 * What cells of other systems mean, as systems, people and their spreadsheets write them. What may mean two things is refused or asked, and never
 * guessed: an amount that is read wrongly is somebody's money. Pure.
 */
import { type DateOrder, orderOfDates } from "../../../ground/lists/date-order.ts";

/** Other systems write the beginning of their clock for "never"; and nobody is paid for longer than a life. */
export const paidUntilBounds = { fromMs: Date.UTC(2000, 0, 1), untilMs: Date.UTC(2100, 0, 1) } as const;

/** The sign before the cents in a file; null: nothing tells. */
export type DecimalSign = "." | "," | null;

/** What people write for a currency beside its code. A sign of another one is refused: 50 dollars are no 50 shillings. */
const currencySigns: Readonly<Record<string, readonly string[]>> = {
  KES: ["ksh", "kshs", "sh", "shs"],
  UGX: ["ush", "ushs", "sh", "shs"],
  TZS: ["tsh", "tshs", "sh", "shs"],
  RWF: ["frw", "rf"],
  ZMW: ["k", "zk"],
  GHS: ["gh₵", "₵", "ghc"],
  ETB: ["br"],
  NGN: ["₦", "n"],
  ZAR: ["r"],
  USD: ["$", "us$"],
  EUR: ["€"],
};
const amountShape =
  /^([-+]?)\s*([^\d\s()+\-.,'/]{1,4}\.?)?\s*([-+]?)\s*(\d[\d.,' ]*?)\s*(-?)\s*([^\d\s()+\-.,'/]{1,4}\.?)?$/u;

interface AmountParts {
  readonly isMinus: boolean;
  readonly signs: readonly string[];
  /** Digits with what parts them. */
  readonly number: string;
}

/** Minus as `-5`, `5-`, `(5)`; shillings also as `5/=`. Null: this is no amount. */
function amountParts(cell: string): AmountParts | null {
  const told = cell
    .normalize("NFKC")
    .replaceAll(/[\u2012\u2013\u2212]/g, "-")
    .replaceAll("\u2019", "'")
    .trim()
    .replace(/\/[=-](?=\)?$)/, "")
    .replace(/\(([^()]*)\)/, "-$1");
  const [, first, before, second, number, last, after] = amountShape.exec(told) ?? [];
  if (number === undefined) return null;
  const minuses = [first, second, last].filter((sign) => sign === "-" || sign === "+");
  if (minuses.length > 1) return null;
  const signs = [before, after].flatMap((sign) => (sign === undefined ? [] : [sign.replace(".", "").toLowerCase()]));
  return { isMinus: minuses[0] === "-", signs, number };
}

/** What the amounts of a file tell of its sign before the cents: those with one or two digits after it, or with both signs. */
export function decimalSignOf(cells: Iterable<string>): DecimalSign {
  const seen = new Set<string>();
  for (const cell of cells) {
    const { number } = amountParts(cell) ?? { number: "" };
    const told = /(?:,.*(\.)|\..*(,))\d+$/.exec(number) ?? /^[\d' ]*(?:(\.)|(,))(?:\d{1,2}|\d{2}0{2,4})$/.exec(number);
    const sign = told?.[1] ?? told?.[2];
    if (sign !== undefined) seen.add(sign);
  }
  const [only] = seen;
  return seen.size === 1 && (only === "." || only === ",") ? only : null;
}

/**
 * An amount in cents: `1250`, `1,250.00`, `1.250,00`, `1 250,5`, `KSh -30.50`, `(1,250)`, `1250/=`. One sign before three digits parts thousands where the file
 * does not use it before cents; a dot does so only where the file is known to use a comma. Null: none of these, or it may mean two things.
 * @param currency of the provider; a sign of another one is `other-currency`
 */
export function amountOf(cell: string, currency: string, decimal: DecimalSign): number | "other-currency" | null {
  const parts = amountParts(cell);
  if (parts === null) return null;
  const plain = plainNumber(parts.number, decimal);
  if (plain === null || !/^\d{1,9}(\.\d{1,2}0{0,4})?$/.test(plain)) return null;
  const allowed = [currency.toLowerCase(), ...(currencySigns[currency] ?? [])];
  if (parts.signs.some((sign) => !allowed.includes(sign))) return "other-currency";
  const cents = Math.round(Number(plain) * 100);
  return parts.isMinus && cents !== 0 ? -cents : cents;
}

const isParted = (text: string, by: string): boolean => new RegExp(`^[1-9]\\d{0,2}(?:[${by}]\\d{3})+$`).test(text);

/** With a dot before the cents, and nothing else but digits. */
function plainNumber(number: string, decimal: DecimalSign): string | null {
  const spaced = /^(\d{1,3}(?:[ ']\d{3})+)([.,]\d+)?$/.exec(number);
  if (/[ ']/.test(number) && spaced === null) return null;
  const told = spaced === null ? number : `${spaced[1]?.replaceAll(/[ ']/g, "") ?? ""}${spaced[2] ?? ""}`;
  const at = Math.max(told.lastIndexOf("."), told.lastIndexOf(","));
  if (at < 0) return told;
  const sign = told.charAt(at);
  const other = sign === "." ? "," : ".";
  const [whole, cents] = [told.slice(0, at), told.slice(at + 1)];
  if (whole.includes(sign)) return isParted(told, sign) ? told.replaceAll(sign, "") : null;
  if (whole.includes(other)) return isParted(whole, other) ? `${whole.replaceAll(other, "")}.${cents}` : null;
  if (spaced !== null || !isParted(told, sign)) return `${whole}.${cents}`;
  const isThousands = decimal === other || (decimal === null && sign === ",");
  return isThousands ? `${whole}${cents}` : null;
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const clockShape = String.raw`(?:[T, ]+(\d{1,2}):(\d\d)(?::(\d\d))?(?:\.\d+)?\s*([ap]m)?\s*(z|[+-]\d\d:?\d\d)?)?$`;
const isoShape = new RegExp(String.raw`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})${clockShape}`, "i");
const numberShape = new RegExp(String.raw`^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})${clockShape}`, "i");
const dayNamedShape = new RegExp(String.raw`^(\d{1,2})[-/. ]([a-z]{3,9})[-/., ]+(\d{4})${clockShape}`, "i");
const monthNamedShape = new RegExp(String.raw`^([a-z]{3,9})[-/. ](\d{1,2})[-/, ]+(\d{4})${clockShape}`, "i");

/** What the dates of a file tell of their order, by days after the twelfth. Null: nothing, or both. */
export function dateOrderOf(cells: Iterable<string>): DateOrder | null {
  return orderOfDates(
    [...cells].flatMap((cell) => {
      const [, first, sign, second = ""] = numberShape.exec(cell) ?? [];
      return first === undefined || sign === "." ? [] : [{ first, second }];
    }),
  );
}

/** `05/12/2026`: two days, by who reads it. Nobody writes the month first before dots. */
export function isTwoWayDate(cell: string): boolean {
  const [, first, sign, second] = numberShape.exec(cell) ?? [];
  return first !== undefined && sign !== "." && first !== second && Number(first) <= 12 && Number(second) <= 12;
}

/**
 * `2026-12-01`, `1/12/2026`, `1 Dec 2026`, `dec/01/2026`: until that day's end. With a time, until then, by the other system's clock or by the zone that stands
 * behind it. `none`: never paid. `which`: two days, and `order` is not known. Null: no such date, or none that a customer is paid until.
 */
export function dateOf(cell: string, offsetMinutes: number, order: DateOrder | null): number | "none" | "which" | null {
  if (/^(?:0000-00-00.*|0|-+|never|none|n\/a)$/i.test(cell)) return "none";
  const told = partsOfDate(cell, order);
  if (told === null || told === "which") return told;
  const { day, clock, zone } = told;
  const atMs = Date.parse(`${day}T${clock ?? "00:00:00"}Z`);
  // The engine takes February 30 for March 2.
  if (Number.isNaN(atMs) || new Date(atMs).toISOString().slice(0, 10) !== day) return null;
  if (atMs < paidUntilBounds.fromMs) return "none";
  if (atMs >= paidUntilBounds.untilMs) return null;
  const untilMs = clock === null ? atMs + 86_400_000 : atMs;
  return untilMs - (zone ?? offsetMinutes) * 60_000;
}

interface DateParts {
  readonly day: string;
  /** Null: none is told. */
  readonly clock: string | null;
  /** Minutes ahead of UTC; null: none is told. */
  readonly zone: number | null;
}

function partsOfDate(cell: string, order: DateOrder | null): DateParts | "which" | null {
  const iso = isoShape.exec(cell);
  if (iso !== null) return dateParts([iso[1], iso[2], iso[3]], iso.slice(4));
  const dayNamed = dayNamedShape.exec(cell);
  if (dayNamed !== null) return dateParts([dayNamed[3], monthOf(dayNamed[2]), dayNamed[1]], dayNamed.slice(4));
  const monthNamed = monthNamedShape.exec(cell);
  if (monthNamed !== null)
    return dateParts([monthNamed[3], monthOf(monthNamed[1]), monthNamed[2]], monthNamed.slice(4));
  const numbers = numberShape.exec(cell);
  if (numbers === null) return null;
  const [, first, sign, second, year, ...clock] = numbers;
  const own = sign === "." || Number(first) > 12 ? "day-first" : Number(second) > 12 ? "month-first" : null;
  const isSame = first === second;
  // A file that was said to begin with the month has no thirteenth.
  if (own !== null && order !== null && own !== order && sign !== ".") return null;
  const by = own ?? order ?? (isSame ? "day-first" : null);
  if (by === null) return "which";
  return dateParts(by === "day-first" ? [year, second, first] : [year, first, second], clock);
}

const monthOf = (name = ""): string => String(months.indexOf(name.slice(0, 3).toLowerCase()) + 1);

function dateParts(
  [year = "", month = "", day = ""]: readonly (string | undefined)[],
  [hour, minute = "00", second = "00", half, zone]: readonly (string | undefined)[],
): DateParts | null {
  const date = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  if (hour === undefined) return { day: date, clock: null, zone: null };
  if (half !== undefined && (Number(hour) < 1 || Number(hour) > 12)) return null;
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toLowerCase() === "pm" ? 12 : 0);
  return { day: date, clock: `${String(hours).padStart(2, "0")}:${minute}:${second}`, zone: minutesOf(zone) };
}

function minutesOf(zone: string | undefined): number | null {
  if (zone === undefined) return null;
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  return sign === undefined ? 0 : (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -1 : 1);
}

const yes = new Set(["1", "yes", "true", "on", "active", "enabled", "new", "online", "ndiyo"]);
const no = new Set([
  ...["0", "no", "false", "off", "inactive", "disabled", "blocked", "suspended", "archived", "lead", "banned"],
  ...["terminated", "cancelled", "canceled", "closed", "hapana"],
]);

/** Null: neither yes nor no. */
export function yesOf(cell: string): boolean | null {
  const said = cell.toLowerCase();
  return yes.has(said) ? true : no.has(said) ? false : null;
}

/** Several numbers or addresses stand in one cell, with commas, semicolons or strokes between them. */
export const severalOf = (cell: string | null): string[] =>
  (cell ?? "")
    .split(/[,;/|]/)
    .map((part) => part.trim())
    .filter((part) => part !== "");

/** As spreadsheets spoil them: `254711000001.0`. */
export const phoneOf = (cell: string): string => cell.replace(/^(\d{9,15})\.0+$/, "$1");
