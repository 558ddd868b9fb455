/** WinBox from anywhere: a person's own tunnel to chosen routers, for some hours. */
import { sql } from "kysely";
import type { HubModule } from "../hub-module.ts";
import { operatorTunnelRoutes } from "./operator-tunnel-routes.ts";
import { operatorEnds, operatorTunnelsEnded, tunnelPermission } from "./operator-tunnels.ts";
import { personalData } from "./personal-data.ts";

export const operatorTunnels = {
  permissions: [tunnelPermission],
  personalData,
  retention: [{ table: "operator_tunnels", column: "expires_at_ms", keptMs: 365 * 86_400_000 }],
  endedByRestore: operatorTunnelsEnded,
  // An ended tunnel keeps its key, too: nobody's router may have had it.
  tunnelKeyHolders: (publicKey) => sql`select 1 from operator_tunnels where public_key = ${publicKey}`,
  operatorEnds,
  open: (parts) => ({ routes: operatorTunnelRoutes(parts) }),
} satisfies HubModule;
