/**
 * The times of a statement's rows, East Africa Time. The portal writes `DD-MM-YYYY HH:mm:ss` or `DD/MM/YYYY HH:mm:ss`; a spreadsheet that opened the file and
 * saved it writes them as its own country does (`5/12/2026 2:05 PM`), and the same in all rows. What may be two days is asked, and never guessed.
 */
import { type DateOrder, orderOfDates } from "../../../ground/lists/date-order.ts";
import { eastAfricaText, readEastAfricaTime, type TimeGroups } from "./east-africa-time.ts";

const dayFirst =
  /^(?<day>\d{2})[-/](?<month>\d{2})[-/](?<year>\d{4}) (?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2}))?$/;
const yearFirst =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})[ T](?<hour>\d{2}):(?<minute>\d{2}):(?<second>\d{2})(?:\.\d+)?$/;
/** With one digit, with a half of the day, or as the portal writes it. */
const saved =
  /^(?<first>\d{1,2})(?<sign>[-/.])(?<other>\d{1,2})\k<sign>(?<year>\d{4}),? +(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2}))?(?: ?(?<half>[AP])\.?M\.?)?$/i;

/** `DD-MM-YYYY HH:mm:ss`, `DD/MM/YYYY HH:mm:ss`, ISO, or an Excel serial. */
export function readStatementTime(text: string): number | null {
  const serial = /^\d{5}(\.\d+)?$/.test(text) ? Number(text) : null;
  if (serial !== null) return Math.round((serial - 25_569) * 86_400) * 1000 - 3 * 3_600_000;
  return readEastAfricaTime((dayFirst.exec(text) ?? yearFirst.exec(text))?.groups);
}

/**
 * A spreadsheet that reads the month first has opened the portal's file: it took days up to the twelfth for months, and made dates of its own of them; the later
 * ones it left as texts.
 */
export function areChanged(cells: readonly string[]): boolean {
  const texts = cells.flatMap((cell) => saved.exec(cell)?.groups?.first ?? []);
  const own = cells.flatMap((cell) => (saved.test(cell) ? [] : (readStatementTime(cell) ?? [])));
  const isEarly = (atMs: number) => Number(eastAfricaText(atMs).slice(8, 10)) <= 12;
  return own.length > 0 && texts.length > 0 && texts.every((day) => Number(day) > 12) && own.every(isEarly);
}

/**
 * How the times of this file are read. `ask`: they were saved by a spreadsheet, and each of them is two days by who reads it.
 * @param chosen by a person; null: nobody was asked
 */
export function readerOfTimes(
  cells: readonly string[],
  chosen: DateOrder | null,
): { readonly kind: "ask" } | { readonly kind: "reads"; read(text: string): number | null } {
  const told = cells.flatMap((cell): { first: string; second: string }[] => {
    const { first, other } = saved.exec(cell)?.groups ?? {};
    return first === undefined || other === undefined ? [] : [{ first, second: other }];
  });
  const order = chosen ?? orderOfDates(told);
  const isPortals = cells.every((cell) => !saved.test(cell) || dayFirst.test(cell));
  const isTwoWay = told.some(({ first, second }) => Number(first) !== Number(second));
  if (order === null && !isPortals && isTwoWay) return { kind: "ask" };
  const by = order ?? "day-first";
  return {
    kind: "reads",
    read(text) {
      const groups = saved.exec(text)?.groups;
      return groups === undefined ? readStatementTime(text) : readEastAfricaTime(wholeOf(groups, by));
    },
  };
}

/** Undefined: there is no such hour. */
function wholeOf(
  { first, other, year, hour, minute, second, half }: TimeGroups,
  order: DateOrder,
): TimeGroups | undefined {
  const [day, month] = order === "day-first" ? [first, other] : [other, first];
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toUpperCase() === "P" ? 12 : 0);
  if (half !== undefined && (Number(hour) < 1 || Number(hour) > 12)) return undefined;
  const two = (part: string | undefined) => part?.padStart(2, "0");
  return { year, month: two(month), day: two(day), hour: two(String(hours)), minute, second };
}
