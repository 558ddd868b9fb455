import { find, type Properties, raw } from "../language/rsc-text.ts";
import { type Section, type Step, tagged } from "../steps/step.ts";
import type { ContainerValues } from "../values/agent-endpoint.ts";
import { isIpv4, isPrivate, networkOf } from "../values/ipv4.ts";
import { interfaceNames, privateAddressList } from "../values/object-names.ts";
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

/**
 * What the agent and the hub may reach on the router: RADIUS answers, CoA, the API and DNS. Everything else is dropped. Behind the router
 * they reach nothing of its owner, whoever has broken into the hub: what comes by the tunnel goes no further, and the agent gets to the
 * internet and to its hub.
 */
export function agentFirewall({ agent, hub, radius, api, tunnel, furtherRouters = [] }: ScriptValues): Section {
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
    // Answers to guests of the portal are known; the agent itself begins nothing in private networks.
    const forward = { chain: "forward" } as const;
    steps.push(accept("forward-known", { ...forward, ...established }));
    if (tunnel !== null) {
      const toHub = { "dst-address": tunnel.network, "out-interface": interfaceNames.tunnel };
      steps.push(accept("forward-tunnel", { ...forward, ...toHub }));
    }
    for (const [index, router] of furtherRouters.entries()) {
      const toRouter = { "dst-address": router.address, protocol: "udp", "dst-port": radius.incomingPort } as const;
      steps.push(accept(`forward-router-${index + 1}`, { ...forward, ...toRouter }));
    }
    const near = privateHubOf(hub?.url ?? null);
    if (near !== null) steps.push(accept("forward-hub", { ...forward, protocol: "tcp", ...near }));
    steps.push(accept("forward-private", { ...forward, action: "drop", "dst-address-list": privateAddressList }));
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
      accept("forward-known", { chain: "forward", ...established }),
      accept("forward-rest", { chain: "forward", action: "drop" }),
    );
  }
  return { title: "Firewall: what the agent may reach", steps };
}

/**
 * Where a hub in a private network is reached. Null: anywhere else. Only an address counts: a name would open every network that its owner
 * lets it point to.
 */
function privateHubOf(url: string | null) {
  const { hostname = "", port = "", protocol = "" } = url === null ? {} : new URL(url);
  if (!isIpv4(hostname) || !isPrivate(`${hostname}/32`)) return null;
  return { "dst-address": hostname, "dst-port": port === "" ? (protocol === "http:" ? 80 : 443) : Number(port) };
}

const established = { "connection-state": ["established", "related"] } as const;

const rulesOf = (peer: string, interfaceName: string) => (rule: string, properties: Properties) =>
  tagged(
    "/ip/firewall/filter",
    `${peer}-${rule}`,
    { chain: "input", action: "accept", "in-interface": interfaceName, ...properties },
    { beforeOtherRows: true },
  );
