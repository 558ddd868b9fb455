import type { PppoeService } from "@karibu/protocol/router/router-services";
import { type Section, type Step, tagged } from "../steps/step.ts";
import { agentEndpoint } from "../values/agent-endpoint.ts";
import { addressAt, prefixLengthOf } from "../values/ipv4.ts";
import { privateAddressList } from "../values/object-names.ts";
import type { ScriptValues } from "../values/script-values.ts";
import { defaultTimeServers } from "../values/time-servers.ts";
import { type SecretSource, secretChange } from "./further-secret.ts";
import { guestFirewall, guestNetwork, guestPorts, privateNetworks } from "./guest-network.ts";
import { hotspot, walledGarden } from "./hotspot.ts";
import { pppoeServer, subscriberFirewall } from "./pppoe-server.ts";
import { hotspotRadius } from "./radius-client.ts";
import { suspendedRules } from "./suspended-customers.ts";
import { captiveProbes, timeAndDns, timeSetting } from "./time-and-dns.ts";

export type FurtherRouter = NonNullable<ScriptValues["furtherRouters"]>[number];

/** Where the first router leads its further routers to the agent's page. Port 80 there may be WebFig's. */
const pagePort = 8019;

/** At the router with the agent: what a further router asks by RADIUS, and the page of its suspended customers, go to the agent, from that router's address alone. */
export function furtherRouters(values: ScriptValues): Section[] {
  const { agent, furtherRouters: routers = [] } = values;
  const { httpPort } = agentEndpoint(values);
  if (routers.length === 0) return [];
  const ports = { protocol: "udp", "dst-port": "1812,1813" } as const;
  const before = { beforeOtherRows: true };
  return [
    {
      title: "The site's other routers reach the agent",
      steps: routers.flatMap((router, index): Step[] => [
        tagged(
          "/ip/firewall/nat",
          `router-${index + 1}-radius`,
          {
            chain: "dstnat",
            action: "dst-nat",
            "src-address": router.address,
            "dst-address": router.agentRouterAddress,
            ...ports,
            "to-addresses": agent.agentAddress,
          },
          before,
        ),
        tagged(
          "/ip/firewall/filter",
          `router-${index + 1}-radius`,
          {
            chain: "forward",
            action: "accept",
            "src-address": router.address,
            "dst-address": agent.agentAddress,
            ...ports,
          },
          before,
        ),
        tagged(
          "/ip/firewall/nat",
          `router-${index + 1}-page`,
          {
            chain: "dstnat",
            action: "dst-nat",
            "src-address": router.address,
            "dst-address": router.agentRouterAddress,
            protocol: "tcp",
            "dst-port": pagePort,
            "to-addresses": agent.agentAddress,
            "to-ports": httpPort,
          },
          before,
        ),
        tagged(
          "/ip/firewall/filter",
          `router-${index + 1}-page`,
          {
            chain: "forward",
            action: "accept",
            "src-address": router.address,
            "dst-address": agent.agentAddress,
            protocol: "tcp",
            "dst-port": httpPort,
          },
          before,
        ),
        ...guestsOf(router, index, { address: agent.agentAddress, port: httpPort }),
      ]),
    },
  ];
}

/** Guests of a further router keep their addresses on their way to the portal: the agent knows who asks, and answers through that router. */
function guestsOf(
  { guestNetwork, address }: FurtherRouter,
  index: number,
  portal: { readonly address: string; readonly port: number },
): Step[] {
  if (guestNetwork === undefined) return [];
  return [
    tagged("/ip/route", `router-${index + 1}-guests`, { "dst-address": guestNetwork, gateway: address }),
    tagged(
      "/ip/firewall/filter",
      `router-${index + 1}-portal`,
      {
        chain: "forward",
        action: "accept",
        "src-address": guestNetwork,
        "dst-address": portal.address,
        protocol: "tcp",
        "dst-port": portal.port,
      },
      { beforeOtherRows: true },
    ),
  ];
}

/** What a further router serves. Null: it serves that to nobody. */
export interface FurtherServices {
  readonly pppoe: PppoeService | null;
  readonly hotspot: FurtherHotspot | null;
  readonly incomingPort: number;
  readonly secretSource: SecretSource;
  /** What suspended customers reach beside the page. */
  readonly openHosts: readonly string[];
}

export interface FurtherHotspot {
  readonly ports: readonly string[];
  readonly network: string;
  /** Of the router with the agent: portal, names, walled garden and time servers are the same. */
  readonly first: ScriptValues;
}

/**
 * At a further router: guests and PPPoE customers about whom the site's agent decides. It asks the agent through the first router, and is
 * asked by it to end sessions.
 *
 * Attackers: its guests and customers, who want the owner's network or the internet for nothing. They reach the portal's port and nothing
 * else that is private. Whoever has this script has this router's RADIUS secret alone, which speaks for no other router's address.
 */
export function furtherRouterSections(router: FurtherRouter, services: FurtherServices): Section[] {
  const { pppoe, hotspot: guests, incomingPort, openHosts, secretSource } = services;
  return [
    // Without the date no certificate can be checked.
    ...(guests === null ? [{ title: "Time", steps: [timeSetting(defaultTimeServers)] }] : []),
    reachedByAgent(router, incomingPort),
    ...(guests === null ? [] : guestSections(router, guests)),
    ...(pppoe === null ? [] : customerSections(router, pppoe, openHosts)),
    secretChange(secretSource),
  ];
}

function reachedByAgent({ agentRouterAddress }: FurtherRouter, incomingPort: number): Section {
  return {
    title: "The agent may end sessions",
    steps: [
      ...privateNetworks.map((address) =>
        tagged("/ip/firewall/address-list", `private-${address.split("/")[0]}`, { list: privateAddressList, address }),
      ),
      tagged(
        "/ip/firewall/filter",
        "agent-coa",
        {
          chain: "input",
          action: "accept",
          "src-address": agentRouterAddress,
          protocol: "udp",
          "dst-port": incomingPort,
        },
        { beforeOtherRows: true },
      ),
      {
        kind: "setting",
        menu: "/radius/incoming",
        savedAs: "coa",
        properties: { accept: true, port: incomingPort },
        savedProperties: { accept: "flag", port: "text" },
      },
    ],
  };
}

/** Several PPPoE servers on one cable share the customers: the one with the least delay answers first, and a full one not at all. */
function customerSections(router: FurtherRouter, pppoe: PppoeService, openHosts: readonly string[]): Section[] {
  const { agentRouterAddress, address, radiusSecret } = router;
  return [
    pppoeServer(pppoe, {
      agent: { address: agentRouterAddress, from: address, secret: radiusSecret, keepsSecret: true },
      hub: null,
    }),
    // The list `karibu-suspended` is filled by the log-in itself: the agent has no API here.
    suspendedRules({ address: agentRouterAddress, port: pagePort }, openHosts),
    {
      title: "Suspended customers reach the page at the site's first router",
      steps: [
        // The first router knows no way back to this router's customers.
        tagged("/ip/firewall/nat", "suspended-back", {
          chain: "srcnat",
          action: "masquerade",
          "src-address": pppoe.network,
          "dst-address": agentRouterAddress,
          protocol: "tcp",
          "dst-port": pagePort,
        }),
      ],
    },
    subscriberFirewall({ portal: null, hasTunnel: false }),
  ];
}

/**
 * The hotspot is the first router's but for its network: the same log-in page leads to the same portal, whose address this router reaches
 * through the first one. The portal's log-in is posted to the name of the hotspot, which each router answers for its own guests.
 */
function guestSections(router: FurtherRouter, { ports, network, first }: FurtherHotspot): Section[] {
  const { agentRouterAddress, address, radiusSecret } = router;
  const isSmall = prefixLengthOf(network) > 25;
  const { services: _, furtherRouters: __, ...shared } = first;
  const values: ScriptValues = {
    ...shared,
    tunnel: null,
    radius: { ...first.radius, secret: radiusSecret, second: null },
    guests: {
      ...first.guests,
      network,
      routerAddress: addressAt(network, 1),
      poolFrom: addressAt(network, isSmall ? 2 : 10),
      poolTo: addressAt(network, isSmall ? -2 : -6),
      ports: [...ports],
      adopt: null,
      ssid: null,
      wifi: [],
    },
  };
  return [
    timeAndDns(values),
    {
      title: "The portal is reached through the site's first router",
      steps: [
        tagged("/ip/route", "agent-route", {
          "dst-address": `${first.agent.agentAddress}/32`,
          gateway: agentRouterAddress,
        }),
      ],
    },
    guestNetwork(values),
    guestFirewall(values),
    {
      title: "RADIUS: the site's agent decides who may be online",
      steps: [hotspotRadius({ address: agentRouterAddress, from: address, secret: radiusSecret, keepsSecret: true })],
    },
    hotspot(values),
    walledGarden(values),
    captiveProbes(values),
    guestPorts(values),
  ];
}
