/**
 * The part of an agent that the hub can see: it proves its identity, follows the feed and acknowledges it, sends journal frames
 * within the window, comes back by the real retry policy. No disk, no sessions, so that thousands fit in a process.
 */
import { chanceOf } from "@karibu/agent/sync/backoff";
import { decideRetry } from "@karibu/agent/sync/retry-policy";
import { voucherGrantId } from "@karibu/protocol/grant-id";
import { encodeFrame, protocolVersion } from "@karibu/protocol/link/frame";
import { type LinkKeys, signProof } from "@karibu/protocol/link/link-keys";
import { agentProof } from "@karibu/protocol/link/link-proof";
import type { Random } from "@karibu/protocol/world";
import WebSocket from "ws";

export interface LightAgentParts {
  readonly siteId: string;
  readonly keys: LinkKeys;
  readonly random: Random;
  readonly url: () => string;
  /** The first dial of a start: later ones follow the retry policy. */
  readonly onInStep: () => void;
  readonly onRow: (key: string, body: unknown) => void;
  readonly onAcked: (records: number) => void;
  /** What it answers a call of the hub, and after what delay. Absent: it answers none. */
  readonly answer?: (method: string) => { readonly result: unknown; readonly delayMs: number } | null;
}

export interface JournalLoad {
  /** In flight at once. */
  readonly frames: number;
  /** In each frame. */
  readonly records: number;
  /** 1: a session ends before the next begins, so that a frame has whole ones. More: reports of the sessions alternate. */
  readonly sessionsAtOnce: number;
}

export interface LightAgent {
  dial(): void;
  readonly inStep: boolean;
  /** Keeps frames of records in flight until the next order (no frames: it stops). */
  load(load: JournalLoad): void;
  stop(): void;
}

export function createLightAgent(parts: LightAgentParts): LightAgent {
  const { siteId, keys, random } = parts;
  const cursors: Record<string, number> = {};
  const epoch = `bench-${siteId}`;
  let generation: string | null = null;
  let socket: WebSocket | null = null;
  let welcomed = false;
  let welcomedAtMs = 0;
  let failures = 0;
  let behind = new Set<string>();
  let inStep = false;
  let seq = 0;
  let ackedSeq = 0;
  let sentSeq = 0;
  let window: JournalLoad = { frames: 0, records: 0, sessionsAtOnce: 1 };
  let inFlight = 0;
  let stopped = false;

  function dial(): void {
    if (stopped) return;
    welcomed = false;
    inStep = false;
    const made = new WebSocket(parts.url(), {
      perMessageDeflate: false,
      maxPayload: 1 << 20,
      handshakeTimeout: 20_000,
    });
    socket = made;
    made.on("message", (data) => onFrame(made, JSON.parse(data.toString())));
    made.on("error", () => {});
    made.on("close", (code) => {
      inStep = false;
      socket = null;
      if (stopped) return;
      const upMs = welcomed ? performance.now() - welcomedAtMs : 0;
      const retry = decideRetry({ code, welcomed, upMs }, failures, chanceOf(random.bytes(4)));
      if (retry.kind === "never") return;
      failures = retry.failures;
      setTimeout(dial, retry.delayMs);
    });
  }

  // biome-ignore lint/suspicious/noExplicitAny: the hub under test is trusted here; what it says was checked by its own tests
  function onFrame(from: WebSocket, frame: any): void {
    if (frame.type === "hello") {
      const nonce = Buffer.from(random.bytes(24)).toString("base64");
      const place = { epoch, lastSeq: seq, cursors, generation };
      const who = { protocol: protocolVersion, siteId, nonce, agentVersion: "0.1.0" };
      const greeting = { hubNonce: frame.nonce, offered: frame.protocols, hello: { ...who, ...place } };
      const signature = signProof(keys, agentProof(greeting));
      from.send(encodeFrame({ type: "hello", role: "agent", signature, ...who, ...place }));
    } else if (frame.type === "welcome") {
      welcomed = true;
      welcomedAtMs = performance.now();
      behind = new Set(generation === frame.generation ? [] : ["provider", "site"]);
      generation = frame.generation;
      sentSeq = ackedSeq = frame.resumeAfterSeq;
      inFlight = 0;
      if (behind.size === 0) becomeInStep();
    } else if (frame.type === "feed") {
      for (const row of frame.rows) parts.onRow(row.key, row.body);
      cursors[frame.scope] = frame.version;
      from.send(encodeFrame({ type: "applied", scope: frame.scope, version: frame.version }));
      if (frame.last && behind.delete(frame.scope) && behind.size === 0) becomeInStep();
    } else if (frame.type === "rpc") {
      const answer = parts.answer?.(frame.method) ?? null;
      if (answer === null) return;
      const say = () =>
        from.readyState === WebSocket.OPEN &&
        from.send(JSON.stringify({ type: "reply", id: frame.id, result: answer.result }));
      if (answer.delayMs === 0) say();
      else setTimeout(say, answer.delayMs);
    } else if (frame.type === "ack") {
      parts.onAcked(frame.seq - ackedSeq);
      ackedSeq = frame.seq;
      inFlight = Math.max(0, inFlight - 1);
      pump();
    }
  }

  function becomeInStep(): void {
    inStep = true;
    failures = 0;
    parts.onInStep();
    pump();
  }

  function pump(): void {
    while (inStep && inFlight < window.frames) {
      const records = [];
      for (let index = 0; index < window.records; index++)
        records.push(recordOf(siteId, ++sentSeq, window.sessionsAtOnce));
      seq = Math.max(seq, sentSeq);
      inFlight++;
      socket?.send(JSON.stringify({ type: "journal", epoch, records }));
    }
  }

  return {
    dial,
    get inStep() {
      return inStep;
    },
    load(load) {
      window = load;
      pump();
    },
    stop() {
      stopped = true;
      socket?.terminate();
    },
  };
}

/** A site's usual mixture: a session is a start, three reports of use, and a stop. */
function recordOf(siteId: string, seq: number, atOnce: number): Record<string, unknown> {
  const session = Math.floor(seq / (5 * atOnce)) * atOnce + (seq % atOnce);
  const atMs = 1_790_000_000_000 + seq * 1000;
  const stamp = { seq, atMs, clock: "synced", upMs: seq * 1000 };
  const sessionKey = `${siteId}-${atOnce}-${session}`;
  const step = Math.floor((seq % (5 * atOnce)) / atOnce);
  if (step === 0) {
    const start = {
      sessionId: `8010${session}`,
      nas: "router",
      grantId: voucherGrantId({ batchId: "bench", serial: session }),
      user: "12345-67890",
    };
    const where = { mac: "02:00:00:00:00:01", address: "10.5.50.7", startedAtMs: atMs };
    return { ...stamp, kind: "session-started", sessionKey, ...start, ...where };
  }
  const counters = { inputBytes: step * 1_000_003, outputBytes: step * 9_000_017, onlineSeconds: step * 60 };
  if (step < 4) return { ...stamp, kind: "session-used", sessionKey, ...counters };
  return { ...stamp, kind: "session-stopped", sessionKey, ...counters, cause: "user-request", stoppedAtMs: atMs };
}
