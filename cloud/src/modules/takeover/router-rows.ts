/** What lists of users have in common, whichever menu or table they stand in: names, passwords, limits, and statements that nobody could read. Pure. */
import { cutText } from "@karibu/protocol/whole-text";
import type { Unread } from "../../ground/router-exports/read-export.ts";
import { givenSeconds, type MenuRow, rateLimit } from "../../ground/router-exports/routeros-values.ts";
import type { ForeignPlan, Origin, RefusedRow, Warning } from "./foreign-book.ts";
import type { TablesRead } from "./read-sql-dump.ts";

/** Says of a row, by its line, what a person should know. */
export type Warn = (code: Warning["code"], row: MenuRow, what: string) => void;

export const warnInto =
  (warnings: Warning[]): Warn =>
  (code, row, what) =>
    void warnings.push({ code, line: Number(row.line ?? 0), what: cutText(what, 200) });

export const refusedRow = (from: Origin, code: RefusedRow["code"], row: MenuRow, what: string): RefusedRow => ({
  from,
  code,
  line: Number(row.line ?? 0),
  what: cutText(what, 200),
});

/** Statements of the menu of users that did not make one. */
export const unreadOf = (unread: readonly Unread[], menu: string, from: Origin): RefusedRow[] =>
  unread
    .filter((one) => one.menu === menu)
    .map(({ line, what }) => ({ from, code: "not-read" as const, line, what: cutText(what, 200) }));

/** Rows of a database that nobody could read: each one of a table of users is refused, and of the other tables it is said how many. */
export function unreadRowsOf(
  { unread }: TablesRead,
  originOf: Readonly<Record<string, Origin>>,
  warn: Warn,
): RefusedRow[] {
  const refused: RefusedRow[] = [];
  const others = new Map<string, { count: number; line: number }>();
  for (const { table, line, database } of unread) {
    const from = originOf[table];
    const what = database === undefined ? table : `${database}.${table}`;
    if (from !== undefined) refused.push({ from, code: "not-read", line, what });
    else others.set(what, { line, ...others.get(what), count: (others.get(what)?.count ?? 0) + 1 });
  }
  for (const [what, { count, line }] of others) warn("rows-unread", { line: String(line) }, `${what} (${count})`);
  return refused;
}

/** Mikhmon's `vc-` says that the password is the name. */
export const isPasswordHidden = (row: MenuRow): boolean =>
  row["password-is"] === "hidden" && row.comment?.startsWith("vc-") !== true;

/**
 * RouterOS writes no empty password in its export. A site's agent tells only of which kind a password is; null: it has one of its own. One that the agent may
 * not see counts as the name.
 */
export function passwordOf(row: MenuRow): string | null {
  const kind = row["password-is"];
  if (kind === undefined) return row.password ?? "";
  if (kind === "name" || kind === "hidden") return row.name ?? "";
  return kind === "none" ? "" : null;
}

/** Of a profile of hotspot or PPP: how fast, and for how long at once. */
export function limitsOf(row: MenuRow, warn: Warn): Pick<ForeignPlan, "downKbps" | "upKbps" | "sessionSeconds"> {
  const { "rate-limit": written, "session-timeout": timeout } = row;
  const rate = written === undefined ? null : rateLimit(written);
  if (written && rate === null) warn("bad-value", row, `rate-limit=${written}`);
  const sessionSeconds = givenSeconds(timeout);
  if (sessionSeconds !== null) warn("session-limit", row, `${row.name}: session-timeout=${timeout}`);
  return { downKbps: rate?.downKbps ?? null, upKbps: rate?.upKbps ?? null, sessionSeconds };
}
