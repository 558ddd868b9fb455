/** What FreeRADIUS counted in `radacct`: how long and how much each log-in used. Pure. @see FreeRADIUS, raddb/mods-config/sql/main/mysql/schema.sql */
import { databaseTimeMs } from "./database-dates.ts";
import type { TablesRead } from "./read-sql-dump.ts";

export interface RadiusUse {
  readonly seconds: number;
  readonly bytes: number;
  /** Null: it was never there. */
  readonly firstMs: number | null;
  /** Most of its sessions were of PPP. */
  readonly isPpp: boolean;
}

export interface RadiusUses {
  /** There is a list of sessions: who is not in it has used nothing. */
  readonly isKnown: boolean;
  /** Of sessions that began since then; null: of all. */
  of(name: string, sinceMs: number | null): RadiusUse;
}

interface Session {
  readonly beganMs: number | null;
  readonly seconds: number;
  readonly bytes: number;
  readonly isPpp: boolean;
}

export const accountingColumns = [
  "username",
  "acctstarttime",
  "acctsessiontime",
  "acctinputoctets",
  "acctoutputoctets",
  "framedprotocol",
] as const;

export function readRadiusUses({ rows }: Pick<TablesRead, "rows">, offsetMinutes: number): RadiusUses {
  const list = rows.get("radacct") ?? [];
  const sessions = new Map<string, Session[]>();
  for (const row of list) {
    const key = (row.username ?? "").toLowerCase();
    const own = sessions.get(key) ?? [];
    sessions.set(key, own);
    own.push({
      beganMs: databaseTimeMs(row.acctstarttime, offsetMinutes),
      seconds: countOf(row.acctsessiontime),
      bytes: countOf(row.acctinputoctets) + countOf(row.acctoutputoctets),
      isPpp: row.framedprotocol === "PPP",
    });
  }
  return {
    isKnown: list.length > 0,
    of(name, sinceMs) {
      const own = (sessions.get(name.toLowerCase()) ?? []).filter(
        ({ beganMs }) => sinceMs === null || beganMs === null || beganMs >= sinceMs,
      );
      const began = own.flatMap(({ beganMs }) => (beganMs === null ? [] : [beganMs]));
      return {
        seconds: own.reduce((sum, { seconds }) => sum + seconds, 0),
        bytes: own.reduce((sum, { bytes }) => sum + bytes, 0),
        firstMs: began.reduce<number | null>((first, at) => (first === null || at < first ? at : first), null),
        isPpp: own.filter(({ isPpp }) => isPpp).length * 2 > own.length,
      };
    },
  };
}

const countOf = (text: string | undefined): number => (/^\d{1,15}$/.test(text ?? "") ? Number(text) : 0);
