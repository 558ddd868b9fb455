/** Limits for slow clients: a request must be complete in a minute, its head in 20 s, and an idle connection ends. */
import type { ServerOptions } from "node:http";

export const serverLimits = {
  requestTimeout: 60_000,
  headersTimeout: 20_000,
  keepAliveTimeout: 20_000,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 16 * 1024,
} satisfies ServerOptions;
