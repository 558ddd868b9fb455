/**
 * Sites from a CSV file: the first line names the columns, in any order and case, with commas, semicolons or tabs, and also as other systems call
 * them. A column that nobody knows is asked for. Runs in a process of its own (`read-site-file.ts`), because a file may be large and strange. Pure.
 */
import { cutText } from "@karibu/protocol/whole-text";
import { isApiPort } from "../../fleet/router-access/api-port.ts";
import { plainText, readCsv } from "../../ground/lists/read-csv.ts";

/** Bounds of one file; its time and memory: `ground/foreign-files`. */
export const csvBounds = { sites: 1000, characters: 1_000_000 } as const;
const errorsMax = 200;

export const csvProblems = [
  "unreadable",
  "no-such-column",
  "column-twice",
  "no-name-column",
  "no-lines",
  "too-many-lines",
  "no-name",
  "too-long",
  "control-character",
  "no-latitude",
  "no-longitude",
  "one-coordinate",
  "bad-port",
  "no-user",
  "no-password",
  "name-twice",
  "name-ambiguous",
  "no-such-template",
] as const;
export type CsvProblem = (typeof csvProblems)[number];

export interface CsvComplaint {
  /** Line of the file; the first is 1. */
  readonly line: number;
  /** The column, as `csvColumns` names it. */
  readonly field: string;
  readonly problem: CsvProblem;
  /** In English. */
  readonly message: string;
}

export const csvColumns = [
  "name",
  "address",
  "port",
  "user",
  "password",
  "region",
  "district",
  "lat",
  "lng",
  "template",
  "note",
] as const;
export type CsvColumn = (typeof csvColumns)[number];

/** What a person says of a column that nobody knows: `ignore` leaves it out. */
export const meanings = [...csvColumns, "ignore"] as const;
export type Meaning = (typeof meanings)[number];
/** By `plainHeader`. */
export type Meanings = Readonly<Record<string, Meaning>>;

/** A line of the file. Null: its cell is empty, or the file has no such column; it changes nothing then. */
export interface CsvRow {
  readonly line: number;
  readonly name: string;
  readonly address: string | null;
  readonly port: number | null;
  readonly user: string | null;
  readonly password: string | null;
  readonly region: string | null;
  readonly district: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly template: string | null;
  readonly note: string | null;
}

export interface ReadCsv {
  readonly rows: readonly CsvRow[];
  readonly errors: readonly CsvComplaint[];
  /** Headers that nobody knows, as `plainHeader` writes them: nothing is read before somebody says what they mean. */
  readonly unknown: readonly string[];
}

/** How other systems call them, as `plainHeader` writes it. */
const otherNames: Readonly<Record<CsvColumn, readonly string[]>> = {
  name: ["site name", "site", "router name", "router", "identity", "location", "hotspot"],
  address: ["ip", "ip address", "host", "hostname", "host name", "router ip", "router address", "nas ip", "vpn ip"],
  port: ["api port", "router port", "port api"],
  user: ["username", "user name", "api user", "api username", "router user", "router username", "login"],
  password: ["pass", "api password", "api pass", "router password"],
  region: ["county", "state", "province"],
  district: ["town", "city", "area", "sub county", "subcounty", "constituency"],
  lat: ["latitude", "gps lat", "gps latitude"],
  lng: ["lon", "long", "longitude", "gps lng", "gps long", "gps longitude"],
  template: ["site template"],
  note: ["notes", "comment", "comments", "description", "remarks"],
};
const columnByName = new Map<string, CsvColumn>(
  csvColumns.flatMap((column) => [column, ...otherNames[column]].map((name) => [name, column] as const)),
);
const headerMax = 60;

/** How headers are told apart: `IP_Address` is `ip address`. */
export const plainHeader = (header: string): string =>
  cutText(
    header
      .normalize("NFC")
      .toLowerCase()
      .replaceAll(/[\s_.-]+/g, " ")
      .trim(),
    headerMax,
  );

const lengthMax: Readonly<Record<CsvColumn, number>> = {
  name: 100,
  address: 200,
  port: 5,
  user: 64,
  password: 128,
  region: 100,
  district: 100,
  lat: 30,
  lng: 30,
  template: 100,
  note: 2000,
};

const csvMessages: Readonly<Record<CsvProblem, string>> = {
  unreadable: "This is not a CSV file.",
  "no-such-column": "There is no such column.",
  "column-twice": "This column is there twice.",
  "no-name-column": "There is no column of this name.",
  "no-lines": "There is no line after the first.",
  "too-many-lines": `At most ${csvBounds.sites} sites in one file.`,
  "no-name": "A site needs a name.",
  "too-long": "This is too long.",
  "control-character": "There is a control character in it.",
  "no-latitude": "This is not a number from -90 to 90.",
  "no-longitude": "This is not a number from -180 to 180.",
  "one-coordinate": "A place needs both lat and lng.",
  "bad-port": "This is not an API port: 8728, or 1024 to 65535.",
  "no-user": "Port or password without a user.",
  "no-password": "A user without a password, and none is kept.",
  "name-twice": "This name stands in an earlier line too.",
  "name-ambiguous": "Several sites have this name: rename all but one first.",
  "no-such-template": "There is no template of this name.",
};

export function complain(line: number, field: string, problem: CsvProblem): CsvComplaint {
  return { line, field, problem, message: csvMessages[problem] };
}

/** Every line that can be read, and all that is wrong with the others. `told`: what people said of columns. */
export function readSiteCsv(csv: string, told: Meanings = {}): ReadCsv {
  const read = readCsv(csv);
  if (read.kind === "unreadable") return { rows: [], errors: [complain(read.line, "csv", "unreadable")], unknown: [] };
  const { head, body } = read;
  const columns = head.map((header) => meaningOf(header, told));
  const unknown = [...new Set(head.filter((_, at) => columns[at] === null).map(plainHeader))];
  const errors = complaintsOfHead(head, columns);
  if (body.length === 0) errors.push(complain(1, "csv", "no-lines"));
  if (body.length > csvBounds.sites) errors.push(complain(csvBounds.sites + 2, "csv", "too-many-lines"));
  if (errors.length > 0) return { rows: [], errors: errors.slice(0, errorsMax), unknown };

  const rows: CsvRow[] = [];
  const names = new Set<string>();
  for (const { line, cells: record } of body) {
    const cells: Partial<Record<CsvColumn, string>> = {};
    columns.forEach((column, at) => {
      if (column !== null && column !== "ignore") cells[column] = plainText(record[at] ?? "");
    });
    const { row, wrong } = readLine(line, cells);
    if (wrong.length === 0 && names.has(keyOfName(row.name))) wrong.push(complain(line, "name", "name-twice"));
    names.add(keyOfName(row.name));
    if (wrong.length === 0) rows.push(row);
    errors.push(...wrong);
  }
  return { rows, errors: errors.slice(0, errorsMax), unknown };
}

/** How sites are told apart by name. A letter with its accent may be one sign or two, as whoever wrote the file has it: it is the same name. */
export const keyOfName = (name: string): string => name.normalize("NFC").toLowerCase();

function meaningOf(header: string, told: Meanings): Meaning | null {
  const name = plainHeader(header);
  if (Object.hasOwn(told, name)) return told[name] as Meaning;
  return columnByName.get(name) ?? null;
}

function complaintsOfHead(headers: readonly string[], columns: readonly (Meaning | null)[]): CsvComplaint[] {
  const errors: CsvComplaint[] = [];
  headers.forEach((header, at) => {
    const column = columns[at] ?? null;
    const field = cutText(header.toLowerCase(), headerMax);
    if (column === null) errors.push(complain(1, field, "no-such-column"));
    else if (column !== "ignore" && columns.indexOf(column) !== at) errors.push(complain(1, field, "column-twice"));
  });
  if (!columns.includes("name")) errors.push(complain(1, "name", "no-name-column"));
  return errors;
}

function readLine(line: number, cells: Partial<Record<CsvColumn, string>>): { row: CsvRow; wrong: CsvComplaint[] } {
  const wrong: CsvComplaint[] = [];
  const say = (field: CsvColumn, problem: CsvProblem) => wrong.push(complain(line, field, problem));
  const text = (column: CsvColumn): string | null => {
    const cell = cells[column] ?? "";
    if (cell === "") return null;
    // A note may have lines.
    const control = column === "note" ? /[^\P{Cc}\n\r\t]/u : /\p{Cc}/u;
    if (cell.length > lengthMax[column]) say(column, "too-long");
    else if (control.test(cell) || !cell.isWellFormed()) say(column, "control-character");
    else return cell;
    return null;
  };
  const degrees = (column: "lat" | "lng"): number | null => {
    const cell = cells[column] ?? "";
    if (cell === "") return null;
    const most = column === "lat" ? 90 : 180;
    const number = /^[+-]?\d{1,3}([.,]\d{1,20})?$/.test(cell) ? Number(cell.replace(",", ".")) : Number.NaN;
    if (Math.abs(number) <= most) return number;
    say(column, column === "lat" ? "no-latitude" : "no-longitude");
    return null;
  };
  const port = (): number | null => {
    const cell = cells.port ?? "";
    if (cell === "") return null;
    if (/^\d{1,5}$/.test(cell) && isApiPort(Number(cell))) return Number(cell);
    say("port", "bad-port");
    return null;
  };
  const row: CsvRow = {
    line,
    // As people type it: the site is found by it.
    name: (text("name") ?? "").normalize("NFC"),
    address: text("address"),
    port: port(),
    user: text("user"),
    password: text("password"),
    region: text("region"),
    district: text("district"),
    latitude: degrees("lat"),
    longitude: degrees("lng"),
    template: text("template"),
    note: text("note"),
  };
  if ((cells.name ?? "") === "") say("name", "no-name");
  const given = (column: CsvColumn) => (cells[column] ?? "") !== "";
  if (given("lat") !== given("lng")) say(given("lat") ? "lng" : "lat", "one-coordinate");
  return { row, wrong };
}
