/** Configurations of whole boards, as an installer meets them: out of the box, with a hotspot that lives, and without containers. */
import type { ConfigurationRows } from "./configuration.ts";

type Rows = ConfigurationRows[string];
type Mutable = Record<string, Rows>;

const modes = {
  home: { mode: "home", fetch: "no", scheduler: "no", hotspot: "no", container: "no", flagged: "no" },
  basic: { mode: "basic", fetch: "yes", scheduler: "yes", hotspot: "no", container: "no", flagged: "no" },
  advanced: { mode: "advanced", fetch: "yes", scheduler: "yes", hotspot: "yes", container: "no", flagged: "no" },
  rose: { mode: "rose", fetch: "yes", scheduler: "yes", hotspot: "yes", container: "yes", flagged: "no" },
} as const;

export interface BoardChoice {
  readonly version?: string;
  readonly mode?: keyof typeof modes;
  readonly hasContainerPackage?: boolean;
  readonly disk?: { readonly fileSystem: string; readonly sizeBytes?: number } | null;
  /** The date that its clock shows. */
  readonly date?: string;
  readonly serial?: string;
  readonly identity?: string;
}

/** hAP ax³: 1 GB, USB, the default configuration with bridge, DHCP, firewall and Wi-Fi. The installer is on ether5. */
export function homeRouter(choice: BoardChoice = {}): ConfigurationRows {
  const { version = "7.22", mode = "rose", disk = { fileSystem: "ext4" }, date = "2026-11-22" } = choice;
  const packages = [
    { name: "routeros", version, disabled: "no" },
    { name: "wifi-qcom", version, disabled: "no" },
    ...(choice.hasContainerPackage === false ? [] : [{ name: "container", version, disabled: "no" }]),
  ];
  const ports = ["ether2", "ether3", "ether4", "ether5", "wifi1", "wifi2"];
  return {
    "/system/resource": [
      {
        version: `${version} (stable)`,
        "architecture-name": "arm64",
        "board-name": "hAP ax^3",
        "total-memory": "1073741824",
        "free-hdd-space": "80000000",
      },
    ],
    "/system/routerboard": [{ "serial-number": choice.serial ?? "HFG09ABCDEF" }],
    "/system/identity": [{ name: choice.identity ?? "MikroTik" }],
    "/system/license": [{ "software-id": "XXXX-YYYY", level: "6" }],
    "/system/device-mode": [modes[mode]],
    "/system/package": packages,
    "/system/clock": [{ date, time: "10:00:00", "gmt-offset": "+03:00" }],
    "/system/ntp/client": [{ enabled: "no", servers: "", status: "stopped" }],
    "/certificate/settings": [{ "builtin-trust-store": "fetch,dns", "builtin-trust-anchors": "trusted" }],
    "/disk": disk === null ? [] : [{ slot: "usb1", fs: disk.fileSystem, ...sizes(disk.sizeBytes ?? 8_000_000_000) }],
    "/file": [{ name: "flash", type: "disk" }],
    "/interface": [
      { name: "ether1", type: "ether", running: "true" },
      ...ports.map((name) => ({ name, type: name.startsWith("wifi") ? "wifi" : "ether", running: "false" })),
      { name: "bridge", type: "bridge", running: "true" },
    ],
    "/interface/bridge": [{ name: "bridge", comment: "defconf" }],
    "/interface/bridge/port": ports.map((name) => ({ interface: name, bridge: "bridge", comment: "defconf" })),
    "/interface/bridge/host": [{ "mac-address": "02:00:00:00:00:05", "on-interface": "ether5", bridge: "bridge" }],
    "/interface/wifi": [
      {
        name: "wifi1",
        "configuration.ssid": "MikroTik-AB12",
        "security.authentication-types": "wpa2-psk,wpa3-psk",
        disabled: "no",
      },
      {
        name: "wifi2",
        "configuration.ssid": "MikroTik-AB12",
        "security.authentication-types": "wpa2-psk,wpa3-psk",
        disabled: "no",
      },
    ],
    "/user/active": [{ name: "admin", address: "192.168.88.250", via: "winbox" }],
    "/ip/arp": [{ address: "192.168.88.250", "mac-address": "02:00:00:00:00:05", interface: "bridge" }],
    "/ip/address": [
      { address: "192.168.88.1/24", network: "192.168.88.0", interface: "bridge", disabled: "no", comment: "defconf" },
      { address: "192.168.1.20/24", network: "192.168.1.0", interface: "ether1", disabled: "no", dynamic: "yes" },
    ],
    "/ip/route": [
      { "dst-address": "0.0.0.0/0", gateway: "192.168.1.1", disabled: "no", dynamic: "yes" },
      { "dst-address": "192.168.88.0/24", gateway: "bridge", disabled: "no", dynamic: "yes" },
      { "dst-address": "192.168.1.0/24", gateway: "ether1", disabled: "no", dynamic: "yes" },
    ],
    "/ip/pool": [{ name: "default-dhcp", ranges: "192.168.88.10-192.168.88.254" }],
    "/ip/dhcp-server": [{ name: "defconf", interface: "bridge", "address-pool": "default-dhcp" }],
    "/ip/dns": [{ "allow-remote-requests": "yes", servers: "", "dynamic-servers": "192.168.1.1" }],
    "/ip/firewall/filter": [
      { chain: "input", action: "drop", "in-interface-list": "!LAN", comment: "defconf: drop all not coming from LAN" },
      { chain: "forward", action: "fasttrack-connection", comment: "defconf: fasttrack" },
    ],
    "/ip/firewall/nat": [{ chain: "srcnat", action: "masquerade", "out-interface-list": "WAN", comment: "defconf" }],
    "/ip/hotspot/profile": [
      { name: "default", "html-directory": "hotspot", "login-by": "cookie,http-chap", "use-radius": "no" },
    ],
    "/ip/hotspot/user/profile": [
      { name: "default", "keepalive-timeout": "2m", "add-mac-cookie": "yes", "mac-cookie-timeout": "3d" },
    ],
    "/ip/service": [{ name: "api", disabled: "no", port: "8728", address: "" }],
    "/radius/incoming": [{ accept: "no", port: "1700" }],
    "/container/config": [{ tmpdir: "", "ram-high": "0" }],
    "/user/aaa": [{ "use-radius": "no", accounting: "yes", "default-group": "read" }],
    "/user": [{ name: "admin", group: "full" }],
    "/user/group": [{ name: "full" }],
  };
}

/** The same board in a town that sells already: a hotspot of its owner, with guests' bridge, pool, local users and a walled garden. */
export function liveHotspot(choice: BoardChoice = {}): ConfigurationRows {
  const board = homeRouter(choice) as Mutable;
  const add = (menu: string, ...rows: Rows) => {
    board[menu] = [...(board[menu] ?? []), ...rows];
  };
  add("/interface", { name: "guests $[x]", type: "bridge", running: "true" });
  add("/interface/bridge", { name: "guests $[x]" });
  add("/ip/address", { address: "10.20.0.1/16", network: "10.20.0.0", interface: "guests $[x]", disabled: "no" });
  add("/ip/pool", { name: "hs-pool-1", ranges: "10.20.0.2-10.20.255.254" });
  add("/ip/dhcp-server", { name: "dhcp1", interface: "guests $[x]", "address-pool": "hs-pool-1" });
  add("/ip/hotspot/profile", {
    name: "hsprof1",
    "hotspot-address": "10.20.0.1",
    "dns-name": "login.town.example",
    "html-directory": "flash/mikhmon",
    "login-by": "cookie,http-chap",
    "use-radius": "no",
    "radius-accounting": "yes",
    "radius-interim-update": "received",
    "radius-location-id": "",
    "radius-location-name": 'The "Town"; $x [y] \\',
  });
  add("/ip/hotspot", {
    name: "hotspot1",
    interface: "guests $[x]",
    profile: "hsprof1",
    "address-pool": "hs-pool-1",
    "keepalive-timeout": "2m",
    disabled: "no",
  });
  add("/ip/hotspot/walled-garden", { "dst-host": "*.bank.example", action: "allow" });
  add("/ip/hotspot/user", { name: "0712", password: "0712" });
  return board;
}

/** hAP ax²: 1 GB, no USB port, 128 MB of flash of which some 90 are free. */
export function boardWithoutUsb(choice: BoardChoice & { readonly freeFlashBytes?: number } = {}): ConfigurationRows {
  const board = homeRouter({ ...choice, disk: null }) as Mutable;
  const [resource = {}] = board["/system/resource"] ?? [];
  const free = String(choice.freeFlashBytes ?? 90_000_000);
  board["/system/resource"] = [{ ...resource, "board-name": "hAP ax^2", "free-hdd-space": free }];
  board["/system/license"] = [{ "software-id": "CCCC-DDDD", level: "4" }];
  board["/file"] = [];
  return board;
}

/** An old hEX: no containers, no USB stick, no Wi-Fi. */
export function smallRouter(choice: BoardChoice = {}): ConfigurationRows {
  const { version = "7.22", mode = "basic" } = choice;
  const board = homeRouter({ ...choice, mode, disk: null, hasContainerPackage: false }) as Mutable;
  board["/system/resource"] = [
    {
      version: `${version} (stable)`,
      "architecture-name": "mmips",
      "board-name": "hEX",
      "total-memory": "268435456",
      "free-hdd-space": "4000000",
    },
  ];
  board["/system/license"] = [{ "software-id": "AAAA-BBBB", level: "4" }];
  board["/interface/wifi"] = [];
  board["/interface"] = (board["/interface"] ?? []).filter(({ name }) => !name?.startsWith("wifi"));
  board["/interface/bridge/port"] = (board["/interface/bridge/port"] ?? []).filter(
    ({ interface: name }) => !name?.startsWith("wifi"),
  );
  return board;
}

const sizes = (bytes: number) => ({ size: String(bytes), free: String(bytes) });
