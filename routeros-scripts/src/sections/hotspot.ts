import { find, quote } from "../language/rsc-text.ts";
import { named, type Section, type Step, tagged } from "../steps/step.ts";
import { agentEndpoint } from "../values/agent-endpoint.ts";
import { isIpv4 } from "../values/ipv4.ts";
import { hotspotFolder, interfaceNames } from "../values/object-names.ts";
import type { ScriptValues } from "../values/script-values.ts";
import { loginPage } from "./login-page.ts";

const profile = "/ip/hotspot/profile";
const server = "/ip/hotspot";

/**
 * The hotspot. `http-pap`: the portal posts a one-time token over the guests' network; the values of CHAP are lost when another
 * page posts the form. `mac-cookie`: a phone that comes back logs in without the portal.
 */
export function hotspot(values: ScriptValues): Section {
  const { guests } = values;
  return {
    title: "The hotspot",
    steps: [
      ...(guests.adopt ? [adoptedProfile(guests.adopt.profile, values)] : ownHotspot(values)),
      {
        // Guests whose RADIUS answer names no profile get this one. It must not disconnect phones that sleep.
        kind: "setting",
        menu: "/ip/hotspot/user/profile",
        row: "default",
        savedAs: "user-profile",
        properties: { "keepalive-timeout": "none", "add-mac-cookie": true, "mac-cookie-timeout": "30d" },
        savedProperties: { "keepalive-timeout": "text", "add-mac-cookie": "flag", "mac-cookie-timeout": "text" },
      },
      { kind: "commands", lines: loginPageLines(values), undo: removeFiles },
    ],
  };
}

/** How the profile asks the agent. */
const radiusProperties = ({ site }: ScriptValues) => ({
  "use-radius": true,
  "radius-accounting": true,
  "radius-interim-update": "received",
  "radius-location-id": site.id,
  "radius-location-name": site.name,
});
const radiusKinds = {
  "use-radius": "flag",
  "radius-accounting": "flag",
  "radius-interim-update": "text",
  "radius-location-id": "text",
  "radius-location-name": "text",
} as const;

function ownHotspot(values: ScriptValues): Step[] {
  const { guests } = values;
  return [
    named(
      profile,
      "guest",
      {
        "hotspot-address": guests.routerAddress,
        "dns-name": guests.dnsName,
        "login-by": ["http-pap", "mac-cookie"],
        ...radiusProperties(values),
        "nas-port-type": "wireless-802.11",
      },
      { "hotspot-address": "text", "dns-name": "text", "login-by": "list", ...radiusKinds },
    ),
    named(
      server,
      "guest",
      {
        interface: interfaceNames.guestBridge,
        profile: "karibu-guest",
        "address-pool": "none",
        "addresses-per-mac": 2,
        "idle-timeout": "5m",
        "keepalive-timeout": "none",
        "login-timeout": "none",
        disabled: false,
      },
      { interface: "text", profile: "text", disabled: "flag" },
    ),
  ];
}

/**
 * A hotspot that was there before keeps its server, address, name and pool. Its profile asks the agent from now on and shows our log-in
 * page; what it had is saved, and removal restores it. It is set only where something differs: setting it disconnects guests.
 */
function adoptedProfile(name: string, values: ScriptValues): Step {
  return {
    kind: "setting",
    menu: profile,
    row: name,
    savedAs: "adopted-profile",
    onlyIfChanged: true,
    // Pages of an override win over those of the folder that `loginPageLines` sets.
    properties: { "login-by": ["http-pap", "mac-cookie"], ...radiusProperties(values), "html-directory-override": "" },
    savedProperties: {
      "login-by": "list",
      ...radiusKinds,
      "radius-location-id": "free text",
      "radius-location-name": "free text",
      "html-directory": "free text",
      "html-directory-override": "free text",
    },
  };
}

/**
 * On boards with a folder `flash`, the folder of the pages is inside it: the rest is RAM. RouterOS first writes its default pages
 * there. Then the script writes our `login.html`, but only when it differs, because flash wears out.
 */
function loginPageLines(values: ScriptValues): string[] {
  const { adopt } = values.guests;
  const findProfile = find(profile, "name", adopt?.profile ?? "karibu-guest");
  const findServer = find(server, "name", adopt?.hotspot ?? "karibu-guest");
  return [
    "{",
    `  :local folder ${quote(hotspotFolder)}`,
    '  :if ([:len [/file/find where name="flash"]] > 0) do={ :set folder ("flash/" . $folder) }',
    `  :local loginFile ($folder . "/login.html")`,
    `  :local loginText ${quote(loginPage(values))}`,
    `  :if ([/ip/hotspot/profile/get ${findProfile} html-directory] != $folder) do={`,
    `    /ip/hotspot/profile/set ${findProfile} html-directory=$folder`,
    "  }",
    '  :if ([:len [/file/find where name=($folder . "/rlogin.html")]] = 0) do={',
    `    :do { /ip/hotspot/reset-html ${findServer} } on-error={ }`,
    "    :delay 3s",
    "  }",
    "  :if ([:len [/file/find where name=$folder]] = 0) do={ /file/add name=$folder type=directory }",
    "  :if ([:len [/file/find where name=$loginFile]] = 0) do={",
    "    /file/add name=$loginFile type=file contents=$loginText",
    "  } else={",
    "    :if ([/file/get [/file/find where name=$loginFile] contents] != $loginText) do={",
    "      /file/set [/file/find where name=$loginFile] contents=$loginText",
    "    }",
    "  }",
    "}",
  ];
}

/** Removes the files, then the folder, with or without `flash`. */
const removeFiles = [
  `:foreach file in=[/file/find where name~"^(flash/)?${hotspotFolder}/"] do={ :do { /file/remove $file } on-error={ } }`,
  `:foreach file in=[/file/find where name~"^(flash/)?${hotspotFolder}\\$"] do={ :do { /file/remove $file } on-error={ } }`,
];

const defaultPort: Readonly<Record<string, number>> = { "https:": 443, "http:": 80 };

/**
 * What guests reach before they pay: the portal, the hub and the hosts that the owner opened. `/ip/hotspot/walled-garden` matches
 * plain http only; https is matched by address in `/walled-garden/ip`. So every name is in both. The hosts that phones probe for
 * captive portals are in neither: those requests must be redirected to the portal.
 */
export function walledGarden(values: ScriptValues): Section {
  const { guests, hub } = values;
  const { address, httpPort } = agentEndpoint(values);
  const urls = [hub?.url, guests.captiveApiUrl].filter((url) => typeof url === "string").map((url) => new URL(url));
  const byUrl = urls.map(({ hostname, port, protocol }) => ({
    host: hostname,
    port: Number(port) || defaultPort[protocol],
  }));
  const open = new Map(
    [...guests.openHosts.map((host) => ({ host, port: 443 })), ...byUrl].map((one) => [one.host, one]),
  );
  const byIp = "/ip/hotspot/walled-garden/ip";
  const byHost = "/ip/hotspot/walled-garden";
  return {
    title: "Walled garden: what guests reach without paying",
    steps: [
      tagged(byIp, "open-portal", {
        action: "accept",
        "dst-address": address,
        protocol: "tcp",
        "dst-port": httpPort,
      }),
      tagged(byHost, "open-portal-name", { action: "allow", "dst-host": guests.portalName }),
      ...[...open.values()].flatMap(({ host, port }) => [
        tagged(byIp, `open-${host}`, {
          action: "accept",
          [isIpv4(host) ? "dst-address" : "dst-host"]: host,
          protocol: "tcp",
          "dst-port": port ?? 443,
        }),
        tagged(byHost, `open-${host}`, { action: "allow", "dst-host": host }),
      ]),
    ],
  };
}
