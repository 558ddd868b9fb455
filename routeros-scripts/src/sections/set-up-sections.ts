/** Everything that Karibu configures on a router, in the order of the set-up script. */

import type { VersionDialect } from "../language/version-dialect.ts";
import type { Section } from "../steps/step.ts";
import type { ScriptValues } from "../values/script-values.ts";
import { agentAccount } from "./agent-account.ts";
import { agentContainer } from "./agent-container.ts";
import { agentFirewall, agentNetwork } from "./agent-network.ts";
import { deadManSection } from "./dead-man.ts";
import { furtherRouters } from "./further-routers.ts";
import { guestFirewall, guestNetwork, guestPorts } from "./guest-network.ts";
import { hotspot, walledGarden } from "./hotspot.ts";
import { hubTunnel } from "./hub-tunnel.ts";
import { radiusClient } from "./radius-client.ts";
import { routerBackUps } from "./router-back-ups.ts";
import { secretRotation } from "./secret-rotation.ts";
import { captiveProbes, timeAndDns } from "./time-and-dns.ts";

export function setUpSections(values: ScriptValues, dialect: VersionDialect): Section[] {
  return [
    timeAndDns(values),
    ...(values.tunnel === null ? [] : [hubTunnel(values.tunnel)]),
    ...(values.agent.place === "container" ? [agentNetwork(values.agent)] : []),
    agentFirewall(values),
    ...furtherRouters(values),
    guestNetwork(values),
    guestFirewall(values),
    radiusClient(values),
    agentAccount(values),
    ...(values.hub === null ? [] : [deadManSection()]),
    ...routerBackUps(values),
    hotspot(values),
    walledGarden(values),
    captiveProbes(values),
    guestPorts(values),
    ...(values.agent.place === "container"
      ? [secretRotation(values), agentContainer(values, values.agent, dialect)]
      : []),
  ];
}
