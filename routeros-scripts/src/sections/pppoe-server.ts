import type { PppoeService } from "@karibu/protocol/router/router-services";
import { find, raw } from "../language/rsc-text.ts";
import { type Section, type Step, tagged } from "../steps/step.ts";
import { agentEndpoint } from "../values/agent-endpoint.ts";
import { addressAt } from "../values/ipv4.ts";
import { interfaceNames, privateAddressList, privateAddressList6, subscriberList } from "../values/object-names.ts";
import type { ScriptValues } from "../values/script-values.ts";
import type { AskedServer } from "./radius-client.ts";

const poolName = "karibu-subscribers";
const profileName = "karibu-subscriber";
const ipv6PoolName = "karibu-subscribers6";
const uplinkList6 = "karibu-uplink6";
const uplinks6 = `[/interface/list/member/find where list=${uplinkList6}]`;
const ownUplinkList6 = find("/interface/list", "comment", "karibu:subscriber-uplink6");

/**
 * The PPPoE server: the agent decides who dials in, as it does for guests. One session of an account is the agent's to hold (`only-one` does
 * nothing under RADIUS); one of a device is the server's, so that a modem that lost its power comes back at once. A server that a person
 * switched off stays off when this runs again.
 */
export function pppoeServer(pppoe: PppoeService, asks: PppRadius): Section {
  const routerAddress = addressAt(pppoe.network, 1);
  return {
    title: "The PPPoE server",
    steps: [
      tagged("/interface/list", "subscriber-list", { name: subscriberList }),
      tagged("/ip/pool", "subscriber-pool", {
        name: poolName,
        ranges: `${addressAt(pppoe.network, 2)}-${addressAt(pppoe.network, -2)}`,
      }),
      ...(pppoe.ipv6 === null
        ? []
        : [
            tagged("/ipv6/pool", "subscriber-pool6", {
              name: ipv6PoolName,
              prefix: pppoe.ipv6.ipv6Prefix,
              "prefix-length": pppoe.ipv6.delegatedLength,
            }),
          ]),
      tagged("/ppp/profile", "subscriber-profile", {
        name: profileName,
        "local-address": routerAddress,
        "remote-address": poolName,
        "dns-server": pppoe.dnsServers.length === 0 ? [routerAddress] : pppoe.dnsServers,
        "change-tcp-mss": true,
        "only-one": true,
        "use-compression": false,
        "interface-list": subscriberList,
        "dhcpv6-pd-pool": pppoe.ipv6 === null ? "" : ipv6PoolName,
      }),
      ...radiusOfPpp(asks),
      ...pppoe.interfaces.map((name, index) =>
        tagged(
          "/interface/pppoe-server/server",
          `subscribers-${index + 1}`,
          {
            interface: name,
            "service-name": pppoe.serviceName,
            "default-profile": profileName,
            authentication: pppoe.authentication,
            "keepalive-timeout": pppoe.keepaliveSeconds,
            "one-session-per-host": true,
            "max-mtu": pppoe.mtuBytes,
            "max-mru": pppoe.mtuBytes,
            "max-sessions": pppoe.maxSessions,
            "pado-delay": pppoe.padoDelayMs,
          },
          { addOnlyProperties: { disabled: false } },
        ),
      ),
      tagged("/ip/firewall/nat", "subscriber-nat", {
        chain: "srcnat",
        action: "masquerade",
        "src-address": pppoe.network,
        "dst-address-list": raw(`!${privateAddressList}`),
      }),
    ],
  };
}

/** Whom the router asks about customers: the agent, then the hub. */
export interface PppRadius {
  readonly agent: AskedServer;
  readonly hub: AskedServer | null;
}

/** Of the router beside the agent. */
export function pppRadiusOf(values: ScriptValues): PppRadius {
  const { radius, tunnel } = values;
  const { address, routerAddress } = agentEndpoint(values);
  return {
    agent: { address, from: routerAddress, secret: radius.secret },
    hub: radius.second === null || tunnel === null ? null : { ...radius.second, from: tunnel.address },
  };
}

/** A row of its own beside the hotspot's, so that neither service's set-up touches the other's. */
function radiusOfPpp({ agent, hub }: PppRadius): Step[] {
  const row = (tag: string, { address, from, secret, keepsSecret = false }: AskedServer) =>
    tagged(
      "/radius",
      tag,
      {
        service: "ppp",
        "authentication-port": 1812,
        "accounting-port": 1813,
        timeout: "3s",
        "require-message-auth": "yes-for-request-resp",
        disabled: false,
        address,
        "src-address": from,
        ...(keepsSecret ? {} : { secret }),
      },
      { beforeOtherRows: true, ...(keepsSecret ? { addOnlyProperties: { secret } } : {}) },
    );
  return [
    row("ppp-radius", agent),
    ...(hub === null ? [] : [row("hub-ppp-radius", hub)]),
    {
      kind: "setting",
      menu: "/ppp/aaa",
      savedAs: "ppp",
      properties: { "use-radius": true, accounting: true, "interim-update": "5m", "enable-ipv6-accounting": true },
      savedProperties: {
        "use-radius": "flag",
        accounting: "flag",
        "interim-update": "text",
        "enable-ipv6-accounting": "flag",
      },
    },
  ];
}

/**
 * The owner's own prefix is known to the router alone. What leads into the networks that RouterOS calls LAN is closed. A router without that list
 * leaves open what its IPv6 default route goes through when this is imported, and nothing else: where it has no such route, customers have no IPv6.
 */
const uplinkLines = [
  `:foreach port in=${uplinks6} do={ /interface/list/member/remove $port }`,
  ':if ([:len [/interface/list/find where name="LAN"]] > 0) do={',
  `  /interface/list/set ${ownUplinkList6} include=all exclude=LAN`,
  "} else={",
  `  /interface/list/set ${ownUplinkList6} include="" exclude=""`,
  '  :foreach route in=[/ipv6/route/find where dst-address="::/0"] do={',
  "    :local way [:tostr [/ipv6/route/get $route immediate-gw]]",
  '    :local at [:find $way "%"]',
  '    :if ([:typeof $at] = "num") do={ :set way [:pick $way ($at + 1) [:len $way]] }',
  `    :if ([:len [/interface/list/member/find where list=${uplinkList6} and interface=$way]] = 0) do={`,
  `      :do { /interface/list/member/add list=${uplinkList6} interface=$way } on-error={ }`,
  "    }",
  "  }",
  "}",
];

/**
 * Customers' packets skip fasttrack, which would bypass speed limits, accounting and the fair line. They reach neither the router beyond DNS
 * and ping, nor its owner's network, nor what is behind the tunnel; and nobody, no other customer either, opens a connection to their IPv6
 * addresses. By IPv6 the owner's network is what has private addresses (RFC 4193), and what RouterOS' list `LAN` names; where there is no such list,
 * all that is not behind the router's IPv6 default route.
 */
export function subscriberFirewall({
  portal,
  hasTunnel,
}: {
  /** The agent's page; null: it is not reached from this router. */
  readonly portal: { readonly address: string; readonly httpPort: number } | null;
  readonly hasTunnel: boolean;
}): Section {
  const filter = "/ip/firewall/filter";
  const before = { beforeOtherRows: true };
  const from = { "in-interface-list": subscriberList } as const;
  const to = { "out-interface-list": subscriberList } as const;
  const established = { "connection-state": ["established", "related"] } as const;
  const rule = (tag: string, properties: Parameters<typeof tagged>[2]) => tagged(filter, tag, properties, before);
  const rule6 = (tag: string, properties: Parameters<typeof tagged>[2]) =>
    tagged("/ipv6/firewall/filter", tag, properties, before);
  return {
    title: "Firewall: PPPoE customers reach the internet, and nothing of the owner",
    steps: [
      ...(["udp", "tcp"] as const).map((protocol) =>
        rule(`subscriber-dns-${protocol}`, { chain: "input", action: "accept", ...from, protocol, "dst-port": 53 }),
      ),
      rule("subscriber-ping", { chain: "input", action: "accept", ...from, protocol: "icmp" }),
      rule("subscriber-input", { chain: "input", action: "drop", ...from }),
      rule("subscriber-known-out", { chain: "forward", action: "accept", ...from, ...established }),
      rule("subscriber-known-in", { chain: "forward", action: "accept", ...to, ...established }),
      ...(portal === null
        ? []
        : [
            rule("subscriber-portal", {
              chain: "forward",
              action: "accept",
              ...from,
              "dst-address": portal.address,
              protocol: "tcp",
              "dst-port": portal.httpPort,
            }),
          ]),
      rule("subscriber-private", {
        chain: "forward",
        action: "drop",
        ...from,
        "dst-address-list": privateAddressList,
      }),
      ...(!hasTunnel
        ? []
        : [
            rule("subscriber-hub", {
              chain: "forward",
              action: "drop",
              ...from,
              "out-interface": interfaceNames.tunnel,
            }),
          ]),
      rule("subscriber-out", { chain: "forward", action: "accept", ...from }),
      rule6("subscriber6-ping", { chain: "input", action: "accept", ...from, protocol: "icmpv6" }),
      rule6("subscriber6-prefix", { chain: "input", action: "accept", ...from, protocol: "udp", "dst-port": 547 }),
      rule6("subscriber6-input", { chain: "input", action: "drop", ...from }),
      tagged("/ipv6/firewall/address-list", "subscriber-private6", { list: privateAddressList6, address: "fc00::/7" }),
      rule6("subscriber6-known", { chain: "forward", action: "accept", ...to, ...established }),
      // First: what one customer opens to another comes from customers too.
      rule6("subscriber6-in", { chain: "forward", action: "drop", ...to }),
      rule6("subscriber6-private", {
        chain: "forward",
        action: "drop",
        ...from,
        "dst-address-list": privateAddressList6,
      }),
      tagged(
        "/interface/list",
        "subscriber-uplink6",
        { name: uplinkList6 },
        { beforeRemoval: [`:foreach port in=${uplinks6} do={ /interface/list/member/remove $port }`] },
      ),
      { kind: "commands", lines: uplinkLines },
      rule6("subscriber6-lan", {
        chain: "forward",
        action: "drop",
        ...from,
        "out-interface-list": raw(`!${uplinkList6}`),
      }),
      rule6("subscriber6-out", { chain: "forward", action: "accept", ...from }),
    ],
  };
}
