/** What the pages for installers, health checks and metrics collectors show of this site. */

import type { SiteFacts } from "../portal-server/installer/site-facts.ts";
import type { FactSources } from "./fact-sources.ts";

const logInsShown = 50;

export function createSiteFacts(parts: FactSources): SiteFacts {
  return {
    /**
     * Not ok if no guest can log in. A disk that refuses writes is only shown: the site works from memory meanwhile, and a restart would
     * lose that memory. A restart does not bring an absent hub back either.
     */
    health() {
      const radius = parts.radius();
      const radsec = parts.radsec();
      const checks = {
        radius: radius.kind === "failed" ? radius.message : radius.kind,
        ...(radsec === null ? {} : { radsec: radsec.kind === "failed" ? radsec.message : radsec.kind }),
        disk: parts.shared() !== null ? "shared" : parts.journal.writable ? "ok" : "refuses",
        hub: parts.hub.state,
        clock: parts.world.clock.wall().quality,
      };
      return { ok: radius.kind !== "failed" && radsec?.kind !== "failed", checks };
    },
    status: async (language = "en") => ({
      version: parts.version,
      siteName: parts.feed.rows("site").get("site")?.name ?? null,
      utcOffsetMinutes: parts.feed.rows("provider").get("provider")?.utcOffsetMinutes ?? 0,
      items: (await import("./status-items.ts")).statusItems(parts, language, parts.doctor.last(language)),
      logIns: parts.logIns.last(logInsShown),
    }),
    metrics: async () => (await import("./site-metrics.ts")).siteMetrics(parts),
    image: parts.image,
    examine: async () => ({ version: parts.version, findings: await parts.doctor.examine() }),
  };
}
