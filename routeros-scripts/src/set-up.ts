/** All that Karibu puts on a router, in the order in which it goes there. */
import type { ScriptValues } from "./script-values.ts";
import { agentAccount } from "./sections/agent-account.ts";
import { agentContainer } from "./sections/agent-container.ts";
import { agentFirewall, agentNetwork } from "./sections/agent-network.ts";
import { guestFirewall, guestNetwork, guestPorts } from "./sections/guest-network.ts";
import { hotspot, walledGarden } from "./sections/hotspot.ts";
import { hubTunnel } from "./sections/hub-tunnel.ts";
import { radiusClient } from "./sections/radius-client.ts";
import { captiveProbes, timeAndNames } from "./sections/time-and-names.ts";
import type { Section } from "./step.ts";
import type { Dialect } from "./version-dialect.ts";

export function setUpSections(values: ScriptValues, dialect: Dialect): Section[] {
  return [
    timeAndNames(values),
    ...(values.tunnel === null ? [] : [hubTunnel(values.tunnel)]),
    ...(values.agent.place === "container" ? [agentNetwork(values.agent)] : []),
    agentFirewall(values),
    guestNetwork(values),
    guestFirewall(values),
    radiusClient(values),
    agentAccount(values),
    hotspot(values),
    walledGarden(values),
    captiveProbes(values),
    guestPorts(values),
    ...(values.agent.place === "container" ? [agentContainer(values, values.agent, dialect)] : []),
  ];
}
