import type { PppoeService } from "@karibu/protocol/router/router-services";
import { type Section, type Step, tagged } from "../steps/step.ts";
import { agentEndpoint } from "../values/agent-endpoint.ts";
import { privateAddressList } from "../values/object-names.ts";
import type { ScriptValues } from "../values/script-values.ts";
import { privateNetworks } from "./guest-network.ts";
import { pppoeServer, subscriberFirewall } from "./pppoe-server.ts";
import { suspendedRules } from "./suspended-customers.ts";

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
      ]),
    },
  ];
}

/**
 * At a further router: a PPPoE server that asks the site's agent, and is asked by it to end sessions. Several servers on one cable share the
 * customers: the one with the least delay answers first, and a full one not at all.
 */
export function furtherRouterSections(
  router: FurtherRouter,
  {
    pppoe,
    incomingPort,
    openHosts,
  }: { readonly pppoe: PppoeService; readonly incomingPort: number; readonly openHosts: readonly string[] },
): Section[] {
  const asks = {
    agent: { address: router.agentRouterAddress, from: router.address, secret: router.radiusSecret },
    hub: null,
  };
  return [
    {
      title: "The agent may end sessions",
      steps: [
        ...privateNetworks.map((address) =>
          tagged("/ip/firewall/address-list", `private-${address.split("/")[0]}`, {
            list: privateAddressList,
            address,
          }),
        ),
        tagged(
          "/ip/firewall/filter",
          "agent-coa",
          {
            chain: "input",
            action: "accept",
            "src-address": router.agentRouterAddress,
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
    },
    pppoeServer(pppoe, asks),
    // The list `karibu-suspended` is filled by the log-in itself: the agent has no API here.
    suspendedRules({ address: router.agentRouterAddress, port: pagePort }, openHosts),
    {
      title: "Suspended customers reach the page at the site's first router",
      steps: [
        // The first router knows no way back to this router's customers.
        tagged("/ip/firewall/nat", "suspended-back", {
          chain: "srcnat",
          action: "masquerade",
          "src-address": pppoe.network,
          "dst-address": router.agentRouterAddress,
          protocol: "tcp",
          "dst-port": pagePort,
        }),
      ],
    },
    subscriberFirewall({ portal: null, hasTunnel: false }),
  ];
}
