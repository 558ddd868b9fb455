/** The router's date: whether it knows it, and what it is. A menu that the router refuses to show becomes null. */
import { type CommandOptions, type RouterApi, RouterTrap, type Row } from "./router-api.ts";

/** Null: its NTP client is not synchronised, or may not be read. @see RouterOS manual, NTP: `status` */
export async function readSynchronisedTime(api: RouterApi): Promise<number | null> {
  const [ntp, clock] = await Promise.all([
    rowsOf(api, "/system/ntp/client/print", "status", "enforcement"),
    rowsOf(api, "/system/clock/print", "date,time,gmt-offset", "enforcement"),
  ]);
  return ntp?.[0]?.status === "synchronized" && clock?.[0] !== undefined ? clockOf(clock[0]) : null;
}

/**
 * Sets the router's date, unless it may be right: then NTP, or a person, knows better. In the router's own zone. False: left alone.
 * @see RouterOS manual, Clock
 */
export async function setLostClock(api: RouterApi, toMs: number, earliestMs: number): Promise<boolean> {
  const [clock] = (await rowsOf(api, "/system/clock/print", "date,time,gmt-offset", "enforcement")) ?? [];
  const offsetMs = clock === undefined ? null : zoneMs(clock);
  const nowMs = clock === undefined ? null : clockOf(clock);
  if (offsetMs === null || nowMs === null || nowMs >= earliestMs) return false;
  const [date = "", time = ""] = new Date(toMs + offsetMs).toISOString().slice(0, 19).split("T");
  await api.command(["/system/clock/set", `=date=${date}`, `=time=${time}`], { lane: "enforcement" });
  return true;
}

/** `enforcement`: asks the router itself, not what it said a while ago. */
export async function rowsOf(
  api: RouterApi,
  command: string,
  wanted: string | null,
  lane: CommandOptions["lane"] = "general",
): Promise<readonly Row[] | null> {
  try {
    return await api.command(wanted === null ? [command] : [command, `=.proplist=${wanted}`], { lane });
  } catch (error) {
    if (error instanceof RouterTrap) return null;
    throw error;
  }
}

/** `2026-11-20` (`nov/20/2026` before 7.10) and `12:34:56`, in the router's own zone. */
export function clockOf(row: Row): number | null {
  const date = /^\d{4}-\d\d-\d\d$/.test(row.date ?? "") ? row.date : isoDate(row.date ?? "");
  const local = Date.parse(`${date}T${row.time ?? ""}Z`);
  const offsetMs = zoneMs(row);
  return Number.isNaN(local) || offsetMs === null ? null : local - offsetMs;
}

/** How far the router's zone is ahead of UTC. Null: of a shape that is not known. */
function zoneMs(row: Row): number | null {
  const offset = /^([+-])(\d\d):(\d\d)$/.exec(row["gmt-offset"] ?? "+00:00");
  if (offset === null) return null;
  const sizeMs = (Number(offset[2]) * 60 + Number(offset[3])) * 60_000;
  return offset[1] === "-" ? -sizeMs : sizeMs;
}

function isoDate(text: string): string {
  const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
  const [, month = "", day = "", year = ""] = /^([a-z]{3})\/(\d\d)\/(\d{4})$/i.exec(text) ?? [];
  return `${year}-${String(months.indexOf(month.toLowerCase()) + 1).padStart(2, "0")}-${day}`;
}
