import { type Section, tagged } from "../steps/step.ts";
import type { ScriptValues } from "../values/script-values.ts";

/** The time comes straight from the internet, never through the tunnel: a tunnel does not come up in 1970. */
export function timeAndNames({ time, guests, agent }: ScriptValues): Section {
  return {
    title: "Time and names",
    steps: [
      {
        kind: "setting",
        menu: "/system/ntp/client",
        what: "time",
        properties: { enabled: true, servers: time.servers },
        remember: { enabled: "flag", servers: "list" },
      },
      {
        kind: "setting",
        menu: "/ip/dns",
        what: "names",
        properties: { "allow-remote-requests": true },
        remember: { "allow-remote-requests": "flag" },
      },
      tagged("/ip/dns/static", "portal-name", { name: guests.portalName, address: agent.agentAddress, ttl: "5m" }),
    ],
  };
}

/** What phones ask, over plain http, to learn whether they are behind a portal. Never open without log-in. */
const probeHosts = [
  "captive.apple.com",
  "connectivitycheck.gstatic.com",
  "clients3.google.com",
  "connect.rom.miui.com",
  "www.msftconnecttest.com",
  "detectportal.firefox.com",
];

/** TEST-NET-1 (RFC 5737): the hotspot answers for it before log-in, and after log-in nobody does, as is the truth then. */
const nobody = "192.0.2.1";

/**
 * Phones find the portal by resolving a name and asking it. Without internet nothing resolves and they say "no internet"
 * instead of opening the portal: so while it is away, and only then, the router answers these names itself.
 */
export function captiveProbes({ internetProbe }: ScriptValues): Section {
  const probes = '[/ip/dns/static/find where comment~"^karibu:probe-"]';
  return {
    title: "Phones find the portal without internet too",
    steps: [
      ...probeHosts.map((name) =>
        tagged(
          "/ip/dns/static",
          `probe-${name}`,
          { name, address: nobody, ttl: "10s" },
          { atCreation: { disabled: true } },
        ),
      ),
      tagged("/tool/netwatch", "internet-watch", {
        type: "icmp",
        host: internetProbe,
        interval: "30s",
        "down-script": `/ip/dns/static/enable ${probes}; /ip/dns/cache/flush`,
        "up-script": `/ip/dns/static/disable ${probes}; /ip/dns/cache/flush`,
      }),
    ],
  };
}
