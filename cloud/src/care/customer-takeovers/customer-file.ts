/**
 * Customers of another system from a CSV file: the first line names the columns, in any order and case, with commas, semicolons or tabs. Whose
 * columns they are is seen by their names. Runs in a thread of its own (`read-customers.ts`). Pure.
 *
 * Karibu's own columns are `ownColumns`. PHPNuxBill's are those that its `customers/csv` writes (hotspotbilling/phpnuxbill,
 * `system/controllers/customers.php`); it has no password and no due date: its dump has both. Of Splynx the fields of its customers are public
 * (docs.splynx.com, "Customer information") and of UISP those of its API; that their files name the columns so is assumed. A column of theirs that
 * nobody knows is left out, and named.
 */
import { plainText, readCsv } from "../../ground/lists/read-csv.ts";

/** Bounds of one file; its time and memory stand in `read-customers.ts`. */
export const customerFileBounds = { lines: 1000, columns: 200, characters: 20_000_000 } as const;
/** Other systems write the beginning of their clock for "never"; and nobody is paid for longer than a life. */
export const paidUntilBounds = { fromMs: Date.UTC(2000, 0, 1), untilMs: Date.UTC(2100, 0, 1) } as const;

export const ownColumns = [
  "name",
  "phone",
  "email",
  "note",
  "number",
  "username",
  "password",
  "service",
  "plan",
  "site",
  "paid_until",
  "balance",
  "active",
] as const;
type OwnColumn = (typeof ownColumns)[number];
type Column = OwnColumn | "first" | "last" | "company" | "street" | "city";

const csvSources = ["karibu", "splynx", "uisp", "phpnuxbill-csv"] as const;
export const customerSources = [...csvSources, "mikhmon", "hotspot-users", "user-manager", "phpnuxbill"] as const;
export type CustomerSource = (typeof customerSources)[number];

const dictionaries: Readonly<Record<(typeof csvSources)[number], Readonly<Record<string, Column>>>> = {
  karibu: Object.fromEntries(ownColumns.map((column) => [column, column])),
  splynx: {
    id: "number",
    "portal login": "username",
    login: "username",
    "portal password": "password",
    password: "password",
    "full name": "name",
    name: "name",
    email: "email",
    "phone number": "phone",
    phone: "phone",
    status: "active",
    "account balance": "balance",
    account_balance: "balance",
    deposit: "balance",
    street: "street",
    street_1: "street",
    city: "city",
    "internet plan": "plan",
    "internet tariff": "plan",
    tariff: "plan",
    plan: "plan",
    "blocking date": "paid_until",
    blocking_date: "paid_until",
  },
  uisp: {
    id: "number",
    "custom id": "number",
    userident: "number",
    "first name": "first",
    firstname: "first",
    "last name": "last",
    lastname: "last",
    "company name": "company",
    companyname: "company",
    company: "company",
    email: "email",
    "e-mail": "email",
    phone: "phone",
    street: "street",
    street1: "street",
    city: "city",
    note: "note",
    "account balance": "balance",
    accountbalance: "balance",
    balance: "balance",
    "service plan": "plan",
    "service plan name": "plan",
    serviceplanname: "plan",
    isactive: "active",
  },
  "phpnuxbill-csv": {
    id: "number",
    username: "username",
    fullname: "name",
    phonenumber: "phone",
    email: "email",
    balance: "balance",
    namebp: "plan",
  },
};

export const lineProblems = [
  "unreadable",
  "no-such-column",
  "column-twice",
  "no-lines",
  "too-many-lines",
  "no-name",
  "too-long",
  "control-character",
  "bad-date",
  "bad-balance",
  "bad-service",
  "bad-active",
  "bad-phone",
  "bad-email",
  "bad-username",
  "username-twice",
  "username-taken",
  "no-such-plan",
  "no-such-site",
  "other-balance",
  "balance-without-phone",
  "other-phone",
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
  readonly password: string | null;
  readonly service: "pppoe" | "hotspot" | "any" | null;
  readonly plan: string | null;
  readonly site: string | null;
  readonly paidUntilMs: number | null;
  /** Below zero: they owe. */
  readonly balanceCents: number | null;
  readonly isActive: boolean;
}

export interface CustomerFile {
  readonly source: CustomerSource;
  readonly lines: readonly CustomerLine[];
  readonly errors: readonly LineError[];
  /** Columns that say nothing to us. */
  readonly ignored: readonly string[];
}

const lengthMax: Readonly<Record<Column, number>> = {
  name: 100,
  first: 50,
  last: 50,
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
  active: 20,
  street: 200,
  city: 100,
};

/** Null: these are no customers. @param offsetMinutes by which a date of the file is ahead of UTC */
export function readCustomerCsv(csv: string, offsetMinutes: number): CustomerFile | null {
  const read = readCsv(csv, customerFileBounds.lines + 2);
  if (read.kind === "unreadable") return refused([{ line: read.line, field: "file", problem: "unreadable" }]);
  const { head, body } = read;
  if (head.length > customerFileBounds.columns) return refused([{ line: 1, field: "file", problem: "unreadable" }]);
  const headers = head.map((name) => name.toLowerCase().slice(0, 60));
  const source = sourceOf(headers);
  if (source === null) return null;
  const dictionary = dictionaries[source];
  const columns = headers.map((name) => (Object.hasOwn(dictionary, name) ? (dictionary[name] as Column) : null));
  const unknown = headers.filter((name, at) => columns[at] === null && name !== "");
  const errors = headErrors(source, unknown, columns);
  if (body.length === 0) errors.push({ line: 1, field: "file", problem: "no-lines" });
  if (body.length > customerFileBounds.lines)
    errors.push({ line: customerFileBounds.lines + 2, field: "file", problem: "too-many-lines" });
  if (errors.length > 0) return { ...refused(errors), source };
  const lines: CustomerLine[] = [];
  for (const { line: at, cells: record } of body) {
    const cells: Partial<Record<Column, string>> = {};
    columns.forEach((column, place) => {
      if (column === null) return;
      const [before, cell] = [cells[column] ?? "", plainText(record[place] ?? "")];
      if (before === "") cells[column] = cell;
      // Two columns of numbers are two numbers: neither is lost.
      else if (column === "phone" && cell !== "") cells[column] = `${before}, ${cell}`;
    });
    const { line, wrong } = readLine(at, cells, offsetMinutes);
    if (wrong.length === 0) lines.push(line);
    errors.push(...wrong);
  }
  return { source, lines, errors, ignored: unknown };
}

const refused = (errors: readonly LineError[]): CustomerFile => ({ source: "karibu", lines: [], errors, ignored: [] });

/** The one that knows most of the columns; ours first. Null: none knows a name or a log-in among them. */
function sourceOf(headers: readonly string[]): (typeof csvSources)[number] | null {
  const known = (source: (typeof csvSources)[number]) =>
    headers.filter((name) => Object.hasOwn(dictionaries[source], name)).length;
  const [best] = [...csvSources].sort((one, other) => known(other) - known(one));
  if (best === undefined) return null;
  const names = headers.map((name) => (Object.hasOwn(dictionaries[best], name) ? dictionaries[best][name] : null));
  return names.some((name) => name === "name" || name === "first" || name === "company") ? best : null;
}

/** An unknown column of ours is a slip of the pen, and would lose something. */
function headErrors(
  source: CustomerSource,
  unknown: readonly string[],
  columns: readonly (Column | null)[],
): LineError[] {
  if (source !== "karibu") return [];
  const twice = columns.filter((column, at) => column !== null && columns.indexOf(column) !== at);
  return [
    ...unknown.map((field) => ({ line: 1, field, problem: "no-such-column" as const })),
    ...twice.map((column) => ({ line: 1, field: column ?? "", problem: "column-twice" as const })),
  ];
}

const yes = new Set(["1", "yes", "true", "on", "active", "enabled", "new", "online"]);
const no = new Set(["0", "no", "false", "off", "inactive", "disabled", "blocked", "suspended", "archived", "lead"]);

function readLine(
  line: number,
  cells: Readonly<Partial<Record<Column, string>>>,
  offsetMinutes: number,
): { line: CustomerLine; wrong: LineError[] } {
  const wrong: LineError[] = [];
  const say = (field: Column, problem: LineProblem) => wrong.push({ line, field, problem });
  const text = (column: Column): string | null => {
    const cell = cells[column] ?? "";
    if (cell === "") return null;
    // A note may have lines.
    const control = column === "note" ? /[^\P{Cc}\n\r\t]/u : /\p{Cc}/u;
    if (cell.length > lengthMax[column]) say(column, "too-long");
    else if (control.test(cell) || !cell.isWellFormed()) say(column, "control-character");
    else return cell;
    return null;
  };
  /** Null: the cell is empty, or wrong. */
  const read = <Value>(column: Column, problem: LineProblem, by: (cell: string) => Value | null): Value | null => {
    const cell = text(column);
    const value = cell === null ? null : by(cell);
    if (cell !== null && value === null) say(column, problem);
    return value;
  };
  const person = [text("first"), text("last")].filter((part) => part !== null).join(" ");
  const name = text("name") ?? (person === "" ? text("company") : person);
  if (name === null && wrong.length === 0) say("name", "no-name");
  const place = [text("street"), text("city")].filter((part) => part !== null).join(", ");
  const [phone = null, ...otherPhones] = partsOf(text("phone"));
  const [email = null, ...otherEmails] = partsOf(text("email"));
  const note = [text("note"), place === "" ? null : place, ...otherEmails].filter((part) => part !== null).join("\n");
  const paidUntil = read("paid_until", "bad-date", (cell) => {
    const untilMs = dateOf(cell, offsetMinutes);
    return untilMs === null ? null : { untilMs: untilMs === "none" ? null : untilMs };
  });
  const active = read("active", "bad-active", (cell) => {
    const said = cell.toLowerCase();
    return yes.has(said) ? { is: true } : no.has(said) ? { is: false } : null;
  });
  const row: CustomerLine = {
    line,
    name: name ?? "",
    phone,
    otherPhones,
    email,
    note: note === "" ? null : note,
    number: text("number"),
    username: text("username"),
    password: text("password"),
    service: read("service", "bad-service", (cell) => {
      const said = cell.toLowerCase();
      return said === "pppoe" || said === "hotspot" || said === "any" ? said : null;
    }),
    plan: text("plan"),
    site: text("site"),
    paidUntilMs: paidUntil?.untilMs ?? null,
    balanceCents: read("balance", "bad-balance", centsOf),
    isActive: active?.is ?? true,
  };
  return { line: row, wrong };
}

/** Several numbers or addresses stand in one cell with commas between them. */
const partsOf = (cell: string | null): string[] =>
  (cell ?? "")
    .split(/[,;]/)
    .map((part) => part.trim())
    .filter((part) => part !== "");

/** `1250`, `1,250.00`, `-30.5`; Splynx writes four decimals. A comma before three digits parts thousands. Null: none of these. */
export function centsOf(cell: string): number | null {
  const plain = /^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(cell) ? cell.replaceAll(",", "") : cell.replace(",", ".");
  if (!/^[-+]?\d{1,9}(\.\d{1,2}0{0,4})?$/.test(plain)) return null;
  return Math.round(Number(plain) * 100);
}

/**
 * `2026-12-01`: until that day's end. With a time, until then, by the other system's clock; with a `Z`, by UTC. `none`: never paid.
 * Null: no such date, or none that a customer is paid until.
 */
export function dateOf(cell: string, offsetMinutes: number): number | "none" | null {
  if (/^0000-00-00/.test(cell)) return "none";
  const [, day, clock, zone] = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(Z?))?$/.exec(cell) ?? [];
  if (day === undefined) return null;
  const time = clock === undefined ? "00:00:00" : clock.length === 5 ? `${clock}:00` : clock;
  const atMs = Date.parse(`${day}T${time}Z`);
  // The engine takes February 30 for March 2.
  if (Number.isNaN(atMs) || new Date(atMs).toISOString().slice(0, 10) !== day) return null;
  if (atMs < paidUntilBounds.fromMs) return "none";
  if (atMs >= paidUntilBounds.untilMs) return null;
  const untilMs = clock === undefined ? atMs + 86_400_000 : atMs;
  return untilMs - (zone === "Z" ? 0 : offsetMinutes * 60_000);
}
