/**
 * The menus that are compared with what should be there, and what a repair may write in them. Whoever breaks into the hub can send any
 * picture of how a router should be: what is not named here is neither compared nor written, and `judge-desired.ts` looks at the values.
 * Users, scripts, the scheduler, containers, keys and the API's own service are only looked at: a person imports `repair.rsc`.
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
}

const menu = (columns: string, repair: DriftMenu["repair"], more: Partial<DriftMenu> = {}): DriftMenu => ({
  columns: columns.split(" ").filter(Boolean),
  repair,
  canBeOff: true,
  isOrdered: false,
  ...more,
});
const rules =
  "chain action in-interface out-interface src-address dst-address protocol src-port dst-port connection-state src-address-list dst-address-list";
const isOrdered = { isOrdered: true };
const staysOn = { canBeOff: false };

export const driftMenus: Readonly<Record<string, DriftMenu>> = {
  "/ip/firewall/filter": menu(rules, "risky", isOrdered),
  "/ip/firewall/nat": menu(rules, "risky"),
  "/ipv6/firewall/filter": menu("chain action in-interface out-interface", "plain", isOrdered),
  "/ip/firewall/address-list": menu("list address", "plain"),
  "/radius": menu(
    "service address src-address authentication-port accounting-port timeout require-message-auth",
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
  "/system/script": menu("", "none", staysOn),
  "/system/scheduler": menu("", "none"),
};

/** RouterOS writes lists in its own order. */
export const listColumns: readonly string[] = ["connection-state", "login-by", "servers", "allowed-address", "service"];
