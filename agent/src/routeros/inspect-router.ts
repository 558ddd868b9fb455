/** Reads how a router is set up, as far as Karibu depends on it. A menu that the router refuses to show becomes null. */
import type { FastTrackRule, RadiusRow, RouterSetUp } from "../ground/router-control.ts";
import { durationMs } from "./duration.ts";
import { type CommandOptions, type RouterApi, RouterTrap, type Row } from "./router-api.ts";

/** Rejects only when the router can't be asked at all. */
export async function inspectRouter(api: RouterApi): Promise<RouterSetUp> {
  const [resource, clock, radius, incoming, filters, hotspots, users] = await Promise.all([
    rowsOf(api, "/system/resource/print", "version,free-memory"),
    rowsOf(api, "/system/clock/print", "date,time,gmt-offset"),
    rowsOf(
      api,
      "/radius/print",
      "service,address,authentication-port,accounting-port,timeout,require-message-auth,disabled",
    ),
    rowsOf(api, "/radius/incoming/print", "accept,port"),
    rowsOf(api, "/ip/firewall/filter/print", null),
    rowsOf(api, "/ip/hotspot/print", "name,interface"),
    rowsOf(api, "/user/group/print", "name,policy"),
  ]);
  const own = incoming?.[0];
  return {
    version: resource?.[0]?.version ?? null,
    freeMemoryBytes: wholeOf(resource?.[0]?.["free-memory"]),
    clockMs: clock?.[0] === undefined ? null : clockOf(clock[0]),
    radius: radius?.filter(servesHotspot).map(radiusRow) ?? null,
    incoming: own === undefined ? null : { accept: isYes(own.accept), port: Number(own.port ?? 0) },
    fastTrack: filters === null ? null : fastTrackRules(filters, hotspots ?? []),
    policies: ownPolicies(users),
  };
}

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
async function rowsOf(
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

const isYes = (text: string | undefined): boolean => text === "true" || text === "yes";

const servesHotspot = (row: Row): boolean => !isYes(row.disabled) && (row.service ?? "").split(",").includes("hotspot");

function radiusRow(row: Row): RadiusRow {
  return {
    address: row.address ?? "",
    authPort: Number(row["authentication-port"] ?? 1812),
    acctPort: Number(row["accounting-port"] ?? 1813),
    timeoutMs: durationMs(row.timeout ?? "") ?? 0,
    requireMessageAuth: row["require-message-auth"] ?? null,
  };
}

/** What narrows a rule down to part of the traffic; a state of the connection does not. */
const narrowing =
  /^(in|out)-(bridge-port|interface)|^(src|dst)-(address|port)|^(connection-mark|packet-mark|routing-mark|hotspot|protocol)/;

function fastTrackRules(filters: readonly Row[], hotspots: readonly Row[]): FastTrackRule[] {
  const forward = filters.filter((row) => row.chain === "forward" && !isYes(row.disabled));
  const guests = hotspots.map((row) => row.interface).filter((name) => name !== undefined);
  return forward.flatMap((row, index): FastTrackRule[] => {
    if (row.action !== "fasttrack-connection") return [];
    const isNarrow = Object.keys(row).some((name) => narrowing.test(name));
    const before = forward.slice(0, index);
    const areKeptOut = guests.length > 0 && guests.every((name) => acceptsKnown(before, name));
    return [{ guests: areKeptOut ? "kept-out" : isNarrow ? "unclear" : "taken", comment: row.comment ?? "" }];
  });
}

/** An earlier rule lets known connections of this interface through, in both directions: they never reach fasttrack. */
function acceptsKnown(rules: readonly Row[], interfaceName: string): boolean {
  return ["in-interface", "out-interface"].every((side) =>
    rules.some(
      (row) =>
        row.action === "accept" &&
        row[side] === interfaceName &&
        (row["connection-state"] === undefined || /established/.test(row["connection-state"])),
    ),
  );
}

/** The group that the set-up makes for the agent; on a router that was set up by hand there is none of that name. */
function ownPolicies(groups: readonly Row[] | null): readonly string[] | null {
  const own = groups?.find(({ name }) => name?.startsWith("karibu") === true);
  if (own === undefined) return null;
  // RouterOS lists what is denied too, with a `!`.
  return (own.policy ?? "").split(",").filter((policy) => policy !== "" && !policy.startsWith("!"));
}

const wholeOf = (text: string | undefined): number | null => (/^\d+$/.test(text ?? "") ? Number(text) : null);

/** `2026-11-20` (`nov/20/2026` before 7.10) and `12:34:56`, in the router's own zone. */
function clockOf(row: Row): number | null {
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
