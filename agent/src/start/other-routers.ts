import { isLoopback } from "../portal-server/http/peer-address.ts";
import type { AgentOptions } from "./agent-options.ts";

/** Routers of the site that are listed each by its address, beside the one whose API the agent has. What comes from there may be masqueraded. */
export function otherRoutersOf(radius: AgentOptions["radius"]): string[] {
  const listed = (radius?.clients ?? []).map(({ range }) => range);
  return listed.filter((range) => !range.includes("/") && !isLoopback(range) && range !== radius?.coaHost);
}
