import type { Properties } from "../language/rsc-text.ts";
import { type Section, type Step, tagged } from "../steps/step.ts";
import type { ContainerValues } from "../values/agent-endpoint.ts";
import { networkOf } from "../values/ipv4.ts";
import { interfaces } from "../values/object-names.ts";
import type { ScriptValues } from "../values/script-values.ts";

/** A bridge that owns the gateway address, the agent's virtual cable in it, and the way out for the agent. */
export function agentNetwork(container: ContainerValues): Section {
  const { routerAddress, agentAddress } = container;
  return {
    title: "The agent's network",
    steps: [
      tagged("/interface/veth", "agent-veth", {
        name: interfaces.agentVeth,
        address: `${agentAddress}/30`,
        gateway: routerAddress,
      }),
      tagged("/interface/bridge", "agent-bridge", { name: interfaces.agentBridge }),
      tagged("/interface/bridge/port", "agent-port", {
        bridge: interfaces.agentBridge,
        interface: interfaces.agentVeth,
      }),
      tagged("/ip/address", "agent-gateway", {
        address: `${routerAddress}/30`,
        interface: interfaces.agentBridge,
      }),
      // By source address alone: what guests send to the agent keeps their address, so that the agent tells them apart.
      tagged("/ip/firewall/nat", "agent-nat", {
        chain: "srcnat",
        action: "masquerade",
        "src-address": networkOf(agentAddress, 30),
      }),
    ],
  };
}

/** What the agent may reach on the router: its answers, CoA, the API, names. Nothing else, whatever runs in it. */
export function agentFirewall({ agent, radius, api, tunnel }: ScriptValues): Section {
  const fromAgent = { "src-address": agent.agentAddress };
  const coa = { protocol: "udp", "dst-port": radius.incomingPort } as const;
  const commands = { protocol: "tcp", "dst-port": api.port } as const;
  const steps: Step[] = [];
  if (agent.place === "container") {
    const accept = rulesOf("agent", interfaces.agentBridge);
    steps.push(
      accept("known", known),
      accept("radius", { ...fromAgent, protocol: "udp", "src-port": "1812,1813" }),
      accept("coa", { ...fromAgent, ...coa }),
      accept("api", { ...fromAgent, ...commands }),
      accept("dns", { ...fromAgent, protocol: "udp", "dst-port": 53 }),
      accept("dns-tcp", { ...fromAgent, protocol: "tcp", "dst-port": 53 }),
      accept("rest", { action: "drop" }),
    );
  }
  if (tunnel !== null) {
    const accept = rulesOf("hub", interfaces.tunnel);
    steps.push(accept("known", known));
    if (agent.place === "hosted") {
      steps.push(accept("coa", { ...fromAgent, ...coa }), accept("api", { ...fromAgent, ...commands }));
    }
    if (radius.second !== null) steps.push(accept("second-coa", { "src-address": radius.second.address, ...coa }));
    steps.push(accept("rest", { action: "drop" }));
  }
  return { title: "Firewall: what the agent may reach", steps };
}

const known = { "connection-state": ["established", "related"] } as const;

const rulesOf = (who: string, interfaceName: string) => (what: string, properties: Properties) =>
  tagged(
    "/ip/firewall/filter",
    `${who}-${what}`,
    { chain: "input", action: "accept", "in-interface": interfaceName, ...properties },
    { first: true },
  );
