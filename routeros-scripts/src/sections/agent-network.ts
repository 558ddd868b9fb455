import { find, type Properties, raw } from "../language/rsc-text.ts";
import { type Section, type Step, tagged } from "../steps/step.ts";
import type { ContainerValues } from "../values/agent-endpoint.ts";
import { networkOf } from "../values/ipv4.ts";
import { interfaceNames } from "../values/object-names.ts";
import { operatorNetwork, winboxPort } from "../values/operator-network.ts";
import type { ScriptValues } from "../values/script-values.ts";

/** The agent's veth interface by its tag: its name is the router's owner's to choose, and RouterOS may have given it another one. */
export const agentVeth = raw(`[/interface/veth/get ${find("/interface/veth", "comment", "karibu:agent-veth")} name]`);

/** A bridge with the gateway address, the agent's veth interface in it, and NAT for the agent. */
export function agentNetwork(container: ContainerValues): Section {
  const { routerAddress, agentAddress } = container;
  return {
    title: "The agent's network",
    steps: [
      tagged(
        "/interface/veth",
        "agent-veth",
        { address: `${agentAddress}/30`, gateway: routerAddress },
        { addOnlyProperties: { name: interfaceNames.agentVeth } },
      ),
      tagged("/interface/bridge", "agent-bridge", { name: interfaceNames.agentBridge }),
      tagged("/interface/bridge/port", "agent-port", {
        bridge: interfaceNames.agentBridge,
        interface: agentVeth,
      }),
      tagged("/ip/address", "agent-gateway", {
        address: `${routerAddress}/30`,
        interface: interfaceNames.agentBridge,
      }),
      // Only for the agent's source address: packets from guests to the agent keep their address, and the agent knows who sent them.
      tagged("/ip/firewall/nat", "agent-nat", {
        chain: "srcnat",
        action: "masquerade",
        "src-address": networkOf(agentAddress, 30),
      }),
    ],
  };
}

/** What the agent may reach on the router: RADIUS answers, CoA, the API and DNS. Everything else is dropped. */
export function agentFirewall({ agent, radius, api, tunnel }: ScriptValues): Section {
  const fromAgent = { "src-address": agent.agentAddress };
  const coa = { protocol: "udp", "dst-port": radius.incomingPort } as const;
  const commands = { protocol: "tcp", "dst-port": api.port } as const;
  const steps: Step[] = [];
  if (agent.place === "container") {
    const accept = rulesOf("agent", interfaceNames.agentBridge);
    steps.push(
      accept("known", established),
      accept("radius", { ...fromAgent, protocol: "udp", "src-port": "1812,1813" }),
      accept("coa", { ...fromAgent, ...coa }),
      accept("api", { ...fromAgent, ...commands }),
      accept("dns", { ...fromAgent, protocol: "udp", "dst-port": 53 }),
      accept("dns-tcp", { ...fromAgent, protocol: "tcp", "dst-port": 53 }),
      accept("rest", { action: "drop" }),
    );
  }
  if (tunnel !== null) {
    const accept = rulesOf("hub", interfaceNames.tunnel);
    steps.push(accept("known", established));
    if (agent.place === "hosted") {
      steps.push(accept("coa", { ...fromAgent, ...coa }), accept("api", { ...fromAgent, ...commands }));
    }
    if (radius.second !== null) steps.push(accept("second-coa", { "src-address": radius.second.address, ...coa }));
    steps.push(
      accept("winbox", { "src-address": operatorNetwork, protocol: "tcp", "dst-port": winboxPort }),
      accept("rest", { action: "drop" }),
    );
  }
  return { title: "Firewall: what the agent may reach", steps };
}

const established = { "connection-state": ["established", "related"] } as const;

const rulesOf = (peer: string, interfaceName: string) => (rule: string, properties: Properties) =>
  tagged(
    "/ip/firewall/filter",
    `${peer}-${rule}`,
    { chain: "input", action: "accept", "in-interface": interfaceName, ...properties },
    { beforeOtherRows: true },
  );
