import type { PppoeService } from "@karibu/protocol/router/router-services";
import { type Section, type Step, tagged } from "../steps/step.ts";
import { privateAddressList } from "../values/object-names.ts";
import type { ScriptValues } from "../values/script-values.ts";
import { privateNetworks } from "./guest-network.ts";
import { pppoeServer, subscriberFirewall } from "./pppoe-server.ts";

export type FurtherRouter = NonNullable<ScriptValues["furtherRouters"]>[number];

/** At the router with the agent: what a further router asks by RADIUS goes to the agent, from that router's address alone. */
export function furtherRouters({ agent, furtherRouters: routers = [] }: ScriptValues): Section[] {
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
  { pppoe, incomingPort }: { readonly pppoe: PppoeService; readonly incomingPort: number },
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
    subscriberFirewall({ portal: null, hasTunnel: false }),
  ];
}
