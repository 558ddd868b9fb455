/**
 * What RADIUSdesk itself wrote down of a log-in's use, also where it has cleared its list of sessions. Pure.
 * @see RADIUSdesk/rdcore `cake4/rd_cake/setup/db/rd.sql` (`vouchers`, `permanent_users`), its `VoucherShell` and `UsageShell`
 */
import type { AttributeLimits } from "./radius-attributes.ts";
import type { RadiusUse } from "./radius-use.ts";
import type { TableRow } from "./read-sql-dump.ts";

const useColumns = ["perc_time_used", "perc_data_used", "time_used", "time_cap", "data_used", "data_cap"] as const;
export const deskVoucherColumns = ["name", "status", ...useColumns] as const;
export const deskUserColumns = ["username", ...useColumns] as const;

/** `issued` has a copy of it, for a code that was handed out. */
const states = { new: "unused", issued: "unused", used: "running", depleted: "over", expired: "over" } as const;
type DeskState = (typeof states)[keyof typeof states];

interface DeskUse {
  readonly used: RadiusUse;
  /** Null: its table has no column for it. */
  readonly state: DeskState | null;
  /** Each of its limits has what was used of it. */
  readonly isKnown: boolean;
}

/** `used`: what the list of sessions says, which may be less. `limits`: of the log-in. */
export function withDeskUse(
  used: RadiusUse,
  row: TableRow,
  { useSeconds, dataBytes, validitySeconds }: AttributeLimits,
  nowMs: number,
): DeskUse {
  const state = Object.hasOwn(states, row.status ?? "") ? states[row.status as keyof typeof states] : null;
  const none = state === "unused" ? 0 : null;
  const cap = countOf(row.time_cap);
  const time = countOf(row.time_used) ?? partOf(row.perc_time_used, cap ?? useSeconds ?? validitySeconds) ?? none;
  const data = countOf(row.data_used) ?? partOf(row.perc_data_used, countOf(row.data_cap) ?? dataBytes) ?? none;
  // Of a code that runs from its first log-in on, the time counts from then, online or not.
  const isElapsed = validitySeconds !== null && (useSeconds === null || cap === validitySeconds);
  const firsts = [used.firstMs, isElapsed && time !== null && time > 0 ? nowMs - time * 1000 : null];
  const isTimeKnown = time !== null || (useSeconds === null && validitySeconds === null);
  return {
    used: {
      ...used,
      seconds: isElapsed ? used.seconds : Math.max(used.seconds, time ?? 0),
      bytes: Math.max(used.bytes, data ?? 0),
      firstMs: firsts.reduce((first, at) => (at !== null && (first === null || at < first) ? at : first), null),
    },
    state,
    isKnown: isTimeKnown && (data !== null || dataBytes === null),
  };
}

const countOf = (text: string | undefined): number | null => (/^\d{1,15}$/.test(text ?? "") ? Number(text) : null);

/** Of whole percents. */
function partOf(percent: string | undefined, whole: number | null): number | null {
  const part = countOf(percent);
  return part === null || whole === null ? null : Math.floor((whole * Math.min(100, part)) / 100);
}
