/**
 * Customers of another system from a CSV file: the first line names the columns, in any order and case, with commas, semicolons or tabs. What each column
 * says stands in `customer-columns.ts`. Runs in a process of its own (`read-customers.ts`). Pure.
 */
import type { AccountAddress } from "@karibu/protocol/accounts/customer-account";
import { cutText } from "@karibu/protocol/whole-text";
import type { GivenPassword } from "../../../catalogue/accounts/given-password.ts";
import type { DateOrder } from "../../../ground/lists/date-order.ts";
import { hasLostDigits, plainText, readCsv } from "../../../ground/lists/read-csv.ts";
import type { ForeignPlan } from "../foreign-book.ts";
import {
  amountOf,
  type DecimalSign,
  dateOf,
  dateOrderOf,
  decimalSignOf,
  isTwoWayDate,
  phoneOf,
  severalOf,
  yesOf,
} from "./cell-values.ts";
import {
  type ColumnChoice,
  type ColumnField,
  type ColumnsRead,
  csvSources,
  headerHashOf,
  isSecretColumn,
  readColumns,
} from "./customer-columns.ts";
import { type CellRow, isServiceRow, joinServiceRows } from "./service-rows.ts";

/** Bounds of one file; its time and memory: `ground/foreign-files`. */
export const customerFileBounds = { lines: 20_000, columns: 200 } as const;
const nameLengthMax = 60;
const samplesMax = 3;
const sampleLengthMax = 60;

export const customerSources = [
  ...csvSources,
  "hotspot-users",
  "user-manager",
  "router",
  "phpnuxbill",
  "radius",
] as const;
export type CustomerSource = (typeof customerSources)[number];

export const lineProblems = [
  "unreadable",
  "cut-off",
  "more-cells",
  "no-such-column",
  "column-twice",
  "no-name-column",
  "columns-differ",
  "no-lines",
  "too-many-lines",
  "no-name",
  "recharge-code",
  "other-service",
  "router-own",
  "no-log-in",
  "device",
  "not-read",
  "too-long",
  "control-character",
  "lost-letters",
  "lost-digits",
  "bad-date",
  "which-date-order",
  "bad-balance",
  "other-currency",
  "bad-service",
  "bad-active",
  "bad-phone",
  "bad-email",
  "bad-username",
  "bad-address",
  "address-twice",
  "bad-password",
  "no-password",
  "no-login",
  "username-twice",
  "username-taken",
  "no-such-plan",
  "no-such-site",
  "other-balance",
  "balance-without-phone",
  "other-phone",
  "other-name",
  "name-here",
  "credited-before",
] as const;
export type LineProblem = (typeof lineProblems)[number];

export interface LineError {
  /** Line of the file; the first is 1; 0: it has none. */
  readonly line: number;
  readonly field: string;
  readonly problem: LineProblem;
}

/** What another system knows of one customer, or of one of their lines. Hostile text, bounded. */
export interface CustomerLine {
  readonly line: number;
  readonly name: string;
  readonly phone: string | null;
  /** Further ones of the same cell, or of further columns. */
  readonly otherPhones: readonly string[];
  readonly email: string | null;
  readonly note: string | null;
  /** Lines of one number, or of one phone, are one customer's. */
  readonly number: string | null;
  readonly username: string | null;
  readonly password: GivenPassword | null;
  readonly service: "pppoe" | "hotspot" | "any" | null;
  readonly plan: string | null;
  /** What the line gets of its own; null: nothing. */
  readonly address: AccountAddress | null;
  /** It works from this device alone. */
  readonly mac: string | null;
  readonly site: string | null;
  readonly paidUntilMs: number | null;
  /** Below zero: they owe. */
  readonly balanceCents: number | null;
  /** True where nothing is said. */
  readonly isActive: boolean;
  /** Something is said of it. */
  readonly saysActive: boolean;
}

/** The columns of a file, for the person who says what they are. Hostile text, bounded. */
export interface FileColumns {
  /** Names the first line of the file. */
  readonly header: string;
  readonly from: ColumnsRead["from"];
  readonly columns: readonly {
    readonly name: string;
    /** The first values that differ; hidden where they look like passwords. */
    readonly samples: readonly string[];
    /** Null: left out. */
    readonly field: ColumnField | null;
  }[];
  /** Chosen, or told by the file's own dates; null: neither. */
  readonly dateOrder: DateOrder | null;
  /** There are dates that are two days, by who reads them. */
  readonly hasTwoWayDates: boolean;
}

export interface CustomerFile {
  readonly source: CustomerSource;
  readonly lines: readonly CustomerLine[];
  readonly errors: readonly LineError[];
  /** Users who are nobody's subscription: the takeover of codes takes them. */
  readonly codes: number;
  /** Plans that the other system tells, with their limits; a CSV tells none. */
  readonly plans: readonly ForeignPlan[];
  /** Columns that say nothing to us. */
  readonly ignored: readonly string[];
  /** Null: it is no CSV. */
  readonly columns: FileColumns | null;
}

export interface ReadingOfCsv {
  /** By which a date of the file is ahead of UTC. */
  readonly offsetMinutes: number;
  /** Of the provider. */
  readonly currency: string;
  /** By a person now, for this file; null: nothing. */
  readonly chosen: { readonly columns: ColumnChoice["columns"] | null; readonly dateOrder: DateOrder | null };
  /** By the provider's people before, by the first line of a file. */
  readonly remembered: ReadonlyMap<string, ColumnChoice>;
}

const lengthMax: Readonly<Record<ColumnField, number>> = {
  name: 100,
  first_name: 50,
  last_name: 50,
  company: 100,
  phone: 120,
  email: 254,
  note: 1500,
  number: 64,
  username: 64,
  password: 128,
  service: 20,
  plan: 100,
  site: 100,
  paid_until: 40,
  balance: 30,
  owes: 30,
  active: 20,
  inactive: 60,
  street: 200,
  city: 100,
};

/** Null: these are no columns and lines. */
export function readCustomerCsv(csv: string, of: ReadingOfCsv): CustomerFile | null {
  const read = readCsv(csv, customerFileBounds.lines + 2);
  if (read.kind === "unreadable") return refused([{ line: read.line, field: "file", problem: "unreadable" }]);
  const { head, body } = read;
  if (head.length > customerFileBounds.columns) return refused([{ line: 1, field: "file", problem: "unreadable" }]);
  const names = head.map((name) => shownText(plainText(name), nameLengthMax));
  const header = headerHashOf(names);
  const remembered = of.remembered.get(header) ?? null;
  const said = readColumns(names, { chosen: of.chosen.columns, remembered });
  const { source, from, fields, isNamedByLogin } = said;
  const isKnown = from !== "known" || fields.some((field) => field !== null);
  if (!isKnown && (head.length < 2 || body.length === 0)) return null;
  // Longer ones are errors, and nothing is looked for in them.
  const cellsOf = (field: ColumnField) =>
    body
      .flatMap(({ cells }) => fields.flatMap((one, at) => (one === field ? plainText(cells[at] ?? "") : [])))
      .filter(({ length }) => length <= lengthMax[field]);
  const dates = cellsOf("paid_until");
  const dateOrder = of.chosen.dateOrder ?? remembered?.dateOrder ?? dateOrderOf(dates);
  const columns: FileColumns = {
    header,
    from,
    columns: names.map((name, at) => ({
      name,
      samples: samplesOf(body, at, isSecretColumn(name, fields[at] ?? null)),
      field: fields[at] ?? null,
    })),
    dateOrder,
    hasTwoWayDates: dates.some(isTwoWayDate),
  };
  const errors: LineError[] = said.errors.map((wrong) => ({ line: 1, ...wrong }));
  if (body.length === 0) errors.push({ line: 1, field: "file", problem: "no-lines" });
  if (body.length > customerFileBounds.lines)
    errors.push({ line: customerFileBounds.lines + 2, field: "file", problem: "too-many-lines" });
  if (errors.length > 0) return { ...refused(errors), source, columns };
  const how: HowToRead = {
    ...of,
    dateOrder,
    decimal: decimalSignOf([...cellsOf("balance"), ...cellsOf("owes")]),
    isNamedByLogin,
  };
  // A comma without quotation marks moves all behind it into other columns: a balance may stand where another one stood.
  const usualCells = usualCellsOf(body);
  let isMoved = false;
  const rows = body.flatMap(({ line, cells }) => {
    const row = { line, cells: cellMap(fields, cells), isService: false };
    const isLonger =
      cells.length > Math.max(head.length, usualCells) || cells.slice(head.length).some((cell) => cell !== "");
    // Services below it are not those of the client before.
    isMoved = isLonger || (isMoved && source === "uisp" && isServiceRow(row));
    if (isMoved) errors.push({ line, field: "file", problem: "more-cells" });
    return isMoved ? [] : [row];
  });
  const lines: CustomerLine[] = [];
  for (const row of source === "uisp" ? joinServiceRows(rows) : rows) {
    const { line, wrong } = readLine(row, how);
    if (wrong.length === 0) lines.push(line);
    errors.push(...wrong);
  }
  const ignored = names.filter((name, at) => fields[at] === null && name !== "").map((name) => name.toLowerCase());
  return { source, lines, errors, codes: 0, plans: [], ignored, columns };
}

/** Of most lines. Some programs end each line with an empty cell. */
function usualCellsOf(body: readonly { readonly cells: readonly string[] }[]): number {
  const lines = Map.groupBy(body, ({ cells }) => cells.length);
  const [usual] = [...lines].sort(([one, ones], [other, others]) => others.length - ones.length || one - other);
  return usual?.[0] ?? 0;
}

const refused = (errors: readonly LineError[]): CustomerFile => ({
  source: "csv",
  lines: [],
  errors,
  codes: 0,
  plans: [],
  ignored: [],
  columns: null,
});

/** Foreign text that a person sees. */
const shownText = (text: string, lengthMax: number): string =>
  cutText(text, lengthMax)
    .toWellFormed()
    .replaceAll(/\p{Cc}+/gu, " ")
    .trim();

function samplesOf(body: readonly { readonly cells: readonly string[] }[], at: number, isSecret: boolean): string[] {
  const samples = new Set<string>();
  for (const { cells } of body) {
    const cell = shownText(plainText(cells[at] ?? ""), sampleLengthMax);
    if (cell !== "") samples.add(isSecret ? "•••" : cell);
    if (samples.size === samplesMax) break;
  }
  return [...samples];
}

function cellMap(fields: readonly (ColumnField | null)[], record: readonly string[]): Map<ColumnField, string[]> {
  const cells = new Map<ColumnField, string[]>();
  fields.forEach((field, at) => {
    const cell = plainText(record[at] ?? "");
    // As databases write nothing.
    if (field === null || cell === "" || cell === "NULL" || cell === "\\N") return;
    const before = cells.get(field) ?? [];
    if (field !== "street" || !before.includes(cell)) cells.set(field, [...before, cell]);
  });
  return cells;
}

/** Of these each letter counts: who has another one is another person, or is not let in. */
const wordFields: ReadonlySet<ColumnField> = new Set(["number", "username", "password"]);

interface HowToRead {
  readonly offsetMinutes: number;
  readonly currency: string;
  readonly dateOrder: DateOrder | null;
  readonly decimal: DecimalSign;
  readonly isNamedByLogin: boolean;
}

function readLine(
  { line, cells, isService }: CellRow,
  { offsetMinutes, currency, dateOrder, decimal, isNamedByLogin }: HowToRead,
): { line: CustomerLine; wrong: LineError[] } {
  const wrong: LineError[] = [];
  const say = (field: ColumnField, problem: LineProblem) => wrong.push({ line, field, problem });
  const text = (field: ColumnField): string | null => {
    const cell = (cells.get(field) ?? []).join(field === "note" ? "\n" : ", ");
    if (cell === "") return null;
    // A note may have lines.
    const control = field === "note" ? /[^\P{Cc}\n\r\t]/u : /\p{Cc}/u;
    if (cell.length > lengthMax[field]) say(field, "too-long");
    else if (control.test(cell) || !cell.isWellFormed()) say(field, "control-character");
    else if (cell.includes("\uFFFD")) say(field, "lost-letters");
    else if (wordFields.has(field) && hasLostDigits(cell)) say(field, "lost-digits");
    else return cell;
    return null;
  };
  /** Null: the cell is empty, or wrong. */
  const read = <Value>(field: ColumnField, problem: LineProblem, by: (cell: string) => Value | null): Value | null => {
    const cell = text(field);
    const value = cell === null ? null : by(cell);
    if (cell !== null && value === null) say(field, problem);
    return value;
  };
  const money = (field: "balance" | "owes"): number | null => {
    const cents = read(field, "bad-balance", (cell) => amountOf(cell, currency, decimal));
    if (cents === "other-currency") say(field, cents);
    return cents === "other-currency" ? null : cents;
  };
  const person = [text("first_name"), text("last_name")].filter((part) => part !== null).join(" ");
  const username = text("username");
  const named = text("name") ?? (person === "" ? text("company") : person);
  const name = named ?? (isNamedByLogin ? username : null);
  if (name === null && wrong.length === 0) say("name", "no-name");
  if (isService && username === null) say("username", "no-login");
  const place = [text("street"), text("city")].filter((part) => part !== null).join(", ");
  const [phone = null, ...otherPhones] = severalOf(text("phone")).map(phoneOf);
  const [email = null, ...otherEmails] = severalOf(text("email"));
  const note = [text("note"), place === "" ? null : place, ...otherEmails].filter((part) => part !== null).join("\n");
  const paidUntil = read("paid_until", "bad-date", (cell) => {
    const untilMs = dateOf(cell, offsetMinutes, dateOrder);
    return untilMs === null ? null : { untilMs: untilMs === "none" ? null : untilMs };
  });
  if (paidUntil?.untilMs === "which") say("paid_until", "which-date-order");
  const active = read("active", "bad-active", yesOf);
  const inactive = read("inactive", "bad-active", (cell) => {
    const said = severalOf(cell).map(yesOf);
    return said.includes(null) ? null : { is: said.includes(true) };
  });
  const [balanceCents, owesCents] = [money("balance"), money("owes")];
  const row: CustomerLine = {
    line,
    name: name ?? "",
    phone,
    otherPhones,
    email,
    note: note === "" ? null : note,
    number: text("number"),
    username,
    password: text("password"),
    service: read("service", "bad-service", (cell) => {
      const said = cell.toLowerCase();
      return said === "pppoe" || said === "hotspot" || said === "any" ? said : null;
    }),
    plan: text("plan"),
    address: null,
    mac: null,
    site: text("site"),
    paidUntilMs: paidUntil === null || paidUntil.untilMs === "which" ? null : paidUntil.untilMs,
    balanceCents: owesCents === null ? balanceCents : (balanceCents ?? 0) - owesCents,
    isActive: (active ?? true) && inactive?.is !== true,
    saysActive: active !== null || inactive !== null,
  };
  return { line: row, wrong };
}
