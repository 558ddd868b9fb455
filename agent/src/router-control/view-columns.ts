/**
 * The menus of each view, and the columns that leave the router: names as RouterOS has them from 7.18 to 7.24. What is not named here never
 * leaves, whatever the router sends: passwords, keys, scripts, the contents of files.
 */
import type { RouterView } from "@karibu/protocol/router/router-views";
import { menuOf, type ViewMenu } from "./view-menu.ts";

const counters = "bytes-in bytes-out packets-in packets-out";

/** Views of one or several menus whose rows follow each other. */
export const viewMenus: Readonly<Partial<Record<RouterView, readonly ViewMenu[]>>> = {
  health: [menuOf("/system/health", ".id name value type", false)],
  interfaces: [
    menuOf(
      "/interface",
      ".id name default-name type running disabled dynamic slave comment mtu actual-mtu mac-address rx-byte tx-byte rx-packet tx-packet rx-error tx-error rx-drop tx-drop link-downs last-link-down-time last-link-up-time",
    ),
  ],
  ethernet: [
    menuOf(
      "/interface/ethernet",
      ".id name default-name mac-address mtu l2mtu auto-negotiation advertise speed running slave disabled comment rx-fcs-error rx-align-error rx-overflow rx-fragment rx-too-long rx-pause tx-pause tx-collision tx-late-collision tx-excessive-collision tx-fcs-error",
    ),
  ],
  logs: [menuOf("/log", ".id time topics message")],
  "hotspot-servers": [
    menuOf(
      "/ip/hotspot",
      ".id name interface address-pool profile idle-timeout keepalive-timeout login-timeout addresses-per-mac disabled invalid HTTPS proxy-status",
    ),
  ],
  "hotspot-users": [
    menuOf(
      "/ip/hotspot/user",
      `.id name profile server mac-address address email limit-uptime limit-bytes-in limit-bytes-out limit-bytes-total uptime ${counters} default dynamic disabled comment`,
    ),
  ],
  "hotspot-user-profiles": [
    menuOf(
      "/ip/hotspot/user/profile",
      ".id name rate-limit shared-users session-timeout idle-timeout keepalive-timeout add-mac-cookie mac-cookie-timeout address-list address-pool transparent-proxy parent-queue queue-type default",
    ),
  ],
  "hotspot-hosts": [
    menuOf(
      "/ip/hotspot/host",
      `.id mac-address address to-address server bridge-port vlan-id found-by authorized bypassed DHCP static dynamic uptime idle-time host-dead-time ${counters} comment`,
    ),
  ],
  "hotspot-active": [
    menuOf(
      "/ip/hotspot/active",
      `.id user address mac-address server domain login-by radius blocked uptime idle-time session-time-left limit-bytes-in limit-bytes-out limit-bytes-total ${counters} comment`,
    ),
  ],
  "hotspot-cookies": [menuOf("/ip/hotspot/cookie", ".id user mac-address domain mac-cookie expires-in")],
  "ip-bindings": [
    menuOf(
      "/ip/hotspot/ip-binding",
      ".id mac-address address to-address server type bypassed blocked disabled comment",
    ),
  ],
  "walled-garden": [
    menuOf(
      "/ip/hotspot/walled-garden",
      ".id action server src-address dst-address dst-host dst-port path method hits dynamic disabled comment",
    ),
  ],
  "walled-garden-ip": [
    menuOf(
      "/ip/hotspot/walled-garden/ip",
      ".id action server src-address src-address-list dst-address dst-address-list dst-host dst-port protocol invalid disabled comment",
    ),
  ],
  "dhcp-leases": [
    menuOf(
      "/ip/dhcp-server/lease",
      ".id address mac-address client-id host-name class-id server status active-address active-mac-address active-server expires-after last-seen dynamic radius block-access blocked rate-limit address-lists lease-time disabled comment",
    ),
  ],
  "ppp-active": [
    menuOf(
      "/ppp/active",
      ".id name service caller-id address uptime encoding session-id limit-bytes-in limit-bytes-out radius comment",
    ),
  ],
  "ppp-profiles": [
    menuOf(
      "/ppp/profile",
      ".id name local-address remote-address dns-server rate-limit only-one change-tcp-mss session-timeout idle-timeout address-list interface-list bridge use-ipv6 use-encryption parent-queue queue-type default comment",
    ),
  ],
  "pppoe-servers": [
    menuOf(
      "/interface/pppoe-server/server",
      ".id service-name interface default-profile authentication keepalive-timeout max-mtu max-mru mrru one-session-per-host max-sessions pado-delay pppoe-over-vlan-range invalid disabled comment",
    ),
  ],
  "wifi-clients": [
    menuOf(
      "/interface/wifi/registration-table",
      ".id interface ssid mac-address uptime last-activity signal band tx-rate rx-rate tx-bits-per-second rx-bits-per-second bytes packets auth-type authorized vlan-id comment",
      false,
    ),
  ],
  "wireless-clients": [
    menuOf(
      "/interface/wireless/registration-table",
      ".id interface radio-name mac-address ap uptime last-activity signal-strength signal-to-noise tx-ccq rx-ccq tx-rate rx-rate last-ip bytes packets comment",
      false,
    ),
  ],
  "capsman-clients": [
    menuOf(
      "/caps-man/registration-table",
      ".id interface ssid mac-address rx-signal tx-rate rx-rate uptime bytes packets eap-identity comment",
      false,
    ),
  ],
  "access-points": [
    {
      ...menuOf(
        "/interface/wifi/capsman/remote-cap",
        ".id address identity board-name serial version base-mac common-name state connected-time uptime",
      ),
      adds: { source: "wifi-capsman" },
    },
    {
      ...menuOf("/caps-man/remote-cap", ".id address name identity board serial version base-mac state radios"),
      adds: { source: "capsman" },
    },
    {
      ...menuOf(
        "/interface/wifi",
        ".id name default-name configuration.ssid mac-address radio-mac master-interface running disabled comment",
      ),
      adds: { source: "wifi" },
    },
    {
      ...menuOf(
        "/interface/wireless",
        ".id name default-name ssid mode band frequency channel-width mac-address running disabled comment",
      ),
      adds: { source: "wireless" },
    },
  ],
  users: [menuOf("/user", ".id name group address last-logged-in expired disabled comment")],
  services: [
    menuOf(
      "/ip/service",
      ".id name port proto address certificate tls-version vrf max-sessions invalid dynamic connection remote disabled",
    ),
  ],
  files: [menuOf("/file", ".id name type size last-modified")],
  snmp: [
    menuOf(
      "/snmp",
      "enabled contact location engine-id trap-target trap-version trap-generators trap-interfaces vrf",
      false,
    ),
  ],
  "log-actions": [
    menuOf(
      "/system/logging/action",
      ".id name target remote remote-port remote-protocol remote-log-format src-address vrf memory-lines disk-file-name disk-file-count disk-lines-per-file email-to default comment",
    ),
  ],
  queues: [
    menuOf(
      "/queue/simple",
      ".id name target parent dst max-limit limit-at burst-limit burst-threshold burst-time priority queue rate bytes packets dropped queued-bytes invalid dynamic disabled comment",
    ),
  ],
  neighbours: [
    menuOf(
      "/ip/neighbor",
      ".id interface interface-name address address4 address6 mac-address identity platform version board discovered-by system-description uptime age",
    ),
  ],
};

/** `system` is one row of several menus: their columns, under other names where two have the same. */
export interface SystemMenu {
  readonly menu: string;
  readonly columns: Readonly<Record<string, string>>;
  readonly hasProplist: boolean;
  /** It hardly changes: not asked again where somebody watches. */
  readonly isSteady: boolean;
}

const same = (columns: string) => Object.fromEntries(columns.split(" ").map((column) => [column, column]));

export const systemMenus: readonly SystemMenu[] = [
  {
    menu: "/system/resource",
    columns: same(
      "uptime version build-time cpu cpu-count cpu-frequency cpu-load free-memory total-memory free-hdd-space total-hdd-space write-sect-since-reboot write-sect-total bad-blocks architecture-name board-name platform",
    ),
    hasProplist: false,
    isSteady: false,
  },
  {
    menu: "/system/clock",
    columns: same("date time time-zone-name gmt-offset"),
    hasProplist: false,
    isSteady: false,
  },
  { menu: "/system/identity", columns: { name: "identity" }, hasProplist: false, isSteady: true },
  {
    menu: "/system/license",
    columns: { nlevel: "license-level", level: "license-level" },
    hasProplist: false,
    isSteady: true,
  },
  {
    menu: "/system/routerboard",
    columns: same("routerboard model revision serial-number firmware-type current-firmware upgrade-firmware"),
    hasProplist: false,
    isSteady: true,
  },
];

/** Figures of this second, joined to the rows of a view by their name. */
export interface ViewMonitor {
  readonly command: string;
  /** The argument that names the rows, and which of their columns stands there. */
  readonly argument: string;
  readonly by: "name" | ".id";
  readonly columns: readonly string[];
}

export const viewMonitors: Readonly<Partial<Record<RouterView, ViewMonitor>>> = {
  interfaces: {
    command: "/interface/monitor-traffic",
    argument: "interface",
    by: "name",
    columns: ["rx-bits-per-second", "tx-bits-per-second"],
  },
  ethernet: {
    command: "/interface/ethernet/monitor",
    argument: "numbers",
    by: ".id",
    columns: [
      "status",
      "rate",
      "full-duplex",
      "sfp-module-present",
      "sfp-type",
      "sfp-vendor-name",
      "sfp-temperature",
      "sfp-rx-power",
      "sfp-tx-power",
    ],
  },
};
