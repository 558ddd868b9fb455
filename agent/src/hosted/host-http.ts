/** The host's HTTP pages for its machine: health and figures. Each site answers for itself. */

import type { HttpHandler } from "../ground/http.ts";
import { type Metric, metric, metricsContentType, renderMetrics } from "../portal-server/http/metrics.ts";
import { problemResponse } from "../portal-server/http/problems.ts";
import { jsonResponse, textResponse } from "../portal-server/http/responses.ts";

export interface HostFacts {
  readonly version: string;
  readonly sites: () => { readonly running: number; readonly wanted: number };
  readonly link: () => { readonly isConnected: boolean; readonly connections: number };
  /** RADIUS packets from addresses that belong to no site. */
  readonly strangers: () => number;
}

export function createHostFace(facts: HostFacts): HttpHandler {
  return {
    async handle({ method, url }) {
      if (method !== "GET" && method !== "HEAD") return problemResponse("not-found", { detail: url });
      const path = url.split("?")[0];
      if (path === "/health") {
        const { running, wanted } = facts.sites();
        const hub = facts.link().isConnected ? "connected" : "away";
        return jsonResponse({
          ok: true,
          version: facts.version,
          checks: { hub, sites: `${running} of ${wanted} run` },
        });
      }
      if (path === "/metrics") return textResponse(metricsContentType, renderMetrics(metricsOf(facts)));
      return problemResponse("not-found", { detail: url });
    },
  };
}

function metricsOf(facts: HostFacts): Metric[] {
  const { running, wanted } = facts.sites();
  const { isConnected, connections } = facts.link();
  return [
    metric("gauge", "karibu_hosted_sites_running", "Sites whose agent runs in this process.", running),
    metric("gauge", "karibu_hosted_sites_wanted", "Sites that the hub gave to this process.", wanted),
    metric("gauge", "karibu_hub_connected", "1 while the host's own link is up.", isConnected ? 1 : 0),
    metric("counter", "karibu_hub_connections_total", "How often the host's own link came up.", connections),
    metric("counter", "karibu_hosted_strangers_total", "RADIUS packets from addresses of no site.", facts.strangers()),
  ];
}
