/**
 * UISP writes a client, and below them a line for each of their services, without the client's id and name (seen in files of people who use it). The first
 * service stands on the client's own line here; each further one is a line of the same client. Pure.
 */
import type { ColumnField } from "./customer-columns.ts";

/** What a line says; a field that it does not say has no values. */
export interface CellRow {
  readonly line: number;
  readonly cells: ReadonlyMap<ColumnField, readonly string[]>;
  /** A further service of the client of an earlier line. */
  readonly isService: boolean;
}

const ofClient = ["number", "name", "first_name", "last_name", "company", "phone"] as const;

/** Of the client above. */
export const isServiceRow = ({ cells }: CellRow): boolean =>
  !ofClient.some((field) => cells.has(field)) && !cells.has("email") && cells.has("plan");

export function joinServiceRows(rows: readonly CellRow[]): CellRow[] {
  const joined: CellRow[] = [];
  let client: CellRow | null = null;
  /** Where the client's own line stands. */
  let at = -1;
  for (const row of rows) {
    if (client === null || !isServiceRow(row)) {
      client = row;
      at = joined.push(row) - 1;
      continue;
    }
    const own = joined[at];
    if (own !== undefined && !own.cells.has("plan")) {
      const note = [...(own.cells.get("note") ?? []), ...(row.cells.get("note") ?? [])];
      const cells = new Map([...row.cells, ...own.cells]);
      joined[at] = { ...own, cells: note.length === 0 ? cells : cells.set("note", note) };
      continue;
    }
    const named = ofClient.flatMap((field) => {
      const values = client?.cells.get(field);
      return values === undefined ? [] : [[field, values] as const];
    });
    joined.push({ line: row.line, cells: new Map([...named, ...row.cells]), isService: true });
  }
  return joined;
}
