/**
 * Sites from a CSV file: the first line names the columns, in any order and case, with commas,
 * semicolons or tabs. Columns for access to a router (port, user, password) are refused, not silently ignored:
 * agents reach their router themselves, and a password should not be in a spreadsheet.
 */
import { parse } from "csv-parse/sync";
import { z } from "zod";
import type { SiteFields } from "../sites/sites.ts";

const sitesPerFileMax = 1000;

export interface CsvComplaint {
  /** Line of the file; the first is 1. */
  readonly line: number;
  readonly field: string;
  readonly message: string;
}

const columnOf: Readonly<Record<string, string>> = {
  name: "name",
  "site name": "name",
  site: "name",
  address: "address",
  ip: "address",
  host: "address",
  region: "region",
  county: "region",
  district: "district",
  lat: "latitude",
  latitude: "latitude",
  lng: "longitude",
  lon: "longitude",
  long: "longitude",
  longitude: "longitude",
  note: "note",
  notes: "note",
};
const ignored = new Set(["port", "user", "username", "password"]);

const text = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .transform((value) => (value === "" ? null : value))
    .nullable();
const degrees = (most: number) =>
  z
    .string()
    .trim()
    .transform((value, context) => {
      if (value === "") return null;
      const number = Number(value.replace(",", "."));
      if (Number.isFinite(number) && Math.abs(number) <= most) return number;
      context.addIssue({ code: "custom", message: `This is no number from -${most} to ${most}.` });
      return z.NEVER;
    })
    .nullable();

const rowSchema = z.object({
  name: z.string().trim().min(1, "A site needs a name.").max(100),
  address: text(200),
  region: text(100),
  district: text(100),
  latitude: degrees(90),
  longitude: degrees(180),
  note: text(2000),
});

/** Either all of the sites, or the errors with their lines. */
export function readSiteCsv(csv: string): { sites: SiteFields[]; errors: CsvComplaint[] } {
  const first = csv.replace(/^\uFEFF/, "").split(/\r?\n/, 1)[0] ?? "";
  const delimiter = [";", "\t"].find((one) => first.split(one).length > first.split(",").length) ?? ",";
  let rows: { record: string[]; info: { lines: number } }[];
  try {
    rows = parse(csv, {
      bom: true,
      delimiter,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as typeof rows;
  } catch (error) {
    const { lines, message } = error as { lines?: number; message: string };
    return { sites: [], errors: [{ line: lines ?? 1, field: "csv", message }] };
  }
  const [head, ...body] = rows;
  const headers = (head?.record ?? []).map((header) => header.toLowerCase());
  const errors: CsvComplaint[] = [];
  const columns = headers.map((header) => columnOf[header] ?? null);
  headers.forEach((header, at) => {
    if (ignored.has(header))
      errors.push({ line: 1, field: header, message: "Leave this column out: the agent reaches its router itself." });
    else if (columns[at] === null) errors.push({ line: 1, field: header, message: "There is no such column." });
    else if (columns.indexOf(columns[at] as string) !== at)
      errors.push({ line: 1, field: header, message: "This column is there twice." });
  });
  if (!columns.includes("name")) errors.push({ line: 1, field: "name", message: "There is no column of this name." });
  if (body.length === 0) errors.push({ line: 1, field: "csv", message: "There is no line after the first." });
  if (body.length > sitesPerFileMax)
    errors.push({ line: sitesPerFileMax + 2, field: "csv", message: `At most ${sitesPerFileMax} sites in one file.` });
  if (errors.length > 0) return { sites: [], errors };

  const sites: SiteFields[] = [];
  for (const { record, info } of body) {
    const given: Record<string, string | null> = {
      address: null,
      region: null,
      district: null,
      latitude: null,
      longitude: null,
      note: null,
    };
    columns.forEach((column, at) => {
      if (column !== null) given[column] = record[at] ?? "";
    });
    const parsed = rowSchema.safeParse(given);
    if (parsed.success) sites.push({ ...parsed.data, interimSeconds: 300, autoLogIn: true });
    else
      for (const issue of parsed.error.issues)
        errors.push({ line: info.lines, field: issue.path.join("."), message: issue.message });
  }
  return { sites, errors: errors.slice(0, 200) };
}
