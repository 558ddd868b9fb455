/** The menus of a router's configuration that the simulated API answers with state: what each takes, and what a new router has. */
import type { RouterOptions } from "../model/router-options.ts";
import type { Row } from "./api-query.ts";
import type { MenuShape } from "./menu-shape.ts";
import { setUpFlags, setUpShapes } from "./set-up-shapes.ts";

const listOf = (settable: string, more: Partial<MenuShape> = {}): MenuShape => ({
  settable: settable.split(" "),
  canAdd: true,
  canRemove: true,
  ...more,
});
const shown: MenuShape = { settable: [], canAdd: false, canRemove: false };
const clients: MenuShape = { settable: [], canAdd: false, canRemove: true };

/** Written `yes` and read `true`; written as seconds and read as `1h`. */
export const flagNames: readonly string[] = [
  "disabled",
  "block-access",
  "dynamic",
  "add-mac-cookie",
  "enabled",
  ...setUpFlags,
];
export const durationNames: readonly string[] = [
  "limit-uptime",
  "session-timeout",
  "idle-timeout",
  "keepalive-timeout",
  "mac-cookie-timeout",
];
/** Shown only to a user with the right `sensitive`. */
export const secretNames: readonly string[] = ["password", "otp-secret", "configuration.security.passphrase"];

export const shapes: Readonly<Record<string, MenuShape>> = {
  ...setUpShapes,
  "/interface": { settable: ["name", "disabled", "comment", "mtu", "l2mtu"], canAdd: false, canRemove: false },
  "/interface/wifi": listOf("name disabled comment configuration.ssid", { canAdd: false }),
  "/interface/wireless": listOf("name disabled comment ssid", { canAdd: false }),
  "/interface/wifi/registration-table": clients,
  "/interface/wireless/registration-table": clients,
  "/caps-man/registration-table": clients,
  "/interface/wifi/capsman/remote-cap": shown,
  "/caps-man/remote-cap": shown,
  "/ip/hotspot": listOf(
    "name interface address-pool profile idle-timeout keepalive-timeout login-timeout addresses-per-mac disabled",
  ),
  "/ip/hotspot/profile": listOf(
    "name use-radius radius-accounting radius-interim-update login-by html-directory html-directory-override dns-name hotspot-address",
    { unique: "name" },
  ),
  "/ip/hotspot/user": listOf(
    "name password profile server mac-address address email limit-uptime limit-bytes-in limit-bytes-out limit-bytes-total comment disabled",
    {
      unique: "name",
      defaults: { profile: "default", uptime: "0s", "bytes-in": "0", "bytes-out": "0", disabled: "false" },
    },
  ),
  "/ip/hotspot/user/profile": listOf(
    "name rate-limit shared-users session-timeout idle-timeout keepalive-timeout add-mac-cookie mac-cookie-timeout address-list address-pool on-login on-logout",
    {
      unique: "name",
      defaults: { "shared-users": "1", "idle-timeout": "none", "keepalive-timeout": "2m", "add-mac-cookie": "true" },
    },
  ),
  "/ip/hotspot/ip-binding": listOf("mac-address address to-address server type comment disabled", {
    defaults: { type: "regular", disabled: "false" },
  }),
  "/ip/hotspot/walled-garden": listOf("action server src-address dst-host dst-port path method comment disabled", {
    defaults: { action: "allow", hits: "0", disabled: "false" },
  }),
  "/ip/hotspot/walled-garden/ip": listOf(
    "action server src-address dst-address dst-host dst-port protocol comment disabled",
    { defaults: { action: "accept", disabled: "false" } },
  ),
  "/ip/dhcp-server/lease": listOf(
    "address mac-address client-id server comment block-access rate-limit address-lists lease-time disabled",
    { defaults: { dynamic: "false", status: "waiting", disabled: "false" } },
  ),
  "/ppp/profile": listOf("name local-address remote-address dns-server rate-limit only-one change-tcp-mss comment", {
    unique: "name",
  }),
  "/ppp/secret": listOf(
    "name password service profile caller-id local-address remote-address routes limit-bytes-in limit-bytes-out comment disabled",
    { unique: "name", defaults: { service: "any", profile: "default", disabled: "false" } },
  ),
  "/interface/pppoe-server/server": listOf(
    "service-name interface default-profile authentication keepalive-timeout max-mtu max-mru one-session-per-host max-sessions pado-delay comment disabled",
    { unique: "interface", defaults: { disabled: "false" } },
  ),
  "/ip/firewall/address-list": listOf("list address comment timeout disabled", {
    defaults: { disabled: "false", dynamic: "false" },
    dynamicBy: "timeout",
  }),
  "/user": shown,
  "/ip/service": { settable: ["disabled", "port", "address"], canAdd: false, canRemove: false },
  "/file": shown,
  "/snmp": { ...shown, settable: ["enabled", "contact", "location"], isSingle: true },
  "/system/logging/action": listOf("name target remote remote-port"),
  "/queue/simple": listOf("name target max-limit limit-at comment disabled", { unique: "name" }),
  "/ip/neighbor": shown,
  "/system/health": shown,
  "/system/license": { ...shown, isSingle: true },
  "/system/routerboard": { ...shown, isSingle: true },
  "/system/identity": { ...shown, settable: ["name"], isSingle: true },
  "/log": shown,
  "/ip/firewall/connection": shown,
  "/ip/firewall/connection/tracking": { ...shown, isSingle: true },
};

/** Menus of packages that this board lacks: "no such command prefix". */
export const absentMenus: readonly string[] = ["/interface/wireless", "/caps-man"];

const port = (name: string, mac: string, more: Row = {}): Row => ({
  name,
  "default-name": name,
  type: "ether",
  mtu: "1500",
  "actual-mtu": "1500",
  "mac-address": `02:4B:00:00:00:${mac}`,
  running: "true",
  disabled: "false",
  ...more,
});

/** The WAN port: switched off, the router has no internet. */
export const wanPort = "ether1";

/** What a router has before anybody changes it. */
export function firstRows({
  identity,
  serverName,
  interfaceName,
  version,
  board,
  serial,
}: RouterOptions): Record<string, Row[]> {
  return {
    "/interface": [
      port(wanPort, "01", { comment: "WAN" }),
      port("ether2", "02"),
      port("ether3", "03", { running: "false" }),
      { ...port(interfaceName, "10", { comment: "karibu:guest-bridge" }), type: "bridge" },
      { ...port("wifi1", "20"), type: "wifi" },
      { ...port("veth-karibu", "30", { comment: "karibu:agent-veth" }), type: "veth" },
      { name: "lo", type: "loopback", mtu: "65536", running: "true", disabled: "false" },
    ],
    "/interface/wifi": [
      {
        name: "wifi1",
        "default-name": "wifi1",
        "configuration.ssid": "Karibu",
        "configuration.security.passphrase": "do not tell",
        running: "true",
        disabled: "false",
      },
    ],
    "/interface/wifi/registration-table": [],
    "/interface/wifi/capsman/remote-cap": [],
    "/ip/hotspot": [
      {
        name: serverName,
        interface: interfaceName,
        "address-pool": "karibu-guest",
        profile: "karibu-guest",
        "addresses-per-mac": "2",
        disabled: "false",
      },
    ],
    "/ip/hotspot/profile": [
      { name: "default", default: "true", "use-radius": "false" },
      { name: "karibu-guest", "use-radius": "true", "radius-accounting": "true", "radius-interim-update": "received" },
    ],
    "/ip/hotspot/user": [{ name: "default-trial", default: "true", profile: "default", disabled: "false" }],
    "/ip/hotspot/user/profile": [
      { name: "default", default: "true", "shared-users": "1", "idle-timeout": "none", "keepalive-timeout": "2m" },
    ],
    "/ip/hotspot/walled-garden": [
      { action: "allow", "dst-host": "hub.karibu.example", hits: "12", disabled: "false", comment: "karibu:hub" },
    ],
    "/ip/hotspot/walled-garden/ip": [
      { action: "accept", "dst-address": "172.31.255.2", disabled: "false", comment: "karibu:agent" },
    ],
    "/ppp/profile": [{ name: "default", default: "true", "only-one": "default" }],
    "/ppp/secret": [],
    "/interface/pppoe-server/server": [],
    "/user": [
      {
        name: "admin",
        group: "full",
        "last-logged-in": "2027-01-14 18:03:11",
        disabled: "false",
        password: "do not tell",
      },
      { name: "karibu", group: "karibu", address: "172.31.255.2/32", disabled: "false", comment: "karibu:agent-user" },
    ],
    "/ip/service": [
      { name: "ssh", port: "22", disabled: "true" },
      { name: "api", port: "8728", address: "172.31.255.2/32", disabled: "false" },
      { name: "winbox", port: "8291", disabled: "false" },
    ],
    "/file": [
      { name: "hotspot", type: "directory" },
      { name: "hotspot/login.html", type: ".html file", size: "1830", contents: "do not tell" },
    ],
    "/snmp": [{ enabled: "false", contact: "", location: "", "trap-community": "do not tell", "trap-version": "1" }],
    "/system/logging/action": [{ name: "memory", target: "memory", "memory-lines": "1000", default: "true" }],
    "/queue/simple": [],
    "/ip/neighbor": [{ interface: wanPort, address: "192.168.1.1", identity: "upstream", platform: "MikroTik" }],
    "/system/health": [
      { name: "cpu-temperature", value: "48.5", type: "C" },
      { name: "voltage", value: "24.1", type: "V" },
    ],
    "/system/license": [{ "software-id": "AB12-CD34", nlevel: "5" }],
    "/system/routerboard": [
      {
        routerboard: "true",
        model: board,
        "serial-number": serial,
        "current-firmware": version.split(" ")[0] ?? "",
        "upgrade-firmware": version.split(" ")[0] ?? "",
      },
    ],
    "/system/identity": [{ name: identity }],
    "/log": [{ time: "2027-01-15 08:59:58", topics: "system,info", message: "router rebooted" }],
  };
}
