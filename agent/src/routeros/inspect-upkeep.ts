/**
 * What else can go wrong at a router, in some fifteen small questions, asked rarely: who surfs past the hotspot (RAD-17), limits of the licence,
 * names, MTU, leaks. A menu that the router refuses to show becomes null. Texts of customers never leave: MACs and numbers do.
 */
import type { RouterUpkeep } from "../ground/router-control.ts";
import { type RouterApi, RouterTrap, type Row } from "./router-api.ts";

type Rows = readonly Row[] | null;

/** Sentences, for the check against the command trees. `guests` is a name of the router's owner. */
export const upkeepSentences = (guests: string) =>
  ({
    resource: ["/system/resource/print"],
    licence: ["/system/license/print"],
    mode: ["/system/device-mode/print"],
    board: ["/system/routerboard/print"],
    dns: ["/ip/dns/print"],
    gardenHosts: ["/ip/hotspot/walled-garden/print", "=.proplist=action,dst-host,disabled"],
    gardenAddresses: ["/ip/hotspot/walled-garden/ip/print", "=.proplist=action,dst-host,disabled"],
    bindings: [
      "/ip/hotspot/ip-binding/print",
      "=.proplist=mac-address,address,type,disabled,comment",
      "?type=bypassed",
    ],
    users: ["/ip/hotspot/user/print", "=.proplist=name,disabled,default", "?disabled=false"],
    active: ["/ip/hotspot/active/print", "=.proplist=.id,radius", "?radius=false"],
    hosts: [
      "/ip/hotspot/host/print",
      "=.proplist=mac-address,address,server,bridge-port,authorized,bypassed,bytes-in,bytes-out,packets-in,packets-out",
    ],
    profiles: ["/ip/hotspot/profile/print", "=.proplist=name,login-by"],
    servers: ["/ip/hotspot/print", "=.proplist=profile,disabled"],
    neighbours: ["/ipv6/neighbor/print", "=.proplist=address,interface", `?interface=${guests}`],
    ipv6Rules: ["/ipv6/firewall/filter/print", "=.proplist=chain,action,in-interface,disabled"],
    routes: ["/ip/route/print", "=.proplist=immediate-gw,active,disabled", "?dst-address=0.0.0.0/0", "?active=true"],
    tunnel: ["/interface/wireguard/print", "=.proplist=name,mtu", "?name=karibu-hub"],
  }) as const satisfies Readonly<Record<string, readonly string[]>>;

/** Of the port to the internet. */
export const uplinkSentences = (name: string) =>
  ({
    mtu: ["/interface/print", "=.proplist=name,type,actual-mtu", `?name=${name}`],
    link: ["/interface/ethernet/monitor", `=numbers=${name}`, "=once="],
  }) as const;

/** Rejects only when the router can't be asked at all. */
export async function inspectUpkeep(api: RouterApi, guestInterface: string | null): Promise<RouterUpkeep> {
  const sentences = upkeepSentences(guestInterface ?? "");
  const names = Object.keys(sentences) as (keyof typeof sentences)[];
  const answers = await Promise.all(names.map((name) => rowsOf(api, sentences[name])));
  const read = Object.fromEntries(names.map((name, at) => [name, answers[at] ?? null])) as Record<
    keyof typeof sentences,
    Rows
  >;
  const [servers, profiles] = [read.servers, read.profiles];
  return {
    licenceLevel: read.licence?.[0]?.nlevel ?? read.licence?.[0]?.level ?? null,
    isFlagged: read.mode === null ? null : read.mode.some((row) => isYes(row.flagged)),
    firmware: firmwareOf(read.board),
    badBlocksPercent: percentOf(read.resource?.[0]?.["bad-blocks"]),
    dns: dnsOf(read.dns),
    openProbes: openProbes(read.gardenHosts, read.gardenAddresses),
    bypassed: bypassed(read.bindings),
    localUsers: read.users === null ? null : { count: read.users.filter(isLocalUser).length },
    sessionsWithoutUs: read.active === null ? null : read.active.length,
    hasTrial: servers === null || profiles === null ? null : hasTrial(servers, profiles),
    twinMacs: read.hosts === null ? null : twinMacs(read.hosts),
    busyHosts: read.hosts === null ? null : busyHosts(read.hosts),
    ipv6Leaks: guestInterface === null ? null : ipv6Leaks(read.neighbours, read.ipv6Rules, guestInterface),
    uplink: await uplinkOf(api, read.routes),
    tunnelMtu: wholeOf(read.tunnel?.[0]?.mtu),
  };
}

async function rowsOf(api: RouterApi, words: readonly string[]): Promise<Rows> {
  try {
    return await api.command(words, { timeoutMs: 60_000, repeatable: true, actor: "doctor" });
  } catch (error) {
    if (error instanceof RouterTrap) return null;
    throw error;
  }
}

const isYes = (text: string | undefined): boolean => text === "true" || text === "yes";
const isOn = (row: Row): boolean => !isYes(row.disabled);
const wholeOf = (text: string | undefined): number | null => (/^\d+$/.test(text ?? "") ? Number(text) : null);
const percentOf = (text: string | undefined): number | null =>
  /^\d+(\.\d+)?%?$/.test(text ?? "") ? Number.parseFloat(text ?? "") : null;
const listMax = 5;

function firmwareOf(rows: Rows): RouterUpkeep["firmware"] {
  const { "current-firmware": current = "", "upgrade-firmware": upgrade = "" } = rows?.[0] ?? {};
  return current === "" || upgrade === "" ? null : { current, upgrade };
}

function dnsOf(rows: Rows): RouterUpkeep["dns"] {
  const row = rows?.[0];
  if (row === undefined) return null;
  const sources = [row.servers, row["dynamic-servers"], row["use-doh-server"]];
  return { hasServer: sources.some((text) => (text ?? "") !== "") };
}

/** What phones ask for to find the portal. An open one shows them "connected", and no log-in window. */
const probes = [
  "captive.apple.com",
  "www.apple.com",
  "connectivitycheck.gstatic.com",
  "connectivitycheck.android.com",
  "connectivitycheck.platform.hicloud.com",
  "clients3.google.com",
  "www.google.com",
  "connect.rom.miui.com",
  "www.msftconnecttest.com",
  "detectportal.firefox.com",
];

function openProbes(hosts: Rows, addresses: Rows): readonly string[] | null {
  if (hosts === null && addresses === null) return null;
  const patterns = [...(hosts ?? []), ...(addresses ?? [])]
    .filter((row) => isOn(row) && (row.action === "allow" || row.action === "accept") && (row["dst-host"] ?? "") !== "")
    .map((row) => row["dst-host"] ?? "");
  return [...new Set(patterns.filter((pattern) => probes.some((probe) => matchesHost(pattern, probe))))].slice(
    0,
    listMax,
  );
}

/** `*` and `?` as RouterOS takes them; a regular expression of the owner's is not run here. */
export function matchesHost(pattern: string, host: string): boolean {
  if (pattern.startsWith(":") || pattern.length > 200) return false;
  return matchesFrom(pattern.toLowerCase(), host);
}

function matchesFrom(pattern: string, host: string): boolean {
  let [at, from, star, mark] = [0, 0, -1, 0];
  while (from < host.length) {
    if (at < pattern.length && (pattern[at] === "?" || pattern[at] === host[from])) [at, from] = [at + 1, from + 1];
    else if (pattern[at] === "*") [star, mark, at] = [at, from, at + 1];
    else if (star !== -1) [at, mark, from] = [star + 1, mark + 1, mark + 1];
    else return false;
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}

function bypassed(rows: Rows): readonly string[] | null {
  if (rows === null) return null;
  const open = rows.filter((row) => isOn(row) && row.comment?.startsWith("karibu:") !== true);
  return open.map((row) => row["mac-address"] ?? row.address ?? "?").slice(0, 50);
}

const isLocalUser = ({ name = "", default: isDefault }: Row): boolean =>
  !isYes(isDefault) && !/^(default-trial|admin)$/.test(name);

function hasTrial(servers: readonly Row[], profiles: readonly Row[]): boolean {
  const used = new Set(servers.filter(isOn).map(({ profile }) => profile));
  return profiles.some((row) => used.has(row.name) && (row["login-by"] ?? "").split(",").includes("trial"));
}

/** A phone that moves leaves its old row for minutes, with an address of its own: another port with the same address is another device. */
function twinMacs(hosts: readonly Row[]): readonly string[] {
  const places = new Map<string, Set<string>>();
  for (const row of hosts) {
    const mac = row["mac-address"];
    if (mac === undefined) continue;
    const known = places.get(mac) ?? new Set();
    known.add(`${row.server ?? ""} ${row["bridge-port"] ?? ""}`);
    places.set(mac, known);
  }
  return [...places]
    .filter(([, at]) => at.size > 1)
    .map(([mac]) => mac)
    .slice(0, listMax);
}

/** What a host without log-in moves is names, addresses and the portal's page. */
const busyBytesMin = 5_000_000;
/** A page has long answers; a tunnel through names has very many short packets both ways. */
const tunnelPacketsMin = 20_000;

function busyHosts(hosts: readonly Row[]): NonNullable<RouterUpkeep["busyHosts"]> {
  return hosts
    .filter((row) => !isYes(row.authorized) && !isYes(row.bypassed))
    .map((row) => ({
      mac: row["mac-address"] ?? "?",
      bytes: (wholeOf(row["bytes-in"]) ?? 0) + (wholeOf(row["bytes-out"]) ?? 0),
      packets: (wholeOf(row["packets-in"]) ?? 0) + (wholeOf(row["packets-out"]) ?? 0),
    }))
    .filter(({ bytes, packets }) => bytes >= busyBytesMin || packets >= tunnelPacketsMin)
    .sort((one, other) => other.bytes - one.bytes)
    .slice(0, listMax);
}

function ipv6Leaks(neighbours: Rows, rules: Rows, guestInterface: string): number | null {
  if (neighbours === null) return null;
  const isStopped = (rules ?? []).some(
    (row) => isOn(row) && row.chain === "forward" && row.action === "drop" && row["in-interface"] === guestInterface,
  );
  const isPublic = ({ address = "" }: Row) => /^[23]/.test(address);
  return isStopped ? 0 : neighbours.filter((row) => row.interface === guestInterface && isPublic(row)).length;
}

async function uplinkOf(api: RouterApi, routes: Rows): Promise<RouterUpkeep["uplink"]> {
  const name = (routes ?? [])
    .map((row) => /%([^%,]+)$/.exec(row["immediate-gw"] ?? "")?.[1])
    .find((each) => each !== undefined);
  if (name === undefined || name.includes(",")) return null;
  const words = uplinkSentences(name);
  const [mtu, link] = [await rowsOf(api, words.mtu), await rowsOf(api, words.link)];
  return { name, mtu: wholeOf(mtu?.[0]?.["actual-mtu"]), mbps: mbpsOf(link?.[0]?.rate) };
}

/** `1Gbps`, `100Mbps`, `2.5Gbps`. */
export function mbpsOf(text: string | undefined): number | null {
  const [, count = "", unit = ""] = /^(\d+(?:\.\d+)?)([GM])bps$/.exec(text ?? "") ?? [];
  return count === "" ? null : Number(count) * (unit === "G" ? 1000 : 1);
}
