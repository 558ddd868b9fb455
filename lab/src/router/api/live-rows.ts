/** Rows and monitors that follow from what runs: counters of ports, leases of devices, figures of this second. */
import type { Router, RunningRouter } from "../device/router.ts";
import { done, noSuchItem, type Outcome, trap } from "./api-outcome.ts";
import type { Row } from "./api-query.ts";
import { treeOf } from "./config-tree.ts";

/** Bytes a second that each port carries while it runs, received and sent: the mean of a day. */
const rates: Readonly<Record<string, readonly [number, number]>> = {
  ether1: [350_000, 42_000],
  wifi1: [30_000, 260_000],
};
const idle = [40, 40] as const;

const dayMs = 86_400_000;
/** In East Africa it is six in the evening. */
const busiestAtMs = 15 * 3_600_000;
/** At the quietest a quarter of the mean, at the busiest a quarter less than twice as much. */
const swing = 0.75;
const turnOf = (atMs: number): number => (2 * Math.PI * (atMs - busiestAtMs)) / dayMs;

/** So many seconds at the mean rate carry what was carried since the boot. */
function busySeconds({ options }: Router, { wallMs, bootedAtMs }: RunningRouter, nowMs: number): number {
  const seconds = (nowMs - bootedAtMs) / 1000;
  if (!options.busyByHour) return Math.floor(seconds);
  const untilMs = wallMs();
  const more = Math.sin(turnOf(untilMs)) - Math.sin(turnOf(untilMs - (nowMs - bootedAtMs)));
  return Math.floor(seconds + ((swing * dayMs) / 2000 / Math.PI) * more);
}

/** Of the mean, at this moment. */
const busyPart = ({ options, running }: Router): number =>
  options.busyByHour ? 1 + swing * Math.cos(turnOf(running?.wallMs() ?? 0)) : 1;

const ratesOf = (row: Row): readonly [number, number] =>
  row.running === "true" && row.disabled !== "true" ? (rates[row.name ?? ""] ?? idle) : [0, 0];

export function interfaceRows(router: Router, running: RunningRouter, nowMs: number): Row[] {
  const seconds = busySeconds(router, running, nowMs);
  return treeOf(router)
    .rows("/interface")
    .map((row) => {
      const [received, sent] = ratesOf(row);
      return {
        ...row,
        running: String(row.running === "true" && row.disabled !== "true"),
        "rx-byte": String(received * seconds),
        "tx-byte": String(sent * seconds),
        "rx-packet": String(Math.ceil((received * seconds) / 900)),
        "tx-packet": String(Math.ceil((sent * seconds) / 900)),
        "rx-error": "0",
        "tx-error": "0",
        "rx-drop": "0",
        "tx-drop": "0",
        "link-downs": "1",
      };
    });
}

export function ethernetRows(router: Router, running: RunningRouter, nowMs: number): Row[] {
  return interfaceRows(router, running, nowMs)
    .filter(({ type }) => type === "ether")
    .map((row) => ({ ...row, speed: "1Gbps", "auto-negotiation": "true", "rx-fcs-error": "0" }));
}

/** Fixed leases, and one of each device that is seen and has none. */
export function leaseRows(router: Router, running: RunningRouter): Row[] {
  const fixed = treeOf(router).rows("/ip/dhcp-server/lease");
  const taken = new Set(fixed.map((row) => row["mac-address"]));
  const dynamic = running.hotspot.hosts().flatMap(({ id, phone }): Row[] => {
    if (taken.has(phone.mac)) return [];
    const number = 0xf0000 + Number.parseInt(id.slice(1), 16);
    return [
      {
        ".id": `*${number.toString(16).toUpperCase()}`,
        address: phone.address,
        "mac-address": phone.mac,
        "host-name": "phone",
        server: "karibu-guest",
        status: "bound",
        dynamic: "true",
        disabled: "false",
      },
    ];
  });
  return [...fixed, ...dynamic];
}

/** What a person made, and one of each guest whose speed is limited. */
export function queueRows(router: Router, running: RunningRouter): Row[] {
  const dynamic = running.hotspot.sessions().flatMap(({ id, host, limits }): Row[] => {
    const { upBitsPerSecond: up, downBitsPerSecond: down } = limits.rates;
    if (up === 0 && down === 0) return [];
    const number = 0xe0000 + Number.parseInt(id.slice(1), 16);
    return [
      {
        ".id": `*${number.toString(16).toUpperCase()}`,
        name: `<hotspot-${host.phone.mac}>`,
        target: `${host.phone.address}/32`,
        "max-limit": `${up}/${down}`,
        dynamic: "true",
        disabled: "false",
      },
    ];
  });
  return [...treeOf(router).rows("/queue/simple"), ...dynamic];
}

export const leaseOf = (router: Router, running: RunningRouter, id: string): Row | null =>
  leaseRows(router, running).find((row) => row[".id"] === id) ?? null;

/** Null: no monitor. `once` is needed: without it a monitor never ends. */
export function monitorCommand(router: Router, command: string, values: ReadonlyMap<string, string>): Outcome | null {
  const isTraffic = command === "/interface/monitor-traffic";
  if (!isTraffic && command !== "/interface/ethernet/monitor") return null;
  const argument = isTraffic ? "interface" : "numbers";
  const takes = [argument, "once", ...(isFrom719(router) ? [".proplist"] : [])];
  const unknown = [...values.keys()].find((name) => !takes.includes(name));
  if (unknown !== undefined) return trap(`unknown parameter ${unknown}`);
  const all = treeOf(router).rows("/interface");
  const wanted = (values.get(argument) ?? "").split(",");
  const found = wanted.map((each) => all.find((row) => row.name === each || row[".id"] === each));
  if (found.includes(undefined)) return isTraffic ? trap("input does not match any value of interface") : noSuchItem;
  if (!values.has("once")) return done;
  const part = busyPart(router);
  return { rows: (found as Row[]).map((row) => (isTraffic ? trafficRow(row, part) : linkRow(row))) };
}

function trafficRow(row: Row, part: number): Row {
  const [received = 0, sent = 0] = ratesOf(row).map((mean) => Math.round(mean * part));
  return {
    name: row.name ?? "",
    "rx-bits-per-second": String(received * 8),
    "tx-bits-per-second": String(sent * 8),
    "rx-packets-per-second": String(Math.ceil(received / 900)),
  };
}

function linkRow(row: Row): Row {
  const isUp = row.running === "true" && row.disabled !== "true";
  return {
    name: row.name ?? "",
    status: isUp ? "link-ok" : "no-link",
    ...(isUp ? { rate: "1Gbps", "full-duplex": "true" } : {}),
  };
}

function isFrom719({ options }: Router): boolean {
  const [, minor = "0"] = /^7\.(\d+)/.exec(options.version) ?? [];
  return Number(minor) >= 19;
}
