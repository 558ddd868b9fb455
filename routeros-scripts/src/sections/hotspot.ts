import { quote } from "../language/rsc-text.ts";
import { find, named, type Section, tagged } from "../steps/step.ts";
import { agentPlace } from "../values/agent-endpoint.ts";
import { isIpv4 } from "../values/ipv4.ts";
import { hotspotFolder, interfaces } from "../values/object-names.ts";
import type { ScriptValues } from "../values/script-values.ts";
import { loginPage } from "./login-page.ts";

const profile = "/ip/hotspot/profile";
const server = "/ip/hotspot";

/**
 * The hotspot itself. `http-pap`, because the portal posts a one-time token over the guests' own network, where CHAP's
 * values do not survive the way through another page; `mac-cookie`, so that a phone that comes back is let in silently.
 */
export function hotspot(values: ScriptValues): Section {
  const { guests, site } = values;
  return {
    title: "The hotspot",
    steps: [
      named(
        profile,
        "guest",
        {
          "hotspot-address": guests.routerAddress,
          "dns-name": guests.dnsName,
          "login-by": ["http-pap", "mac-cookie"],
          "use-radius": true,
          "radius-accounting": true,
          "radius-interim-update": "received",
          "radius-location-id": site.id,
          "radius-location-name": site.name,
          "nas-port-type": "wireless-802.11",
        },
        {
          "hotspot-address": "text",
          "dns-name": "text",
          "login-by": "list",
          "use-radius": "flag",
          "radius-accounting": "flag",
          "radius-interim-update": "text",
          "radius-location-id": "text",
          "radius-location-name": "text",
        },
      ),
      named(
        server,
        "guest",
        {
          interface: interfaces.guestBridge,
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
      {
        // Whoever RADIUS lets in without naming a profile gets this one: sleeping phones must not be thrown out.
        kind: "setting",
        menu: "/ip/hotspot/user/profile",
        row: "default",
        what: "user-profile",
        properties: { "keepalive-timeout": "none", "add-mac-cookie": true, "mac-cookie-timeout": "30d" },
        remember: { "keepalive-timeout": "text", "add-mac-cookie": "flag", "mac-cookie-timeout": "text" },
      },
      { kind: "commands", lines: loginPageLines(values), undo: removeFiles },
    ],
  };
}

/**
 * The pages' folder is in `flash/` on boards that have one: everything else there is RAM. RouterOS writes its own pages
 * into it first; `login.html` is ours, and written only when it differs, for the flash's sake.
 */
function loginPageLines(values: ScriptValues): string[] {
  return [
    "{",
    `  :local folder ${quote(hotspotFolder)}`,
    '  :if ([:len [/file/find where name="flash"]] > 0) do={ :set folder ("flash/" . $folder) }',
    `  :local loginFile ($folder . "/login.html")`,
    `  :local loginText ${quote(loginPage(values))}`,
    `  :if ([/ip/hotspot/profile/get ${find(profile, "name", "karibu-guest")} html-directory] != $folder) do={`,
    `    /ip/hotspot/profile/set ${find(profile, "name", "karibu-guest")} html-directory=$folder`,
    "  }",
    '  :if ([:len [/file/find where name=($folder . "/rlogin.html")]] = 0) do={',
    `    :do { /ip/hotspot/reset-html ${find(server, "name", "karibu-guest")} } on-error={ }`,
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

/** Files first, then the folder, wherever it is. */
const removeFiles = [
  `:foreach file in=[/file/find where name~"^(flash/)?${hotspotFolder}/"] do={ :do { /file/remove $file } on-error={ } }`,
  `:foreach file in=[/file/find where name~"^(flash/)?${hotspotFolder}\\$"] do={ :do { /file/remove $file } on-error={ } }`,
];

const defaultPort: Readonly<Record<string, number>> = { "https:": 443, "http:": 80 };

/**
 * What guests reach before they have paid: the portal, the hub, and what the owner opened. The host menu sees plain http
 * only; https goes by address, so every name stands in both. Phones' probes are in neither: they must meet the portal.
 */
export function walledGarden(values: ScriptValues): Section {
  const { guests, hub } = values;
  const { address, httpPort } = agentPlace(values);
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
    title: "What is open without paying",
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
