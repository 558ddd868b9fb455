import { type Section, type SettingStep, tagged } from "../steps/step.ts";
import type { ScriptValues } from "../values/script-values.ts";

/** The clock by NTP. The first stage of the pasted line does it too where the date is unknown: then no certificate can be checked. */
export const timeSetting = (servers: readonly string[]): SettingStep => ({
  kind: "setting",
  menu: "/system/ntp/client",
  savedAs: "time",
  properties: { enabled: true, servers },
  savedProperties: { enabled: "flag", servers: "list" },
});

/** Time servers are on the internet, not in the tunnel: the tunnel comes up only with the right date. */
export function timeAndDns({ time, guests, agent }: ScriptValues): Section {
  return {
    title: "Time and DNS",
    steps: [
      timeSetting(time.servers),
      {
        kind: "setting",
        menu: "/ip/dns",
        savedAs: "names",
        properties: { "allow-remote-requests": true },
        savedProperties: { "allow-remote-requests": "flag" },
      },
      tagged("/ip/dns/static", "portal-name", { name: guests.portalName, address: agent.agentAddress, ttl: "5m" }),
    ],
  };
}

/** Phones request these hosts over plain http to detect a captive portal. They are never open without log-in. */
const probeHosts = [
  "captive.apple.com",
  "www.apple.com",
  "connectivitycheck.gstatic.com",
  "connectivitycheck.android.com",
  "connectivitycheck.platform.hicloud.com",
  "clients3.google.com",
  "connect.rom.miui.com",
  "www.msftconnecttest.com",
  "detectportal.firefox.com",
];

/** TEST-NET-1 (RFC 5737). Before log-in the hotspot answers for it; after log-in no host answers, which is true without internet. */
const unusedAddress = "192.0.2.1";

/**
 * The internet is down when no ping of a probe comes back, and only then. What a row does not say is RouterOS' own: an average above 100 ms
 * counts as down (so does each satellite line), and for five minutes after a start nobody looks. A ping that takes longer than `timeout` (3 s)
 * is lost, so that no time reaches these thresholds.
 */
const onlyWithoutAnswer = {
  "packet-interval": "200ms",
  "thr-avg": "10s",
  "thr-max": "10s",
  "thr-jitter": "10s",
  "thr-stdev": "10s",
  "thr-loss-percent": 99,
  "startup-delay": "10s",
};

/**
 * A phone detects the portal by resolving a name and requesting it. Without internet no name resolves, and the phone shows "no
 * internet" instead of the portal. So the router itself answers these names while the internet is down, and only then.
 */
export function captiveProbes({ internetProbe }: ScriptValues): Section {
  const probeRows = '[/ip/dns/static/find where comment~"^karibu:probe-"]';
  return {
    title: "Phones find the portal even without internet",
    steps: [
      ...probeHosts.map((name) =>
        tagged(
          "/ip/dns/static",
          `probe-${name}`,
          { name, address: unusedAddress, ttl: "10s" },
          { addOnlyProperties: { disabled: true } },
        ),
      ),
      tagged("/tool/netwatch", "internet-watch", {
        type: "icmp",
        host: internetProbe,
        interval: "30s",
        ...onlyWithoutAnswer,
        "down-script": `/ip/dns/static/enable ${probeRows}; /ip/dns/cache/flush`,
        "up-script": `/ip/dns/static/disable ${probeRows}; /ip/dns/cache/flush`,
      }),
    ],
  };
}
