import type { Registry } from "prom-client";
import { addReadFigure, type ReadFigure } from "./read-figure.ts";
import { figuresOf, namedMax, type SiteFigures, type SiteStanding } from "./site-figures.ts";

type Named = SiteFigures["worst"][number];

/** Figures of every site, from the database, so all hub processes report the same. Read once per scrape. */
export function addSiteMetrics(
  registry: Registry,
  read: () => Promise<readonly SiteStanding[]>,
  nowMs: () => number,
): void {
  let reading: Promise<SiteFigures | null> | null = null;
  /** All gauges of one scrape share it. Null: the database does not answer. */
  function figures(): Promise<SiteFigures | null> {
    reading ??= read()
      .then(
        (standings) => figuresOf(standings, nowMs()),
        () => null,
      )
      .finally(() => {
        reading = null;
      });
    return reading;
  }

  function add(
    name: string,
    help: string,
    labelNames: string[],
    set: (figure: ReadFigure, figures: SiteFigures) => void,
  ) {
    addReadFigure(registry, { name, help, labelNames }, async (figure) => {
      const found = await figures();
      figure.reset();
      if (found !== null) set(figure, found);
    });
  }
  const by = (name: string, help: string, label: string, of: (figures: SiteFigures) => ReadonlyMap<string, number>) =>
    add(name, help, [label], (gauge, found) => {
      for (const [value, count] of of(found)) gauge.set({ [label]: value }, count);
    });
  const single = (name: string, help: string, of: (figures: SiteFigures) => number) =>
    add(name, help, [], (gauge, found) => gauge.set(of(found)));
  const worst = `(the ${namedMax} worst sites only)`;
  const perSite = (name: string, help: string, of: (site: Named) => number) =>
    add(name, `${help} ${worst}`, ["provider", "site"], (gauge, found) => {
      for (const site of found.worst) gauge.set({ provider: site.providerId, site: site.siteId }, of(site));
    });

  by("karibu_sites", "Sites of all providers", "state", ({ byState }) => byState);
  by("karibu_sites_clock", "Sites by what their last record said of their clock", "quality", ({ byClock }) => byClock);
  by("karibu_sites_version", "Sites by agent version (the 20 most frequent)", "version", ({ byVersion }) => byVersion);
  by("karibu_sites_journal_lag_seconds", "Journal lag over all sites", "quantile", ({ journalLag }) => journalLag);
  by("karibu_sites_feed_lag_seconds", "Feed lag over all sites", "quantile", ({ feedLag }) => feedLag);
  single("karibu_sites_connections_total", "Links that sites have opened, ever", ({ connections }) => connections);
  single("karibu_sites_damaged_records_total", "Journal records nobody could read", (found) => found.damagedRecords);
  perSite(
    "karibu_site_journal_lag_seconds",
    "Age of its last record when it arrived; of an offline site: time since its last record",
    ({ journalLagSeconds }) => journalLagSeconds,
  );
  perSite(
    "karibu_site_feed_lag_seconds",
    "Age of the oldest change that it has not said it holds (sites say so every ten seconds)",
    ({ feedLagSeconds }) => feedLagSeconds,
  );
  perSite("karibu_site_silent_seconds", "Since it was last heard", ({ silentSeconds }) => silentSeconds);
  perSite(
    "karibu_site_connections_total",
    "Links it has opened, ever: reconnects show here",
    (site) => site.connections,
  );
  perSite("karibu_site_last_record_seconds", "When its last record was made, by its own clock (Unix time)", (site) =>
    Math.round((site.lastRecordAtMs ?? 0) / 1000),
  );
  add(
    "karibu_site_info",
    `Agent version and clock ${worst}`,
    ["provider", "site", "version", "clock"],
    (gauge, found) => {
      for (const { providerId: provider, siteId: site, agentVersion, clockQuality } of found.worst) {
        const version = found.byVersion.has(agentVersion ?? "") ? (agentVersion as string) : "other";
        gauge.set({ provider, site, version, clock: clockQuality ?? "not-told" }, 1);
      }
    },
  );
}
