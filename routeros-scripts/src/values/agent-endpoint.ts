/** The agent as the router sees it, wherever it runs. */
import type { ScriptValues } from "./script-values.ts";

export interface AgentPlace {
  readonly address: string;
  readonly httpPort: number;
  /** The router's own address towards the agent: RADIUS and CoA are bound to it. */
  readonly routerAddress: string;
}

/** `values` as `checkValues` gave them: a hosted agent has a tunnel. */
export function agentPlace({ agent, tunnel }: ScriptValues): AgentPlace {
  if (agent.place === "container") {
    return { address: agent.agentAddress, httpPort: 80, routerAddress: agent.routerAddress };
  }
  return { address: agent.agentAddress, httpPort: agent.httpPort, routerAddress: tunnel?.address ?? "" };
}

/** Where guests' browsers find the portal. */
export function portalUrl(values: ScriptValues): string {
  const { address, httpPort } = agentPlace(values);
  return httpPort === 80 ? `http://${address}` : `http://${address}:${httpPort}`;
}

export type ContainerValues = Extract<ScriptValues["agent"], { place: "container" }>;
