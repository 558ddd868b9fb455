/**
 * Mikhmon's list of users as CSV: it quotes nothing itself, so a comment may have commas. It has no profiles; nor has its list as a script.
 * Facts: laksa19/mikhmonv3 `hotspot/exportusers.php`. Pure.
 */
import { hasLostDigits } from "../../ground/lists/read-csv.ts";
import type { ExportRow, RouterExport } from "../../ground/router-exports/read-export.ts";

const userMenu = "/ip/hotspot/user";
const head = /^"?username"?([,;\t])"?password"?\1"?profile"?\1"?time limit"?\1"?data limit"?\1"?comment"?\s*$/i;

/** As a spreadsheet writes a date that it knew for one. Mikhmon's have seconds: whose time has begun, and when it ends, can't be told from this one. */
const changedDate =
  /^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(?:\s|$)|^\d{4}[-/]\d{1,2}[-/]\d{1,2}(?: \d{1,2}:\d\d)?(?: [ap]m)?$/i;

/** Null: this is none. */
export function readMikhmonCsv(text: string): RouterExport | null {
  const [first = ""] = /^[^\r\n]*/.exec(text) ?? [];
  const [, sign] = head.exec(first) ?? [];
  if (sign === undefined) return null;
  const [, ...lines] = text.split(/\r\n|\r|\n/);
  const rows: ExportRow[] = [];
  const unread: RouterExport["unread"][number][] = [];
  for (const [at, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const [name, password, profile, time, data, ...comment] = cellsOf(line, sign);
    const isChanged = [name, password].some((cell) => hasLostDigits(cell ?? "")) || changedDate.test(comment[0] ?? "");
    if (data === undefined || isChanged) unread.push({ menu: userMenu, line: at + 2, what: name ?? "" });
    else
      rows.push({
        ...{ name: name ?? "", password: password ?? "", profile: profile ?? "", line: String(at + 2) },
        ...(time ? { "limit-uptime": time } : {}),
        ...(data ? { "limit-bytes-total": data } : {}),
        comment: comment.join(sign),
      } as ExportRow);
  }
  return { version: null, rows: new Map([[userMenu, rows]]), unread, isPartial: false };
}

/** A spreadsheet that saved it puts quotation marks where it needs them: around a comment with a comma, or a mark of its own. */
function cellsOf(line: string, sign: string): string[] {
  const cell = new RegExp(`(?:"((?:[^"]|"")*)"|([^${sign}]*))(?:${sign}|$)`, "y");
  const cells: string[] = [];
  while (cell.lastIndex < line.length) {
    const [, quoted, plain = ""] = cell.exec(line) ?? [];
    cells.push(quoted?.replaceAll('""', '"') ?? plain);
  }
  return line.endsWith(sign) ? [...cells, ""] : cells;
}
