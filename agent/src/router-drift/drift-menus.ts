/**
 * The menus that are compared with what should be there, and what a repair may write in them. Whoever breaks into the hub can send any
 * picture of how a router should be: what is not named here is neither compared nor written, and `judge-desired.ts` looks at the values.
 * Users, scripts, the scheduler, containers, keys and the API's own service are only looked at, scripts text and all: a person imports `repair.rsc`.
 */

export interface DriftMenu {
  /** What is compared, and written by a repair. */
  readonly columns: readonly string[];
  /** `risky`: what is wrong there can cut the router off, so its repair holds RouterOS' safe mode. `none`: only told. */
  readonly repair: "plain" | "risky" | "none";
  /** False: rows of this menu can't be switched off. */
  readonly canBeOff: boolean;
  /** All rows are read: the order counts, and rows that are not ours. */
  readonly isOrdered: boolean;
  /** Texts that are compared by their digest, and never written. */
  readonly hashed: readonly string[];
  /** Read, and compared among our own rows: all of one person's making. */
  readonly hasOwner: boolean;
}

const menu = (columns: string, repair: DriftMenu["repair"], more: Partial<DriftMenu> = {}): DriftMenu => ({
  columns: columns.split(" ").filter(Boolean),
  repair,
  canBeOff: true,
  isOrdered: false,
  hashed: [],
  hasOwner: false,
  ...more,
});
const rules =
  "chain action in-interface out-interface in-interface-list out-interface-list src-address dst-address protocol src-port dst-port connection-state src-address-list dst-address-list";
const isOrdered = { isOrdered: true };
const staysOn = { canBeOff: false };

export const driftMenus: Readonly<Record<string, DriftMenu>> = {
  "/ip/firewall/filter": menu(`${rules} reject-with`, "risky", isOrdered),
  "/ip/firewall/nat": menu(`${rules} to-addresses to-ports`, "risky"),
  "/ip/firewall/mangle": menu(
    "chain action in-interface out-interface dst-address-list new-ttl new-packet-mark passthrough",
    "plain",
    isOrdered,
  ),
  "/ipv6/firewall/filter": menu(
    "chain action in-interface out-interface in-interface-list out-interface-list protocol dst-port connection-state src-address-list dst-address-list reject-with",
    "plain",
    isOrdered,
  ),
  "/ipv6/firewall/address-list": menu("list address", "plain"),
  "/ip/firewall/address-list": menu("list address", "plain"),
  "/radius": menu(
    "service address src-address authentication-port accounting-port timeout require-message-auth realm",
    "plain",
    isOrdered,
  ),
  "/radius/incoming": menu("accept port", "plain", staysOn),
  "/ip/dns": menu("allow-remote-requests", "plain", staysOn),
  "/ip/dns/static": menu("name address ttl", "plain"),
  "/system/ntp/client": menu("enabled servers", "plain", staysOn),
  "/ip/hotspot": menu(
    "interface profile address-pool addresses-per-mac idle-timeout keepalive-timeout login-timeout",
    "plain",
  ),
  "/ip/hotspot/profile": menu(
    "hotspot-address dns-name login-by use-radius radius-accounting radius-interim-update radius-location-id radius-location-name nas-port-type",
    "plain",
    staysOn,
  ),
  "/ip/hotspot/user/profile": menu("keepalive-timeout add-mac-cookie mac-cookie-timeout", "plain", staysOn),
  "/ip/hotspot/walled-garden": menu("action dst-host", "plain"),
  "/ip/hotspot/walled-garden/ip": menu("action dst-address dst-host protocol dst-port", "plain"),
  "/ip/pool": menu("ranges", "plain", staysOn),
  "/ip/dhcp-server": menu("interface address-pool lease-time", "plain"),
  "/ip/dhcp-server/network": menu("address gateway dns-server dhcp-option", "plain", staysOn),
  "/ip/dhcp-server/option": menu("code value force", "plain", staysOn),
  "/ip/address": menu("address interface", "risky"),
  "/ip/route": menu("dst-address gateway", "risky"),
  "/interface/bridge": menu("", "risky"),
  "/interface/bridge/port": menu("bridge", "risky"),
  "/interface/wifi": menu("configuration.ssid", "plain"),
  "/interface/wireless": menu("ssid", "plain"),
  "/interface/veth": menu("", "none"),
  "/interface/wireguard": menu("mtu", "none"),
  "/interface/wireguard/peers": menu("endpoint-address endpoint-port allowed-address persistent-keepalive", "none"),
  "/ip/service": menu("port address", "none"),
  "/tool/netwatch": menu("type host interval", "none"),
  "/user": menu("", "none"),
  "/user/group": menu("", "none", staysOn),
  // Who gets into the router: a person imports the script.
  "/user/aaa": menu("use-radius accounting default-group", "none", staysOn),
  "/system/script": menu("policy dont-require-permissions", "none", { ...staysOn, hashed: ["source"], hasOwner: true }),
  "/system/scheduler": menu("policy interval start-time", "none", { hashed: ["on-event"], hasOwner: true }),
  "/interface/list": menu("", "plain", staysOn),
  "/interface/pppoe-server/server": menu(
    "interface service-name default-profile authentication keepalive-timeout one-session-per-host max-mtu max-mru max-sessions",
    "plain",
  ),
  // Its DNS could lead customers to a false bank: only looked at.
  "/ppp/profile": menu(
    "local-address remote-address dns-server change-tcp-mss only-one interface-list",
    "none",
    staysOn,
  ),
  "/ppp/aaa": menu("use-radius accounting interim-update enable-ipv6-accounting", "plain", staysOn),
  "/ipv6/pool": menu("prefix prefix-length", "plain", staysOn),
  // Its secrets stand in the script alone, and whoever gets the log reads a lot.
  "/snmp/community": menu("addresses security read-access write-access", "none"),
  "/snmp": menu("enabled", "plain", staysOn),
  "/system/logging/action": menu("target remote remote-port remote-protocol remote-log-format", "none", staysOn),
  "/queue/type": menu("kind cake-flowmode cake-nat pcq-classifier", "plain", staysOn),
  "/queue/tree": menu("parent packet-mark queue max-limit", "plain"),
};

/** RouterOS writes lists in its own order. */
export const listColumns: readonly string[] = [
  ...["connection-state", "login-by", "servers", "allowed-address", "service"],
  ...["policy", "addresses", "authentication", "dns-server"],
];
