import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { AgentLink } from "../../fleet/link/agent-link.ts";
import type { Route } from "../../ground/http/route.ts";
import { addReadFigure } from "./read-figure.ts";
import type { SiteStanding } from "./site-figures.ts";
import { addSiteMetrics } from "./site-metrics.ts";

/** The hub's figures for Prometheus, in a separate registry, so that many hubs fit in one process. */
export interface HubMetrics {
  readonly registry: Registry;
  request(route: Route, status: number, seconds: number): void;
}

const logInPath = "/api/v1/login";
const logInOutcomes: ReadonlyMap<number, string> = new Map([
  [200, "ok"],
  [401, "refused"],
  [429, "slowed"],
]);

export function createMetrics(count: {
  links: () => number;
  handshakes: () => number;
  streams: () => number;
  /** The links of this process. */
  link: AgentLink["counts"];
  /** Hosts connected to this process. */
  hosts: () => number;
  /** What the newest proved back-up holds; null: there is none. */
  backupProvedAtMs: () => Promise<number | null>;
  /** The state of all sites, and their clocks. */
  sites: () => Promise<readonly SiteStanding[]>;
  nowMs: () => number;
  /** What others have put there already is answered too. */
  registry: Registry;
}): HubMetrics {
  const { registry } = count;
  const registers = [registry];
  const seconds = new Histogram({
    name: "karibu_http_request_seconds",
    help: "Time to answer an API request",
    labelNames: ["method", "path"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  });
  const requests = new Counter({
    name: "karibu_http_requests_total",
    help: "API requests by answer",
    labelNames: ["method", "path", "status"],
    registers,
  });
  const logIns = new Counter({
    name: "karibu_log_ins_total",
    help: "Log-ins with a password, by outcome",
    labelNames: ["outcome"],
    registers,
  });
  for (const [name, help, read] of [
    ["karibu_agent_links", "Agents connected to this process", count.links],
    ["karibu_agent_handshakes", "Agents that have not proved themselves yet", count.handshakes],
    ["karibu_agent_handshake_bytes", "What is held for links before their proof", () => count.link().handshakeBytes],
    ["karibu_agent_link_bytes", "What is held for links after it", () => count.link().bytes],
    ["karibu_agent_links_shut_total", "Links that gave way because too much was held", () => count.link().shut],
    ["karibu_hosts_connected", "Hosting processes connected to this process", count.hosts],
    ["karibu_event_streams", "Consoles that listen to events", count.streams],
    [
      "karibu_agent_links_opened_total",
      "Links opened since the start: reconnects show here",
      () => count.link().opened,
    ],
    ["karibu_feed_links_behind", "Agents that have not applied all of their feed", () => count.link().behind],
    ["karibu_journal_records_total", "Journal records committed", () => count.link().intake.records],
    ["karibu_journal_transactions_total", "Transactions they took", () => count.link().intake.transactions],
    ["karibu_journal_seconds_total", "Time those took", () => count.link().intake.seconds],
    [
      "karibu_journal_frames_waiting",
      "Journal frames that wait for their transaction",
      () => count.link().intake.waiting,
    ],
  ] as const) {
    addReadFigure(registry, { name, help }, (figure) => {
      figure.reset();
      figure.set(read());
    });
  }
  new Gauge({
    name: "karibu_backup_proved_age_seconds",
    help: "Age of the newest back-up that was fetched back and restored; +Inf where there is none",
    registers,
    async collect() {
      // While the database is away nobody knows it, and the other figures must be answered all the same.
      const atMs = await count.backupProvedAtMs().catch(() => Number.NaN);
      this.set(atMs === null ? Number.POSITIVE_INFINITY : Math.max(0, (count.nowMs() - atMs) / 1000));
    },
  });
  addSiteMetrics(registry, count.sites, count.nowMs);
  return {
    registry,
    request({ method, path }, status, tookSeconds) {
      seconds.observe({ method, path }, tookSeconds);
      requests.inc({ method, path, status });
      if (path === logInPath) logIns.inc({ outcome: logInOutcomes.get(status) ?? "other" });
    },
  };
}
