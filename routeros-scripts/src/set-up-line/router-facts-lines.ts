/**
 * Lines of stage one that read a router's facts into `$body`, as JSON of `routerFactsSchema`. The text is put together here and not by
 * `:serialize`, because that makes numbers of texts and texts of numbers; only single texts go through it. Menus that not every router has
 * are parsed when they run.
 */
import { find, indent, quote } from "../language/rsc-text.ts";
import { jsonKey, jsonText } from "./request-lines.ts";

/** `routerFactsSchema` takes so many rows of each list. */
const rowsMax = 64;
/** `routerFactsSchema` takes a name of so many bytes. */
const nameBytesMax = 200;

type Field = readonly [name: string, value: string];

/** Lines that set `$<into>` to a JSON list with one object for each item. `lines` run first for each item; a row that fails is left out. */
function listLines(into: string, items: string, fields: readonly Field[], lines: readonly string[] = []): string[] {
  return [`:local ${into} ""`, ...rowLines(into, { items, rows: rowsMax }, fields, lines)];
}

/** Lines that add so many rows to the list `$<into>`. */
function rowLines(
  into: string,
  { items, rows }: { readonly items: string; readonly rows: number },
  fields: readonly Field[],
  lines: readonly string[] = [],
): string[] {
  const parts = fields.map(([name, value], index) => `${jsonKey(name, index === 0)} . ${value}`);
  return [
    ":do {",
    `  :foreach item in=[:pick ${items} 0 ${rows}] do={`,
    "    :do {",
    ...indent(indent(indent(lines))),
    `      :local row (${parts.join(" . ")} . "}")`,
    `      :if ([:len $${into}] > 0) do={ :set ${into} ($${into} . ",") }`,
    `      :set ${into} ($${into} . $row)`,
    "    } on-error={ }",
    "  }",
    "} on-error={ }",
  ];
}

/** The same for a menu that this router may lack: the lines are a text of their own, which returns the list. */
function optionalList(into: string, items: string, fields: readonly Field[], lines: readonly string[] = []): string[] {
  const code = [...listLines("rows", items, fields, lines), ":return $rows"].join("\n");
  return [`:local ${into} ""`, `:do { :set ${into} [[:parse ${quote(code)}]] } on-error={ }`];
}

/** A text of a menu that this router may lack. */
function optionalText(into: string, code: string): string[] {
  return [
    `:if ([:len $${into}] = 0) do={ :do { :set ${into} [[:parse ${quote(`:return [:tostr ${code}]`)}]] } on-error={ } }`,
  ];
}

/** `$name` is 0 where the value is no number. */
function number(name: string, value: string): string[] {
  return [
    `:local ${name} 0`,
    `:do { :set ${name} [:tonum [:tostr ${value}]] } on-error={ }`,
    `:if ([:typeof $${name}] != "num") do={ :set ${name} 0 }`,
  ];
}

const flag = (value: string) => `([:tostr ${value}] ~ "^(true|yes)\\$")`;
const get = (menu: string, property: string) => `[${menu}/get $item ${property}]`;
const textField = (name: string, menu: string, property: string, lengthMax = 64): Field => [
  name,
  jsonText(get(menu, property), lengthMax),
];
/** A name by which the set-up finds something again. */
const nameField = (name: string, menu: string, property: string): Field =>
  textField(name, menu, property, nameBytesMax);
/** A name that would not come whole would name something else: its row is left out. */
const leaveOutLong = (...variables: readonly string[]) =>
  variables.map((one) => `:if ([:len $${one}] > ${nameBytesMax}) do={ :error "too long" }`);

const moreTexts = (into: string, items: string): string[] => [
  ":do {",
  `  :foreach item in=[:pick ${items} 0 ${rowsMax / 2}] do={`,
  `    :if ([:len $${into}] > 0) do={ :set ${into} ($${into} . ",") }`,
  `    :set ${into} ($${into} . ${jsonText("$item", 64)})`,
  "  }",
  "} on-error={ }",
];

/**
 * The ports through which somebody works on this router now: `,ether5,`. From the address of his session to the port of his MAC address. A
 * later run keeps what the first one saw in `$ports`: then nobody may be logged in.
 */
const installersPorts = [
  ":local mine $ports",
  ':if ([:len $mine] = 0) do={ :set mine "," }',
  ":do {",
  "  :foreach session in=[/user/active/find] do={",
  "    :local from [:tostr [/user/active/get $session address]]",
  '    :local mac ""',
  '    :local near ""',
  '    :if ($from ~ "^..:..:..:..:..:..\\$") do={ :set mac $from } else={',
  "      :foreach one in=[/ip/arp/find where address=$from] do={",
  "        :set mac [:tostr [/ip/arp/get $one mac-address]]",
  "        :set near [:tostr [/ip/arp/get $one interface]]",
  "      }",
  "    }",
  "    :if ([:len $mac] > 0) do={",
  "      :foreach host in=[/interface/bridge/host/find where mac-address=$mac] do={",
  "        :set near [:tostr [/interface/bridge/host/get $host on-interface]]",
  "      }",
  "    }",
  '    :if ([:len $near] > 0) do={ :set mine ($mine . $near . ",") }',
  "  }",
  "} on-error={ }",
];

const interfaces = listLines(
  "interfaces",
  // Each customer who dialled in is one too: they would push the ports out.
  '[/interface/find where type!="pppoe-in"]',
  [
    ["name", jsonText("$port", nameBytesMax)],
    textField("type", "/interface", "type", 20),
    ["running", flag(get("/interface", "running"))],
    ["bridge", jsonText("$inBridge", nameBytesMax)],
    ["isInstallers", "$isMine"],
  ],
  [
    ":local port [:tostr [/interface/get $item name]]",
    ':local inBridge ""',
    ":foreach one in=[/interface/bridge/port/find where interface=$port] do={ :set inBridge [/interface/bridge/port/get $one bridge] }",
    ":local isMine false",
    ':if ([:typeof [:find $mine ("," . $port . ",")]] = "num") do={ :set isMine true }',
    ...leaveOutLong("port", "inBridge"),
  ],
);

/** An interface that runs on another one. A VLAN or a line that dials takes its port with it when that moves. */
const carrier = (menu: string, property: string) =>
  rowLines(
    "carriers",
    { items: `[${menu}/find]`, rows: rowsMax / 4 },
    [nameField("name", menu, "name"), nameField("port", menu, property)],
    [`:local name [:tostr ${get(menu, "name")}]`, ...leaveOutLong("name")],
  );

const carriers = [
  ':local carriers ""',
  ...carrier("/interface/vlan", "interface"),
  ...carrier("/interface/pppoe-client", "interface"),
  ...carrier("/interface/macvlan", "interface"),
  ":do {",
  `  :foreach bond in=[:pick [/interface/bonding/find] 0 4] do={`,
  "    :local name [/interface/bonding/get $bond name]",
  ...indent(
    indent(
      rowLines("carriers", { items: "[:toarray [/interface/bonding/get $bond slaves]]", rows: 4 }, [
        ["name", jsonText("$name", nameBytesMax)],
        ["port", jsonText("$item", nameBytesMax)],
      ]),
    ),
  ),
  "  }",
  "} on-error={ }",
];

/** Interfaces that ask somebody for their address, or dial, whether or not they are up now: the second line of two may be down today. */
const uplinks = [
  ':local uplinks ""',
  ...["/ip/dhcp-client interface", "/interface/pppoe-client name"].flatMap((one) => {
    const [menu = "", property = ""] = one.split(" ");
    return [
      ":do {",
      `  :foreach item in=[:pick [${menu}/find where disabled=no] 0 ${rowsMax / 2}] do={`,
      `    :local port [:tostr ${get(menu, property)}]`,
      `    :if ([:len $port] < ${nameBytesMax}) do={`,
      '      :if ([:len $uplinks] > 0) do={ :set uplinks ($uplinks . ",") }',
      `      :set uplinks ($uplinks . ${jsonText("$port", nameBytesMax)})`,
      "    }",
      "  }",
      "} on-error={ }",
    ];
  }),
];

const addressFields: readonly Field[] = [
  textField("address", "/ip/address", "address", 40),
  nameField("interface", "/ip/address", "interface"),
];
const routeFields: readonly Field[] = [
  textField("network", "/ip/route", "dst-address", 40),
  textField("gateway", "/ip/route", "gateway", 240),
];
/** Of customers who dialled in (`<pppoe-name>`) there may be hundreds. */
const isCustomers = '(interface~"^<")';

const disks = listLines(
  "disks",
  "[/disk/find]",
  [
    ["slot", jsonText("$slot", nameBytesMax)],
    ["sizeBytes", "$size"],
    ["freeBytes", "$free"],
    ["fileSystem", jsonText("$fs", 20)],
  ],
  [
    ":local slot [:tostr [/disk/get $item slot]]",
    ':if ([:len $slot] = 0) do={ :error "no slot" }',
    // What lies there is gone after a boot.
    ':local kind ""',
    ":do { :set kind [:tostr [/disk/get $item type]] } on-error={ }",
    ':if ($kind = "tmpfs") do={ :error "memory" }',
    ...number("size", get("/disk", "size")),
    ...number("free", get("/disk", "free")),
    ':local fs ""',
    ":do { :set fs [/disk/get $item fs] } on-error={ }",
  ],
);

/** Packages that the router could fetch are listed too: only installed ones count. */
const packages = listLines(
  "packages",
  "[/system/package/find]",
  [
    textField("name", "/system/package", "name"),
    textField("version", "/system/package", "version", 40),
    ["disabled", flag(get("/system/package", "disabled"))],
  ],
  [
    ":local isOffered false",
    `:do { :set isOffered ${flag(get("/system/package", "available"))} } on-error={ }`,
    ':if ($isOffered) do={ :error "not installed" }',
  ],
);

/** Ours is no hotspot that was there before, and one that is switched off asks nobody to log in. */
const hotspots = listLines(
  "hotspots",
  '[/ip/hotspot/find where name!="karibu-guest" and disabled=no]',
  [
    nameField("name", "/ip/hotspot", "name"),
    ["interface", jsonText("$on", nameBytesMax)],
    nameField("pool", "/ip/hotspot", "address-pool"),
    nameField("profile", "/ip/hotspot", "profile"),
    ["network", jsonText("$network", 40)],
  ],
  [
    ":local on [:tostr [/ip/hotspot/get $item interface]]",
    ...leaveOutLong("on"),
    ':local network ""',
    ":foreach one in=[/ip/address/find where interface=$on and disabled=no] do={",
    "  :local address [:tostr [/ip/address/get $one address]]",
    '  :local slash [:find $address "/"]',
    "  :set network ([:tostr [/ip/address/get $one network]] . [:pick $address $slash [:len $address]])",
    "}",
  ],
);

const wifiFields = (driver: "wifi" | "wireless"): readonly Field[] => [
  nameField("name", `/interface/${driver}`, "name"),
  ["ssid", jsonText("$ssid", 64)],
  ["driver", quote(JSON.stringify(driver))],
];
const wifiLines = (driver: "wifi" | "wireless", property: string) => [
  ':local ssid ""',
  `:do { :set ssid [:tostr [/interface/${driver}/get $item ${property}]] } on-error={ }`,
];

/** Free bytes of the flash. What an earlier run has put there is no lack of room. */
const room = [
  ...number("room", "[/system/resource/get free-hdd-space]"),
  ":do {",
  '  :foreach item in=[/file/find where name~"^(flash/)?karibu(/|-agent\\\\.tar\\\\.gz\\$)"] do={',
  ...indent(indent(number("size", get("/file", "size")))),
  "    :set room ($room + $size)",
  "  }",
  "} on-error={ }",
];

const key = `[/interface/wireguard/get ${find("/interface/wireguard", "comment", "karibu:hub-tunnel")} public-key]`;
const mode = (feature: string) => `[/system/device-mode/get ${feature}]`;

export function factsLines(): string[] {
  return [
    ':local serial ""',
    ...optionalText("serial", "[/system/routerboard/get serial-number]"),
    ...optionalText("serial", "[/system/license/get system-id]"),
    ...optionalText("serial", "[/system/license/get software-id]"),
    ':local level ""',
    ...optionalText("level", "[/system/license/get level]"),
    ...optionalText("level", "[/system/license/get nlevel]"),
    ...number("memory", "[/system/resource/get total-memory]"),
    ...room,
    ...installersPorts,
    ...interfaces,
    ...disks,
    ...packages,
    ...hotspots,
    ...optionalList("wifis", "[/interface/wifi/find]", wifiFields("wifi"), wifiLines("wifi", "configuration.ssid")),
    ...optionalList("radios", "[/interface/wireless/find]", wifiFields("wireless"), wifiLines("wireless", "ssid")),
    ':if (([:len $wifis] > 0) && ([:len $radios] > 0)) do={ :set wifis ($wifis . ",") }',
    ...carriers,
    ...uplinks,
    ':local addresses ""',
    ...rowLines(
      "addresses",
      { items: `[/ip/address/find where disabled=no and !${isCustomers}]`, rows: 48 },
      addressFields,
    ),
    ...rowLines(
      "addresses",
      { items: `[/ip/address/find where disabled=no and ${isCustomers}]`, rows: 16 },
      addressFields,
    ),
    // The ways to the internet first: without them their ports would look free.
    ':local routes ""',
    ...rowLines(
      "routes",
      { items: '[/ip/route/find where disabled=no and dst-address="0.0.0.0/0"]', rows: 8 },
      routeFields,
    ),
    ...rowLines(
      "routes",
      { items: '[/ip/route/find where disabled=no and !(dst-address="0.0.0.0/0")]', rows: 56 },
      routeFields,
    ),
    ':local names ""',
    ...moreTexts("names", "[/ip/dns/get servers]"),
    ...moreTexts("names", "[/ip/dns/get dynamic-servers]"),
    ":local isSynchronised false",
    ':do { :set isSynchronised ([:tostr [/system/ntp/client/get status]] = "synchronized") } on-error={ }',
    ...bodyLines(),
  ];
}

function bodyLines(): string[] {
  const deviceMode = ["container", "hotspot", "scheduler", "fetch", "flagged"].map(
    (feature) => `${jsonKey(feature)} . ${flag(mode(feature))}`,
  );
  const list = (name: string, value: string) => `${quote(`,"${name}":[`)} . ${value} . "]"`;
  const parts = [
    `${jsonKey("serial", true)} . ${jsonText("$serial", 64)}`,
    `${jsonKey("identity")} . ${jsonText("[/system/identity/get name]", 120)}`,
    `${jsonKey("version")} . ${jsonText("[/system/resource/get version]", 40)}`,
    `${jsonKey("architecture")} . ${jsonText("[/system/resource/get architecture-name]", 20)}`,
    `${jsonKey("board")} . ${jsonText("[/system/resource/get board-name]", 80)}`,
    `${jsonKey("totalMemoryBytes")} . $memory`,
    `${jsonKey("freeDiskBytes")} . $room`,
    `${jsonKey("flashFolder")} . ([:len [/file/find where name="flash"]] > 0)`,
    `${jsonKey("licenceLevel")} . ${jsonText("$level", 20)}`,
    `${jsonKey("wireguardPublicKey")} . ${jsonText(key, 44)}`,
    `${quote(',"deviceMode":{"mode":')} . ${jsonText(mode("mode"), 20)} . ${deviceMode.join(" . ")} . "}"`,
    list("packages", "$packages"),
    list("disks", "$disks"),
    list("interfaces", "$interfaces"),
    list("wifi", "$wifis . $radios"),
    list("hotspots", "$hotspots"),
    list("addresses", "$addresses"),
    list("routes", "$routes"),
    list("carriers", "$carriers"),
    list("uplinks", "$uplinks"),
    list("dnsServers", "$names"),
    `${quote(',"clock":{"date":')} . ${jsonText("[/system/clock/get date]", 20)}`,
    `${jsonKey("time")} . ${jsonText("[/system/clock/get time]", 20)}`,
    `${jsonKey("offset")} . ${jsonText("[/system/clock/get gmt-offset]", 10)}`,
    `${jsonKey("isSynchronised")} . $isSynchronised . "}}"`,
  ];
  const [first = "", ...rest] = parts;
  return [`:local body (${first})`, ...rest.map((part) => `:set body ($body . ${part})`)];
}
