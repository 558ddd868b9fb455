/**
 * A site in memory for tests: the real access, state and sweeper over a journal and a feed in memory. Both keep text, as the product's do: what the
 * encoding of a line or a row forgets is gone here, too.
 */
import type { FeedRow } from "@karibu/protocol/feed";
import type { JournalRecord } from "@karibu/protocol/journal/record";
import { bytes, seconds } from "@karibu/protocol/quantities";
import type { World } from "@karibu/protocol/world";
import type { ClaimGrant, ClaimLease } from "../grants/lease.ts";
import { pruneGrants } from "../grants/prune-grants.ts";
import { parseSiteFile, type SiteFile } from "../grants/site-file.ts";
import type { DynamicAuthorization } from "../ground/dynamic-authorization.ts";
import { createHostTable } from "../ground/host-table.ts";
import type { RouterControl } from "../ground/router-control.ts";
import type { Line } from "../journal/framing.ts";
import type { Journal } from "../journal/journal.ts";
import { recordOf, textOf } from "../journal/record-line.ts";
import { createSite } from "../start/create-site.ts";
import { applyRecord } from "../state/apply-record.ts";
import { emptyState, type SiteState } from "../state/site-state.ts";
import type { FeedStore } from "../store/feed-store.ts";
import type { AccountingReport, LogInRequest } from "./access.ts";

export function siteFileOf(value: object): SiteFile {
  const parsed = parseSiteFile(JSON.stringify(value));
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed.site;
}

/**
 * Lines of text, as in the log's files; `hold` keeps what is appended from becoming durable, `refuse` is a disk that says no (the record
 * keeps its place), `overflow` a memory that is full (nothing happens at all).
 */
export function memoryJournal(world: World) {
  const lines: Line[] = [];
  let mode: "quick" | "hold" | "refuse" | "overflow" = "quick";
  const held: (() => void)[] = [];
  let hasRefused = false;
  const journal: Pick<Journal, "append" | "flush" | "writable" | "isReadSynced"> = {
    isReadSynced: true,
    get writable() {
      return !hasRefused;
    },
    flush: () => (mode === "refuse" ? Promise.reject(new Error("disk full")) : Promise.resolve()),
    append(event) {
      if (mode === "overflow") throw new Error("too much waits");
      const { atMs, quality } = world.clock.wall();
      const stamp = { atMs, clock: quality, upMs: 0 };
      const record = { seq: lines.length + 1, ...stamp, ...event } as JournalRecord;
      lines.push({ seq: record.seq, json: textOf(stamp, event) });
      hasRefused = mode === "refuse";
      if (hasRefused) return { record, durable: Promise.reject(new Error("disk full")) };
      if (mode === "quick") return { record, durable: Promise.resolve() };
      return { record, durable: new Promise((resolve) => held.push(() => resolve())) };
    },
  };
  return {
    journal,
    /** As whoever opens the journal reads them. */
    get records(): JournalRecord[] {
      return lines.map(recordOf);
    },
    kinds: () => lines.map((line) => recordOf(line).kind),
    setMode(next: typeof mode) {
      mode = next;
      hasRefused &&= mode === "refuse";
    },
    /** What is held becomes durable: all of it, or so much of it as came first. */
    release(most = held.length) {
      for (const resolve of held.splice(0, most)) resolve();
    },
  };
}

export function memoryFeed() {
  const bodies = new Map<string, Map<string, unknown>>();
  const listeners = new Set<(rows: readonly FeedRow[]) => void>();
  const rowsOf = (kind: string) => {
    const rows = bodies.get(kind) ?? new Map<string, unknown>();
    bodies.set(kind, rows);
    return rows;
  };
  const feed: FeedStore = {
    cursors: () => ({}),
    generation: null,
    apply: () => Promise.resolve(),
    setGeneration: () => Promise.resolve(),
    clear: () => Promise.resolve(),
    isReturning: false,
    isComplete: true,
    isWhole: () => true,
    kept: () => [],
    applyVerdicts: () => Promise.resolve(),
    rows: ((kind: string) => rowsOf(kind)) as FeedStore["rows"],
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  return {
    feed,
    /** As a page of the hub would: rows first, then the news. A body arrives as JSON. */
    put(row: { kind: FeedRow["kind"]; key: string; body: unknown }) {
      const body: unknown = JSON.parse(JSON.stringify(row.body));
      if (body === null) rowsOf(row.kind).delete(row.key);
      else rowsOf(row.kind).set(row.key, body);
      for (const listener of listeners) listener([{ ...row, body, version: 1 } as FeedRow]);
    },
  };
}

export interface TestSiteOptions {
  readonly file?: object;
  readonly state?: SiteState;
  /** What is absent answers `ack`. */
  readonly coa?: Partial<DynamicAuthorization>;
  readonly router?: RouterControl;
  readonly hasOtherRouters?: boolean;
  readonly interimFlushSeconds?: number;
  readonly claimLease?: ClaimLease;
  readonly claimGrant?: ClaimGrant;
}

const ack = () => Promise.resolve("ack" as const);
const alwaysAck: DynamicAuthorization = { disconnect: ack, change: ack };

export function createTestSite(world: World, options: TestSiteOptions = {}) {
  const log = memoryJournal(world);
  const { feed, put } = memoryFeed();
  const state = options.state ?? emptyState();
  const hasOtherRouters = options.hasOtherRouters === true;
  const rooms = createSite(world, {
    journal: log.journal,
    state,
    feed,
    siteFile: options.file === undefined ? null : siteFileOf(options.file),
    coa: options.coa === undefined ? null : { ...alwaysAck, ...options.coa },
    router: options.router ?? null,
    hosts: createHostTable(world, options.router ?? null, { hasOtherRouters }),
    hasOtherRouters,
    interimFlushSeconds: options.interimFlushSeconds ?? 60,
    claimLease: options.claimLease ?? null,
    claimGrant: options.claimGrant ?? null,
  });
  return { ...rooms, ...rooms.site, log, feed, put };
}

/** Prunes as housekeeping does. `isComplete`: the hub has told the site everything. */
export function pruneSite(
  site: Pick<ReturnType<typeof createTestSite>, "state" | "catalogue" | "feed" | "world">,
  isComplete = true,
): number {
  const isFed = (grantId: string) => site.feed.rows("grant").has(grantId);
  const facts = { isFed, catalogue: site.catalogue, isComplete };
  return pruneGrants(site.state, facts, site.world.clock.wall());
}

/** What a site would know after a power cut: the fold of what its journal holds. */
export function foldOf(records: readonly JournalRecord[]): SiteState {
  const state = emptyState();
  for (const record of records) applyRecord(state, record);
  return state;
}

/** A site file whose codes end in three ways: by date, by time in use, by data. */
export const endingCodes = {
  plans: [
    { name: "hour", validitySeconds: 3600, devices: 1 },
    { name: "minutes", useSeconds: 600, devices: 2 },
    { name: "megabyte", dataBytes: 1_000_000, devices: 1 },
  ],
  vouchers: [
    { code: "HOUR1", plan: "hour" },
    { code: "TEN10", plan: "minutes" },
    { code: "DATA1", plan: "megabyte" },
  ],
};

export function logInRequest(user: string, password: string, rest: Partial<LogInRequest> = {}): LogInRequest {
  return {
    nas: "router",
    service: "hotspot",
    user,
    passwordIs: (clear) => clear === password,
    passwordIsReadable: true,
    passwordIsEmpty: password === "",
    clearPassword: password,
    mac: "AA:BB:CC:DD:EE:01",
    address: "10.5.50.10",
    sessionId: "80100001",
    ...rest,
  };
}

export function reportOf(
  status: AccountingReport["status"],
  rest: Partial<Omit<AccountingReport, "inputBytes" | "outputBytes" | "sessionSeconds" | "delaySeconds">> & {
    input?: number;
    output?: number;
    online?: number;
    delay?: number;
  } = {},
): AccountingReport {
  const { input, output, online, delay, ...named } = rest;
  return {
    status,
    nas: "router",
    router: `10.5.50.1#${named.nas ?? "router"}`,
    sessionId: "80100001",
    user: "nemo",
    grantId: null,
    mac: "AA:BB:CC:DD:EE:01",
    address: "10.5.50.10",
    inputBytes: bytes(input ?? 0),
    outputBytes: bytes(output ?? 0),
    sessionSeconds: seconds(online ?? 0),
    delaySeconds: seconds(delay ?? 0),
    cause: status === "stop" ? "user-request" : null,
    ...named,
  };
}
