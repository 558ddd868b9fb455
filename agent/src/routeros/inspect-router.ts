/** Reads how a router is set up, as far as Karibu depends on it. A menu that the router refuses to show becomes null. */
import type { FastTrackRule, RadiusRow, RouterSetUp } from "../ground/router-control.ts";
import { durationMs } from "./duration.ts";
import type { RouterApi, Row } from "./router-api.ts";
import { clockOf, rowsOf } from "./router-clock.ts";

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
