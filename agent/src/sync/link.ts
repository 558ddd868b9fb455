/**
 * The site's link to the hub. It is always outbound, and dials again after every cut. It holds no data: records are in the journal,
 * rows in the feed store.
 */

import { Fault } from "@karibu/protocol/fault";
import { createAnswers, createCalls } from "@karibu/protocol/link/calls";
import type { RouterWord } from "@karibu/protocol/link/frame";
import type { LinkSocket } from "@karibu/protocol/link/link";
import type { UnixMs } from "@karibu/protocol/quantities";
import { ping } from "@karibu/protocol/rpc/router/ping";
import { type ServedRpc, serve, servedByName } from "@karibu/protocol/rpc/rpc";
import type { World } from "@karibu/protocol/world";
import type { DialHub, HubLink } from "../ground/hub-link.ts";
import type { Journal } from "../journal/journal.ts";
import type { FeedStore } from "../store/feed-store.ts";
import { chanceOf } from "./backoff.ts";
import { type Connection, createConnection, type LinkSettings } from "./connection.ts";
import type { AgentIdentity } from "./identity.ts";
import { createRedialPause } from "./redial-pause.ts";
import { decideRetry, type LinkEnd } from "./retry-policy.ts";

export interface HubLinkParts {
  /** Null: this site has no hub. */
  readonly dial: DialHub | null;
  /** Resolves when this device is enrolled. Rejects when only a person can help. */
  readonly identity: () => Promise<AgentIdentity>;
  readonly journal: Journal;
  readonly feed: FeedStore;
  readonly agentVersion: string;
  /** What the hub may ask of this site. */
  readonly requests: readonly ServedRpc<void>[];
  /** The hub's wall clock at a moment within the last `roundTripMs`. */
  readonly onWelcome?: (welcome: { timeMs: UnixMs; roundTripMs: number; generation: string }) => void;
  /** The hub has records of `epoch` that this journal lacks: a shortened file, or a restored copy. A new epoch starts. */
  readonly onWentBack?: (epoch: string) => void;
  /** As in `ConnectionParts`. */
  readonly onMemory?: (recall: string | null) => Promise<void>;
  /** As in `ConnectionParts`. */
  readonly lacks?: (resumeAfterSeq: number) => boolean;
  /** The hub has proved its identity and revokes this device. The link does not dial again. */
  readonly onRevoked?: () => void;
  /** Is the internet known to be up? It does not depend on the hub. Absent: not known. */
  readonly isWanUp?: () => boolean;
  /** How its router takes the agent; null, or absent: not known. */
  readonly routerWord?: () => RouterWord | null;
  readonly settings?: Partial<LinkSettings>;
}

const defaultSettings: LinkSettings = { heartbeatSeconds: 120, answerSeconds: 30 };
/** A random wait after a start, so that all sites of a town do not dial at once when the power comes back. */
const firstDelayMsMax = 1000;
/** A dial that neither succeeds nor fails within this time is closed. */
const dialMsMax = 45_000;
/** Of requests that change something: one that comes again gets its answer again. */
const answersKept = 256;
/** A hub that takes nothing of older epochs so often must not keep the site from all else. */
const owedRefusalsMax = 5;
/** A dial that hangs for this long started in the outage: its first packets are lost, and the next ones come late. A new dial is quicker. */
const dialMsWorthWaiting = 4000;

export function createHubLink(world: World, parts: HubLinkParts): HubLink {
  const { clock, log } = world;
  const settings = { ...defaultSettings, ...parts.settings };
  const listeners = new Set<() => void>();
  let state: HubLink["state"] = parts.dial === null ? "none" : "away";
  let heardAtMs: number | null = null;
  let connection: Connection | null = null;
  let closed = false;
  const pause = createRedialPause(world);
  let dialling: { readonly sinceMs: number; readonly giveUp: () => void } | null = null;

  const calls = createCalls(world, "hub", (frame) => connection?.send(frame) ?? false);
  const served = servedByName([serve(ping, () => ({})), ...parts.requests]);
  const reads = new Set(parts.requests.filter(({ readOnly }) => readOnly).map(({ method }) => method));
  const answers = createAnswers(
    world,
    (method, params, _id, signal) => served(method).answer(undefined, params, signal),
    answersKept,
    (method) => reads.has(method),
  );

  function become(next: HubLink["state"]): void {
    if (state === next) return;
    state = next;
    for (const listener of listeners) listener();
  }

  const chance = () => chanceOf(world.random.bytes(4));

  /** One dial at a time: a cancelled dial ends before the next one starts. A socket that still opens is closed. */
  function dialWithin(dial: DialHub): Promise<LinkSocket> {
    return new Promise((resolve, reject) => {
      const ended = new AbortController();
      let late = false;
      const giveUp = () => {
        late = true;
        dialling = null;
        timer.cancel();
        ended.abort();
        reject(new Fault("hub/away", "the hub does not answer", { retry: "later" }));
      };
      const timer = clock.after(dialMsMax, giveUp);
      dialling = { sinceMs: clock.monotonicMs(), giveUp };
      const settled = () => {
        timer.cancel();
        if (!late) dialling = null;
      };
      dial(ended.signal).then(
        (socket) => {
          settled();
          if (late || closed) socket.close(1000, "not wanted any more");
          resolve(socket);
        },
        (error) => {
          settled();
          reject(error);
        },
      );
    });
  }

  function redialSoon(): void {
    if (closed || state !== "away" || connection !== null || !pause.shorten()) return;
    log.info("hub-hurried", {});
    if (dialling !== null && clock.monotonicMs() - dialling.sinceMs >= dialMsWorthWaiting) dialling.giveUp();
  }

  async function talk(
    socket: LinkSocket,
    identity: AgentIdentity,
    lastAgain: LinkEnd["again"],
  ): Promise<LinkEnd & { reason: string }> {
    connection = createConnection(world, socket, {
      identity,
      journal: parts.journal,
      feed: parts.feed,
      agentVersion: parts.agentVersion,
      routerWord: parts.routerWord ?? (() => null),
      settings,
      calls,
      answers,
      onHeard: () => {
        heardAtMs = clock.monotonicMs();
      },
      onWelcome: ({ timeMs, generation }, roundTripMs) => {
        heardAtMs = clock.monotonicMs();
        log.info("hub-connected", { generation });
        parts.onWelcome?.({ timeMs, roundTripMs, generation });
      },
      onWentBack: (epoch) => parts.onWentBack?.(epoch),
      onMemory: async (recall) => parts.onMemory?.(recall),
      lacks: (resumeAfterSeq) => parts.lacks?.(resumeAfterSeq) ?? false,
      lastAgain,
      onUp: () => {
        pause.reached();
        become("connected");
      },
    });
    try {
      return await connection.ended;
    } finally {
      connection = null;
      if (!closed) become("away");
    }
  }

  async function run(dial: DialHub): Promise<void> {
    const identity = await parts.identity();
    let failures = 0;
    /** Why the last connection ended, where the site wanted that. */
    let lastAgain: LinkEnd["again"] = null;
    let refusals = 0;
    await pause.wait(chance() * firstDelayMsMax, true);
    while (!closed) {
      let end: LinkEnd & { reason: string } = { code: 1006, reason: "could not connect", welcomed: false, upMs: 0 };
      try {
        const socket = await dialWithin(dial);
        if (closed) return;
        end = await talk(socket, identity, lastAgain);
        refusals = end.refusedOwed === true ? refusals + 1 : 0;
        lastAgain = refusals < owedRefusalsMax ? end.again : "owed";
      } catch (error) {
        end = { ...end, reason: error instanceof Error ? error.message : String(error) };
      }
      if (closed) return;
      const retry = decideRetry(end, failures, chance(), parts.isWanUp?.() ?? false);
      const { code, reason } = end;
      if (retry.kind === "never") {
        log.error("hub-revoked", { code, reason });
        parts.onRevoked?.();
        return;
      }
      log.warn("hub-away", { code, reason, retryMs: retry.delayMs });
      failures = retry.failures;
      await pause.wait(retry.delayMs, retry.mayShorten);
    }
  }

  if (parts.dial !== null) run(parts.dial).catch((error) => log.error("hub-link-failed", { error: String(error) }));

  return {
    get state() {
      return state;
    },
    get silentForMs() {
      return heardAtMs === null ? null : clock.monotonicMs() - heardAtMs;
    },
    call: calls.call,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ping: () => connection?.ping(),
    redialSoon,
    async close() {
      if (closed) return;
      closed = true;
      dialling?.giveUp();
      calls.abandon();
      connection?.close(1001, "the agent is going down");
      pause.end();
    },
  };
}
