/** What an installer, a container's health check and a metrics collector are told. Plain functions of the agent's parts. */

import type { World } from "@karibu/protocol/world";
import type { LogInRecord } from "../access/log-in-record.ts";
import type { Doctor } from "../doctor/doctor.ts";
import type { FlashFigures } from "../doctor/flash-meter.ts";
import type { HubLink } from "../ground/hub-link.ts";
import type { SyncFigures } from "../ground/metered-folder.ts";
import type { StoredJournal } from "../journal/open-journal.ts";
import { type Metric, metric } from "../portal-server/http/metrics.ts";
import type { StatusItem } from "../portal-server/installer/status-page.ts";
import type { PortalFacts } from "../portal-server/portal-parts.ts";
import type { RadiusCounters } from "../radius/server/counters.ts";
import type { RadiusStatus } from "../radius/server/radius-listener.ts";
import type { SiteState } from "../state/site-state.ts";
import type { FeedStore } from "../store/feed-store.ts";
import type { LinkFigures } from "../sync/link-figures.ts";
import type { ImageArrival } from "../updates/image-arrival.ts";
import type { WanWatch } from "../wan/wan-watch.ts";

export interface StatusParts {
  readonly world: World;
  readonly version: string;
  readonly state: SiteState;
  readonly feed: Pick<FeedStore, "rows">;
  readonly hub: HubLink;
  readonly flash: () => FlashFigures;
  readonly syncs: () => SyncFigures;
  readonly link: Pick<LinkFigures, "connections" | "feedLagSeconds">;
  readonly damaged: () => { readonly files: number; readonly lostRecords: number; readonly tornRecords: number };
  readonly hasSiteFile: boolean;
  readonly journal: Pick<StoredJournal, "writable" | "figures">;
  readonly hasRouterApi: boolean;
  readonly hasPortalFiles: boolean;
  readonly evicting: () => number;
  readonly wan: Pick<WanWatch, "state" | "downForMs">;
  readonly logIns: Pick<LogInRecord, "last">;
  readonly doctor: Pick<Doctor, "examine" | "last">;
  /** What only a person can mend about the link; null: nothing. */
  readonly hubProblem: () => string | null;
  /** What is wrong with finding addresses by names; null: nothing. */
  readonly nameProblem: () => string | null;
  readonly radius: () => RadiusStatus;
  readonly image: ImageArrival | undefined;
}

export function createStatus(parts: StatusParts): PortalFacts {
  const siteName = () => parts.feed.rows("site").get("site")?.name ?? null;
  return {
    /**
     * Not ok when nobody can log in. A disk that refuses is said and no more: the site is served from memory meanwhile, and
     * a restart would lose just that. An absent hub is nothing to be mended here.
     */
    health() {
      const radius = parts.radius();
      const checks = {
        radius: radius.kind === "failed" ? radius.message : radius.kind,
        disk: parts.journal.writable ? "ok" : "refuses",
        hub: parts.hub.state,
        clock: parts.world.clock.wall().quality,
      };
      return { ok: radius.kind !== "failed", checks };
    },
    status: () => ({
      version: parts.version,
      siteName: siteName(),
      items: statusItems(parts),
      logIns: parts.logIns.last(logInsShown),
    }),
    metrics: () => metricsOf(parts),
    image: parts.image,
    examine: async () => ({ version: parts.version, findings: await parts.doctor.examine() }),
  };
}

const logInsShown = 50;

function statusItems(parts: StatusParts): StatusItem[] {
  return [
    rulesItem(parts),
    radiusItem(parts.radius()),
    hubItem(parts),
    wanItem(parts),
    clockItem(parts),
    diskItem(parts),
  ].concat(extraItems(parts));
}

/** Without a hub and without a site file nobody can log in: the one thing that a fresh container lacks. */
function rulesItem({ hub, hasSiteFile, feed }: StatusParts): StatusItem {
  const name = "Plans and vouchers";
  if (hasSiteFile) return { name, state: "ok", text: "Read from the site file." };
  if (hub.state === "none") {
    const text = "Nobody can log in yet: set KARIBU_HUB_URL and KARIBU_ENROL_TOKEN, or KARIBU_SITE_FILE.";
    return { name, state: "missing", text };
  }
  const plans = feed.rows("plan").size;
  if (plans > 0) return { name, state: "ok", text: `${plans} plans from the hub.` };
  return { name, state: "waiting", text: "The hub has not sent any plan yet." };
}

function radiusItem(radius: RadiusStatus): StatusItem {
  const name = "RADIUS";
  if (radius.kind === "no-secret") {
    return { name, state: "missing", text: "Off: set KARIBU_RADIUS_SECRET to the secret in the router's /radius row." };
  }
  if (radius.kind === "failed") return { name, state: "wrong", text: radius.message };
  const { authPort, acctPort, counters } = radius;
  if (counters.badAuthenticators > 0 && counters.accepts + counters.rejects === 0) {
    const from = counters.lastBadAuthenticatorFrom ?? "somewhere";
    return { name, state: "wrong", text: `Packets from ${from} are signed with another secret: compare the two.` };
  }
  const seen = counters.accepts + counters.rejects;
  return { name, state: "ok", text: `Listening on UDP ${authPort} and ${acctPort}; ${seen} log-ins answered.` };
}

function hubItem({ hub, hubProblem }: StatusParts): StatusItem {
  const name = "Hub";
  const problem = hubProblem();
  if (problem !== null) return { name, state: "wrong", text: problem };
  if (hub.state === "connected") return { name, state: "ok", text: "Connected." };
  if (hub.state === "none") return { name, state: "ok", text: "This site stands alone: no hub is set." };
  const silent =
    hub.silentForMs === null ? "was never reached" : `is silent for ${Math.round(hub.silentForMs / 1000)} s`;
  return { name, state: "waiting", text: `The hub ${silent}. Vouchers and log-ins go on; buying is closed.` };
}

function wanItem({ wan }: StatusParts): StatusItem {
  const name = "Internet";
  if (wan.state === "up") return { name, state: "ok", text: "Reached." };
  if (wan.state === "unknown") return { name, state: "ok", text: "Not looked at yet, or nobody here can tell." };
  const text = `Away for ${spanText(Math.round((wan.downForMs ?? 0) / 1000))}. Vouchers, log-ins and cash sales (/sell) go on.`;
  return { name, state: "waiting", text };
}

function clockItem({ world }: StatusParts): StatusItem {
  const { atMs, quality } = world.clock.wall();
  const shown = new Date(atMs).toISOString();
  if (quality === "synced") return { name: "Clock", state: "ok", text: `${shown}.` };
  if (quality === "estimated") {
    return { name: "Clock", state: "waiting", text: `About ${shown}; waiting for NTP or the hub.` };
  }
  return { name: "Clock", state: "waiting", text: "Not known: set up NTP on the router. Nobody is expired meanwhile." };
}

/** More than this a day wears cheap flash out within a few years. */
const flashBytesPerDayMax = 100 * 1024 * 1024;

function diskItem({ journal, flash }: StatusParts): StatusItem {
  const name = "Data folder";
  if (!journal.writable) return { name, state: "wrong", text: "The disk refuses to write: is it full?" };
  const { lastDayBytes, lastDaySeconds } = flash();
  const written = `${(lastDayBytes / 1024 / 1024).toFixed(1)} MB went to flash in the last ${spanText(lastDaySeconds)}`;
  if (lastDayBytes > flashBytesPerDayMax) {
    return { name, state: "wrong", text: `${written}: that wears it out. Is KARIBU_INTERIM_FLUSH_SECONDS too short?` };
  }
  return { name, state: "ok", text: `The journal's last record is number ${journal.figures().lastSeq}; ${written}.` };
}

function spanText(seconds: number): string {
  if (seconds < 120) return `${seconds} seconds`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} minutes` : `${Math.round(seconds / 3600)} hours`;
}

/** Findings that an item of the status page's own says already. */
const seenByItself = ["radius-ports", "clock", "disk", "hub-enrolment", "dns"];

function extraItems({ hasRouterApi, hasPortalFiles, evicting, doctor, nameProblem }: StatusParts): StatusItem[] {
  const items: StatusItem[] = [];
  const problem = nameProblem();
  if (problem !== null) items.push({ name: "DNS", state: "waiting", text: `${problem} Vouchers and log-ins go on.` });
  if (!hasRouterApi && doctor.last.length === 0) {
    const text = "Not set (KARIBU_ROUTER_HOST): sessions are ended by RADIUS alone, phones log in by themselves.";
    items.push({ name: "Router API", state: "ok", text });
  }
  if (!hasPortalFiles)
    items.push({ name: "Portal", state: "missing", text: "Its files are not built: npm run build." });
  for (const { check, grade, text, advice } of doctor.last) {
    if (grade === "ok" || seenByItself.includes(check)) continue;
    const state = grade === "wrong" ? "wrong" : "waiting";
    items.push({ name: `Doctor: ${check}`, state, text: `${text} ${advice}` });
  }
  if (evicting() > 0) {
    const text = `${evicting()} sessions should be off: are incoming requests on (/radius/incoming accept=yes)?`;
    items.push({ name: "Enforcement", state: "waiting", text });
  }
  return items;
}

function metricsOf(parts: StatusParts): Metric[] {
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
    gauge("karibu_grants_spent", "Grants that are over for good.", spentCount(state)),
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
    gauge("karibu_journal_writable", "0 while the disk refuses.", journal.writable ? 1 : 0),
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
  metrics.push(...linkMetrics(parts), ...diskMetrics(parts));
  return radius.kind === "listening" ? [...metrics, ...radiusMetrics(radius.counters)] : metrics;
}

const gauge = (name: string, help: string, value: number): Metric => metric("gauge", name, help, value);

/** What is not known has no sample. */
function linkMetrics({ hub, link }: StatusParts): Metric[] {
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
  if (lag !== null)
    metrics.push(gauge("karibu_feed_lag_seconds", "How old what the hub told may be; 0: in step.", lag));
  return metrics;
}

function diskMetrics({ journal, syncs }: StatusParts): Metric[] {
  const { lastSeq, durableSeq } = journal.figures();
  const { count, totalMs, longestMs } = syncs();
  return [
    gauge("karibu_journal_waiting_records", "Records that wait for the disk.", Math.max(0, lastSeq - durableSeq)),
    metric("counter", "karibu_fsync_total", "Syncs of appended files.", count),
    metric("counter", "karibu_fsync_seconds_total", "Time those took.", totalMs / 1000),
    gauge("karibu_fsync_longest_seconds", "The longest one since the start.", longestMs / 1000),
  ];
}

function spentCount({ spent }: SiteState): number {
  let count = 0;
  for (const serials of spent.values()) count += serials.size;
  return count;
}

function radiusMetrics(counters: RadiusCounters): Metric[] {
  const plain = Object.entries(counters).filter((entry): entry is [string, number] => typeof entry[1] === "number");
  const total = (name: string, help: string, label: string, counts: object): Metric => ({
    name,
    help,
    kind: "counter",
    samples: Object.entries(counts).map(([key, value]) => ({ labels: { [label]: key }, value: Number(value) })),
  });
  return [
    total("karibu_radius_packets_total", "What the RADIUS server saw.", "what", Object.fromEntries(plain)),
    total("karibu_radius_rejects_total", "Rejected log-ins.", "reason", counters.rejectsByReason),
    total("karibu_radius_malformed_total", "Dropped packets.", "reason", counters.malformed),
  ];
}
