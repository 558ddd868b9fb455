/** The lists of a site's router: which view of the agent each reads, and what its columns mean. */
import type { RouterView } from "@karibu/protocol/router/router-views";
import { flag, given, number, ofPair, seconds, sorted, text, viewOf } from "./columns.ts";

/** RouterOS' name of the row; orders that change it name it. Null: the menu has none. */
const id = { id: text(".id") };

export const interfaceRow = viewOf({
  ...id,
  name: sorted(text("name")),
  type: text("type"),
  isRunning: flag("running"),
  isDisabled: flag("disabled"),
  comment: text("comment"),
  mtu: number("actual-mtu", "mtu"),
  macAddress: text("mac-address"),
  rxBytes: sorted(number("rx-byte")),
  txBytes: sorted(number("tx-byte")),
  rxBitsPerSecond: number("rx-bits-per-second"),
  txBitsPerSecond: number("tx-bits-per-second"),
  rxErrors: number("rx-error"),
  txErrors: number("tx-error"),
  rxDrops: number("rx-drop"),
  txDrops: number("tx-drop"),
  linkDowns: sorted(number("link-downs")),
  lastLinkUp: text("last-link-up-time"),
});

const ethernetRow = viewOf({
  ...id,
  name: sorted(text("name")),
  status: text("status"),
  rate: text("rate", "speed"),
  isFullDuplex: flag("full-duplex"),
  macAddress: text("mac-address"),
});

export const logRow = viewOf({ ...id, time: text("time"), topics: sorted(text("topics")), message: text("message") });

/** What the agent asked of the router, by its own log. */
export const apiCallRow = viewOf({
  /** ISO 8601, by the site's clock. */
  time: text("time"),
  words: text("words"),
  actor: text("actor"),
  lane: text("lane"),
  /** `ok`, `waiting`, or the code of a fault. */
  outcome: sorted(text("outcome")),
  message: text("message"),
  milliseconds: sorted(number("ms")),
  /** Of one that waits. */
  place: number("place"),
  expiresInMs: number("expires-in-ms"),
});

export const hotspotUserRow = viewOf({
  ...id,
  name: sorted(text("name")),
  profile: sorted(text("profile")),
  server: text("server"),
  macAddress: text("mac-address"),
  address: text("address"),
  comment: text("comment"),
  isDisabled: flag("disabled"),
  /** The router made it by itself, such as for a trial. */
  isDynamic: flag("dynamic"),
  /** RouterOS' own row, which nobody can remove. */
  isDefault: flag("default"),
  limitUptimeSeconds: seconds("limit-uptime"),
  limitBytesTotal: number("limit-bytes-total"),
  uptimeSeconds: seconds("uptime"),
  bytesIn: sorted(number("bytes-in")),
  bytesOut: number("bytes-out"),
});

export const userProfileRow = viewOf({
  ...id,
  name: sorted(text("name")),
  rateLimit: text("rate-limit"),
  sharedUsers: number("shared-users"),
  sessionTimeoutSeconds: seconds("session-timeout"),
  idleTimeoutSeconds: seconds("idle-timeout"),
  keepaliveTimeoutSeconds: seconds("keepalive-timeout"),
  isDefault: flag("default"),
});

export const hostRow = viewOf({
  ...id,
  macAddress: sorted(text("mac-address")),
  address: sorted(text("address")),
  toAddress: text("to-address"),
  server: text("server"),
  isAuthorized: flag("authorized"),
  isBypassed: flag("bypassed"),
  comment: text("comment"),
  uptimeSeconds: sorted(seconds("uptime")),
  idleSeconds: seconds("idle-time"),
  bytesIn: sorted(number("bytes-in")),
  bytesOut: sorted(number("bytes-out")),
});

export const activeRow = viewOf({
  ...id,
  user: sorted(text("user")),
  address: text("address"),
  macAddress: sorted(text("mac-address")),
  server: text("server"),
  loginBy: text("login-by"),
  /** By RADIUS: Karibu decides. False: a local user of the router, who is not billed. */
  isByRadius: flag("radius"),
  uptimeSeconds: sorted(seconds("uptime")),
  secondsLeft: seconds("session-time-left"),
  bytesIn: number("bytes-in"),
  bytesOut: number("bytes-out"),
});

export const cookieRow = viewOf({
  ...id,
  user: sorted(text("user")),
  macAddress: sorted(text("mac-address")),
  domain: text("domain"),
  expiresInSeconds: seconds("expires-in"),
  isMacCookie: flag("mac-cookie"),
});

export const bindingRow = viewOf({
  ...id,
  macAddress: sorted(text("mac-address")),
  address: text("address"),
  toAddress: text("to-address"),
  server: text("server"),
  type: sorted(text("type")),
  comment: text("comment"),
  isDisabled: flag("disabled"),
});

export const gardenHostRow = viewOf({
  ...id,
  host: sorted(text("dst-host")),
  path: text("path"),
  port: text("dst-port"),
  action: text("action"),
  hits: sorted(number("hits")),
  comment: text("comment"),
  isDisabled: flag("disabled"),
  isDynamic: flag("dynamic"),
});

export const gardenAddressRow = viewOf({
  ...id,
  address: sorted(text("dst-address")),
  host: text("dst-host"),
  protocol: text("protocol"),
  port: text("dst-port"),
  action: text("action"),
  comment: text("comment"),
  isDisabled: flag("disabled"),
  isDynamic: flag("dynamic"),
});

export const leaseRow = viewOf({
  ...id,
  address: sorted(text("active-address", "address")),
  macAddress: sorted(text("active-mac-address", "mac-address")),
  hostName: sorted(text("host-name")),
  server: text("active-server", "server"),
  status: sorted(text("status")),
  isDynamic: flag("dynamic"),
  isBlocked: flag("block-access", "blocked"),
  comment: text("comment"),
  expiresInSeconds: seconds("expires-after"),
  lastSeenSeconds: seconds("last-seen"),
});

export const pppActiveRow = viewOf({
  ...id,
  name: sorted(text("name")),
  service: text("service"),
  callerId: text("caller-id"),
  address: text("address"),
  uptimeSeconds: sorted(seconds("uptime")),
  isByRadius: flag("radius"),
});

const pppProfileRow = viewOf({
  ...id,
  name: sorted(text("name")),
  localAddress: text("local-address"),
  remoteAddress: text("remote-address"),
  dnsServer: text("dns-server"),
  rateLimit: text("rate-limit"),
  onlyOne: text("only-one"),
  changeTcpMss: text("change-tcp-mss"),
});

const kinds = ["hotspot", "pppoe"] as const;
export const serviceRow = viewOf({
  ...id,
  kind: given("hotspot", kinds),
  name: sorted(text("name")),
  interface: text("interface"),
  profile: text("profile"),
  isDisabled: flag("disabled"),
  isInvalid: flag("invalid"),
});
const pppoeService = viewOf({
  ...id,
  kind: given("pppoe", kinds),
  name: sorted(text("service-name", "name")),
  interface: text("interface"),
  profile: text("default-profile"),
  isDisabled: flag("disabled"),
  isInvalid: flag("invalid"),
});

const drivers = ["wifi", "wireless", "capsman"] as const;
const client = {
  ...id,
  interface: text("interface"),
  ssid: sorted(text("ssid")),
  macAddress: sorted(text("mac-address")),
  uptimeSeconds: seconds("uptime"),
  signalDbm: sorted(number("signal", "signal-strength", "rx-signal")),
  txRate: text("tx-rate"),
  rxRate: text("rx-rate"),
  bytesSent: ofPair("bytes", 0),
  bytesReceived: ofPair("bytes", 1),
};
export const wifiClientRow = viewOf({ ...client, driver: given("wifi", drivers) });
const wirelessClient = viewOf({ ...client, driver: given("wireless", drivers) });
const capsmanClient = viewOf({ ...client, driver: given("capsman", drivers) });

export const accessPointRow = viewOf({
  ...id,
  name: sorted(text("identity", "name")),
  address: text("address"),
  macAddress: text("base-mac", "mac-address"),
  board: text("board-name", "board"),
  version: text("version"),
  state: sorted(text("state")),
  driver: text("driver"),
  ssid: text("ssid"),
  channel: text("channel"),
  clients: sorted(number("clients", "registered-peers")),
});

const routerUserRow = viewOf({
  ...id,
  name: sorted(text("name")),
  group: text("group"),
  address: text("address"),
  lastLoggedIn: text("last-logged-in"),
  comment: text("comment"),
  isDisabled: flag("disabled"),
});

const portRow = viewOf({
  ...id,
  name: sorted(text("name")),
  port: number("port"),
  address: text("address"),
  isDisabled: flag("disabled"),
});

type AnyView = Pick<ReturnType<typeof viewOf>, "schema" | "of" | "sorts">;
export interface RouterList<Path extends string = string> {
  /** `/api/v1/routers/{siteId}/<path>` */
  readonly path: Path;
  readonly summary: string;
  /** Its rows may name codes that nobody has used (`mask-codes.ts`). */
  readonly hasCodes?: true;
  /** Each view of the agent with its columns; all have the same names. */
  readonly parts: readonly { readonly reads: RouterView; readonly rows: AnyView }[];
}

const one = <Path extends string>(path: Path, reads: RouterView, rows: AnyView, summary: string): RouterList<Path> => ({
  path,
  summary,
  parts: [{ reads, rows }],
});

const several = <Path extends string>(path: Path, summary: string, parts: RouterList["parts"]): RouterList<Path> => ({
  path,
  summary,
  parts,
});

const withCodes = <Path extends string>(...of: Parameters<typeof one<Path>>): RouterList<Path> => ({
  ...one(...of),
  hasCodes: true,
});

const lists = [
  one("interfaces", "interfaces", interfaceRow, "Its interfaces: state, traffic, errors"),
  one("ethernet", "ethernet", ethernetRow, "The state of its ethernet ports"),
  withCodes("logs", "logs", logRow, "Its own log, the newest first"),
  withCodes(
    "api-calls",
    "api-calls",
    apiCallRow,
    "What its agent asked of it lately, and what waits, the newest first",
  ),
  withCodes("users", "hotspot-users", hotspotUserRow, "Its local hotspot users, whom nobody bills"),
  one("profiles", "hotspot-user-profiles", userProfileRow, "The profiles of its local hotspot users"),
  one("hosts", "hotspot-hosts", hostRow, "Devices that its hotspot sees"),
  withCodes("active", "hotspot-active", activeRow, "Who is logged in at its hotspot"),
  withCodes("cookies", "hotspot-cookies", cookieRow, "Devices that its hotspot lets in again by itself"),
  one("bindings", "ip-bindings", bindingRow, "Devices that bypass its hotspot, or that it blocks"),
  one("walled-garden", "walled-garden", gardenHostRow, "Hosts that guests reach before they log in"),
  one(
    "walled-garden-addresses",
    "walled-garden-ip",
    gardenAddressRow,
    "Addresses that guests reach before they log in",
  ),
  one("leases", "dhcp-leases", leaseRow, "Its DHCP leases"),
  one("ppp-active", "ppp-active", pppActiveRow, "Its PPP sessions"),
  one("ppp-profiles", "ppp-profiles", pppProfileRow, "Its PPP profiles"),
  several("services", "Its hotspot and PPPoE servers", [
    { reads: "hotspot-servers", rows: serviceRow },
    { reads: "pppoe-servers", rows: pppoeService as AnyView },
  ]),
  several("wifi-clients", "Devices at its radios, and at the access points that it manages", [
    { reads: "wifi-clients", rows: wifiClientRow },
    { reads: "wireless-clients", rows: wirelessClient as AnyView },
    { reads: "capsman-clients", rows: capsmanClient as AnyView },
  ]),
  one("access-points", "access-points", accessPointRow, "Its access points"),
  one("router-users", "users", routerUserRow, "Who may log in to the router itself"),
  one("ports", "services", portRow, "The doors of the router: API, Winbox, SSH, web"),
];

type Path = (typeof lists)[number]["path"];

export const routerLists: readonly RouterList<Path>[] = lists;
