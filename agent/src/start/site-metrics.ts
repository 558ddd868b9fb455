/** The site's metrics for `/metrics`. */
import { type Metric, metric } from "../portal-server/http/metrics.ts";
import type { RadsecStatus } from "../radius/radsec/radsec-server.ts";
import { createCounters, type RadiusCounters } from "../radius/server/counters.ts";
import { spentCount } from "../state/spent-grants.ts";
import type { FactSources } from "./fact-sources.ts";

export function siteMetrics(parts: FactSources): Metric[] {
  const { state, journal, hub, world } = parts;
  const figures = journal.figures();
  const flash = parts.flash();
  const radius = parts.radius();
  const metrics = [
    gauge("karibu_sessions_open", "Sessions that are online.", state.open.keys.size),
    gauge("karibu_sessions_evicting", "Sessions that should be off and are not yet.", parts.evicting()),
    gauge("karibu_grants_started", "Grants that this site started.", state.grants.size),
    gauge("karibu_hub_connected", "1 while the hub is connected.", hub.state === "connected" ? 1 : 0),
    gauge("karibu_wan_down", "1 while the internet is away.", parts.wan.state === "down" ? 1 : 0),
    gauge("karibu_grants_spent", "Grants that are over for good.", spentCount(state.spent)),
    gauge(
      "karibu_clock_synced",
      "1 while the clock is known to be right.",
      world.clock.wall().quality === "synced" ? 1 : 0,
    ),
    gauge("karibu_store_damaged_files", "Files set aside because they could not be read.", parts.damaged().files),
    gauge("karibu_journal_lost_records", "Records found missing at this start.", parts.damaged().lostRecords),
    gauge(
      "karibu_journal_torn_records",
      "Records of the last writing before a crash that could not be read at this start.",
      parts.damaged().tornRecords,
    ),
    gauge(
      "karibu_journal_writable",
      "0 while the disk refuses, or something else writes to the folder.",
      journal.writable ? 1 : 0,
    ),
    metric(
      "counter",
      "karibu_flash_written_bytes_total",
      "Written to the data folder, in whole blocks.",
      flash.writtenBytes,
    ),
    gauge(
      "karibu_flash_written_bytes_last_day",
      "Written within the last 24 hours, or since the start if that is less.",
      flash.lastDayBytes,
    ),
    gauge("karibu_journal_last_seq", "Last record.", figures.lastSeq),
    gauge(
      "karibu_journal_unacknowledged_records",
      "Records that the hub does not have.",
      figures.lastSeq - figures.ackedSeq,
    ),
  ];
  metrics.push(...linkMetrics(parts), ...diskMetrics(parts), ...radsecMetrics(parts.radsec()));
  return radius.kind === "listening" ? [...metrics, ...radiusMetrics(radius.counters)] : metrics;
}

const gauge = (name: string, help: string, value: number): Metric => metric("gauge", name, help, value);

/** An unknown figure has no sample. */
function linkMetrics({ hub, link }: FactSources): Metric[] {
  const lag = link.feedLagSeconds();
  const silentMs = hub.silentForMs;
  const metrics = [
    metric(
      "counter",
      "karibu_hub_connections_total",
      "How often the link came up: reconnects show here.",
      link.connections,
    ),
  ];
  if (silentMs !== null)
    metrics.push(gauge("karibu_hub_silent_seconds", "Since the hub was last heard.", Math.round(silentMs / 1000)));
  if (lag !== null) metrics.push(gauge("karibu_feed_lag_seconds", "How old the feed may be; 0: in step.", lag));
  return metrics;
}

function diskMetrics({ journal, syncs }: FactSources): Metric[] {
  const { lastSeq, durableSeq } = journal.figures();
  const { count, totalMs, longestMs } = syncs();
  return [
    gauge("karibu_journal_waiting_records", "Records that wait for the disk.", Math.max(0, lastSeq - durableSeq)),
    metric("counter", "karibu_fsync_total", "Syncs of appended files.", count),
    metric("counter", "karibu_fsync_seconds_total", "Time those took.", totalMs / 1000),
    gauge("karibu_fsync_longest_seconds", "The longest one since the start.", longestMs / 1000),
  ];
}

/** Packets that came over TLS are counted apart from datagrams. */
function radsecMetrics(radsec: RadsecStatus | null): Metric[] {
  if (radsec === null || radsec.kind === "failed") return [];
  const { connections, ...counted } = radsec.open.counters;
  const { accessRequests, accepts, rejects, accountingRequests, accountingResponses, badAuthenticators } =
    radsec.counters ?? createCounters();
  const packets = { accessRequests, accepts, rejects, accountingRequests, accountingResponses, badAuthenticators };
  return [
    gauge("karibu_radsec_connections", "RADIUS clients that are connected by TLS.", connections),
    totals("karibu_radsec_connections_total", "What became of connections by TLS.", "what", counted),
    totals("karibu_radsec_packets_total", "What the RADIUS server saw over TLS.", "what", packets),
  ];
}

const totals = (name: string, help: string, label: string, counts: object): Metric => ({
  name,
  help,
  kind: "counter",
  samples: Object.entries(counts).map(([key, value]) => ({ labels: { [label]: key }, value: Number(value) })),
});

function radiusMetrics(counters: RadiusCounters): Metric[] {
  const plain = Object.entries(counters).filter((entry): entry is [string, number] => typeof entry[1] === "number");
  return [
    totals("karibu_radius_packets_total", "What the RADIUS server saw.", "what", Object.fromEntries(plain)),
    totals("karibu_radius_rejects_total", "Rejected log-ins.", "reason", counters.rejectsByReason),
    totals("karibu_radius_malformed_total", "Dropped packets.", "reason", counters.malformed),
  ];
}
