/** Where the router and the guests reach the agent. */
import { interfaceNames } from "./object-names.ts";
import type { ScriptValues } from "./script-values.ts";

export type ContainerValues = Extract<ScriptValues["agent"], { place: "container" }>;

export interface AgentEndpoint {
  readonly address: string;
  readonly httpPort: number;
  /** The address of the router that faces the agent: RADIUS and CoA use it. */
  readonly routerAddress: string;
}

/** Takes values that `checkValues` accepted: then a hosted agent has a tunnel. */
export function agentEndpoint({ agent, tunnel }: ScriptValues): AgentEndpoint {
  if (agent.place === "container") {
    return { address: agent.agentAddress, httpPort: 80, routerAddress: agent.routerAddress };
  }
  return { address: agent.agentAddress, httpPort: agent.httpPort, routerAddress: tunnel?.address ?? "" };
}

/** The address of the portal for guests' browsers. */
export function portalUrl(values: ScriptValues): string {
  const { address, httpPort } = agentEndpoint(values);
  return httpPort === 80 ? `http://${address}` : `http://${address}:${httpPort}`;
}

/** The interface behind which the guests are: our bridge, or that of a hotspot that was there before. */
export function guestInterface({ guests }: ScriptValues): string {
  return guests.adopt?.interface ?? interfaceNames.guestBridge;
}
