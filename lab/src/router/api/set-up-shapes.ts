/** The menus that Karibu's set-up writes, beside those of live control: what each takes, and what a router has before. */
import type { MenuShape } from "./menu-shape.ts";

const listOf = (settable: string, more: Partial<MenuShape> = {}): MenuShape => ({
  settable: settable.split(" "),
  canAdd: true,
  canRemove: true,
  defaults: { disabled: "false" },
  ...more,
});
const single = (settable: string): MenuShape => ({
  settable: settable.split(" "),
  canAdd: false,
  canRemove: false,
  isSingle: true,
});
const rule =
  "chain action in-interface out-interface src-address dst-address protocol src-port dst-port connection-state src-address-list dst-address-list comment disabled";

export const setUpFlags: readonly string[] = [
  "accept",
  "allow-remote-requests",
  "force",
  "radius-accounting",
  "use-radius",
];

export const setUpShapes: Readonly<Record<string, MenuShape>> = {
  "/ip/firewall/filter": listOf(rule),
  "/ip/firewall/nat": listOf(rule),
  "/ipv6/firewall/filter": listOf("chain action in-interface out-interface comment disabled"),
  "/radius": listOf(
    "service address src-address secret authentication-port accounting-port timeout require-message-auth realm comment disabled",
  ),
  "/radius/incoming": single("accept port"),
  "/ip/dns": single("servers allow-remote-requests"),
  "/ip/dns/static": listOf("name address ttl comment disabled"),
  "/system/ntp/client": single("enabled servers"),
  "/ip/hotspot/profile": listOf(
    "name hotspot-address dns-name login-by use-radius radius-accounting radius-interim-update radius-location-id radius-location-name nas-port-type",
    { unique: "name", defaults: {} },
  ),
  "/ip/pool": listOf("name ranges comment", { unique: "name", defaults: {} }),
  "/ip/dhcp-server": listOf("name interface address-pool lease-time comment disabled"),
  "/ip/dhcp-server/network": listOf("address gateway dns-server dhcp-option comment", { defaults: {} }),
  "/ip/dhcp-server/option": listOf("name code value force comment", { defaults: {} }),
  "/ip/address": listOf("address interface comment disabled"),
  "/ip/route": listOf("dst-address gateway comment disabled"),
  "/interface/bridge": listOf("name comment disabled"),
  "/interface/bridge/port": listOf("bridge interface comment disabled"),
  "/interface/veth": listOf("name address gateway comment disabled"),
  "/interface/wireguard": listOf("name mtu comment disabled"),
  "/interface/wireguard/peers": listOf(
    "interface endpoint-address endpoint-port allowed-address persistent-keepalive comment disabled",
  ),
  "/tool/netwatch": listOf("type host interval comment disabled"),
  "/user/aaa": single("use-radius accounting default-group"),
  "/user/group": { settable: [], canAdd: false, canRemove: false },
  "/system/script": listOf("name comment", { defaults: {} }),
  "/system/scheduler": listOf("name comment disabled"),
  "/ipv6/neighbor": { settable: [], canAdd: false, canRemove: false },
  "/system/device-mode": { settable: [], canAdd: false, canRemove: false, isSingle: true },
};
