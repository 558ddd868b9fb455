/**
 * The host's link to the hub. The host proves its identity as an agent does. It asks for the list of sites when the hub announces a
 * change, and for enrolment tokens. It dials again after every cut, with jitter.
 */
import { type Answers, type CallPeer, type Calls, createAnswers, createCalls } from "@karibu/protocol/link/calls";
import {
  decodeFrame,
  encodeFrame,
  type Frame,
  type HubHello,
  supportedProtocols,
  type WelcomeFrame,
} from "@karibu/protocol/link/frame";
import { closeCodes, type LinkSocket } from "@karibu/protocol/link/link";
import { hostedSitesChanged } from "@karibu/protocol/rpc/hosted-sites";
import { routerTestsWait } from "@karibu/protocol/rpc/router/router-tests";
import { serve, servedByName } from "@karibu/protocol/rpc/rpc";
import type { Timer, World } from "@karibu/protocol/world";
import type { DialHub } from "../ground/hub-link.ts";
import { chanceOf } from "../sync/backoff.ts";
import { createHandshake } from "../sync/handshake.ts";
import type { AgentIdentity } from "../sync/identity.ts";
import { decideRetry, type LinkEnd } from "../sync/retry-policy.ts";

export interface HostLink {
  readonly isConnected: boolean;
  /** Number of connections since the start. */
  readonly connections: number;
  /** Rejects with Fault "hub/away", "hub/deadline", "hub/refused" or "hub/bad-answer". */
  readonly call: CallPeer;
  close(): Promise<void>;
}

export interface HostLinkParts {
  readonly dial: DialHub;
  /** Rejects when only a person can help. */
  readonly identity: () => Promise<AgentIdentity>;
  readonly version: string;
  /** Called when the link is up and when the hub announces a changed list. */
  readonly onChanged: () => void;
  /** Called when the hub says that tests of routers wait. */
  readonly onTests: () => void;
  /** Called when the hub, with its identity proved, revokes this host. */
  readonly onRevoked: () => void;
}

/** The first protocol has no hosts. */
const protocols = supportedProtocols.filter((version) => version >= 2);
const heartbeatMs = 30_000;
/** The host is near the hub, so a link that is silent for this long is dead. */
const silentMsMax = 60_000;
const handshakeMsMax = 20_000;
/** A hub that leaves this much unread does not read. */
const bufferedBytesMax = 4 * 1024 * 1024;

export function createHostLink(world: World, parts: HostLinkParts): HostLink {
  const { clock, log } = world;
  let send: (frame: Frame) => boolean = () => false;
  let hangUp: () => void = () => {};
  let pause: { readonly timer: Timer; over(): void } | null = null;
  const closing = new AbortController();
  let closed = false;
  let isConnected = false;
  let connections = 0;

  const calls = createCalls(world, "hub", (frame) => send(frame));
  const served = servedByName([
    serve(hostedSitesChanged, () => {
      parts.onChanged();
      return {};
    }),
    serve(routerTestsWait, () => {
      parts.onTests();
      return {};
    }),
  ]);
  const answers = createAnswers(world, (method, params, _id, signal) =>
    served(method).answer(undefined, params, signal),
  );

  function wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const over = () => {
        pause = null;
        resolve();
      };
      pause = { over, timer: clock.after(delayMs, over) };
    });
  }

  async function run(): Promise<void> {
    const identity = await parts.identity();
    for (let failures = 0; !closed; ) {
      let end: LinkEnd & { reason: string } = { code: 1006, reason: "could not connect", welcomed: false, upMs: 0 };
      try {
        const socket = await parts.dial(closing.signal);
        if (closed) return socket.close(1000, "not wanted any more");
        end = await talk(world, socket, { identity, version: parts.version, calls, answers, onUp, onReady });
      } catch (error) {
        end = { ...end, reason: error instanceof Error ? error.message : String(error) };
      }
      isConnected = false;
      send = () => false;
      if (closed) return;
      const retry = decideRetry(end, failures, chanceOf(world.random.bytes(4)));
      if (retry.kind === "never") {
        log.error("host-revoked", { reason: end.reason });
        return parts.onRevoked();
      }
      log.warn("host-link-away", { code: end.code, reason: end.reason, retryMs: retry.delayMs });
      failures = retry.failures;
      await wait(retry.delayMs);
    }
  }

  function onReady(close: () => void): void {
    hangUp = close;
  }

  function onUp(sendFrame: (frame: Frame) => boolean): void {
    send = sendFrame;
    isConnected = true;
    connections++;
    log.info("host-link-up", {});
    calls.resend();
    parts.onChanged();
  }

  run().catch((error) => log.error("host-link-failed", { error: String(error) }));

  return {
    get isConnected() {
      return isConnected;
    },
    get connections() {
      return connections;
    },
    call: calls.call,
    async close() {
      closed = true;
      closing.abort();
      calls.abandon();
      hangUp();
      pause?.timer.cancel();
      pause?.over();
    },
  };
}

interface Talk {
  readonly identity: AgentIdentity;
  readonly version: string;
  readonly calls: Calls;
  readonly answers: Answers;
  /** How to end it. */
  readonly onReady: (close: () => void) => void;
  readonly onUp: (send: (frame: Frame) => boolean) => void;
}

/** One connection, from its hello to its end. */
function talk(world: World, socket: LinkSocket, parts: Talk): Promise<LinkEnd & { reason: string }> {
  const { clock } = world;
  const { identity, calls, answers } = parts;
  return new Promise((resolve) => {
    const handshake = createHandshake(world.random, identity, protocols);
    let heardAtMs = clock.monotonicMs();
    let hasAnswered = false;
    let upSinceMs: number | null = null;
    let isOver = false;
    let watch: Timer = clock.after(handshakeMsMax, () => close(closeCodes.outOfStep, "the handshake took too long"));

    const end = (code: number, reason: string) => {
      if (isOver) return;
      isOver = true;
      watch.cancel();
      const upMs = upSinceMs === null ? 0 : clock.monotonicMs() - upSinceMs;
      resolve({ code, reason, welcomed: upSinceMs !== null, upMs });
    };
    const close = (code: number, reason: string) => {
      end(code, reason);
      socket.close(code, reason);
    };
    const send = (frame: Frame): boolean => {
      if (isOver) return false;
      if (socket.bufferedBytes() > bufferedBytesMax) {
        close(closeCodes.outOfStep, "the hub does not read what it is sent");
        return false;
      }
      socket.send(encodeFrame(frame));
      return true;
    };

    function answerHello(frame: HubHello): void {
      const proof = handshake.answer(frame, { epoch: "host", lastSeq: 0, generation: null });
      if (proof === null) {
        close(closeCodes.version, `protocol: this host speaks ${protocols.join(", ")}`);
        return;
      }
      hasAnswered = true;
      send({
        ...proof,
        agentVersion: parts.version,
        cursors: {},
        heartbeatSeconds: heartbeatMs / 1000,
      });
    }

    function takeWelcome(frame: WelcomeFrame): void {
      if (!handshake.isOfHub(frame)) {
        close(closeCodes.unauthorised, "signature: this is not the hub that enrolled this host");
        return;
      }
      upSinceMs = clock.monotonicMs();
      watch.cancel();
      keepAlive();
      parts.onUp(send);
    }

    function keepAlive(): void {
      watch = clock.after(heartbeatMs / 2, () => {
        const silentMs = clock.monotonicMs() - heardAtMs;
        if (silentMs >= silentMsMax) return close(closeCodes.outOfStep, "the hub fell silent");
        if (silentMs >= heartbeatMs) send({ type: "ping" });
        keepAlive();
      });
    }

    function onFrame(frame: Frame): void {
      if (frame.type === "hello" && frame.role === "hub" && !hasAnswered) answerHello(frame);
      else if (frame.type === "welcome" && hasAnswered && upSinceMs === null) takeWelcome(frame);
      else if (upSinceMs === null) close(closeCodes.badFrame, `type: ${frame.type} does not belong here`);
      else if (frame.type === "rpc")
        void answers.answer(frame).then((reply) => void (reply !== "too-late" && send(reply)));
      else if (frame.type === "reply") calls.onReply(frame);
      else if (frame.type === "cancel") answers.cancel(frame.id);
      else if (frame.type !== "pong") close(closeCodes.badFrame, `type: ${frame.type} is not for a host`);
    }

    parts.onReady(() => close(1001, "the host is going down"));
    socket.onClose(end);
    socket.onMessage((text) => {
      if (isOver) return;
      heardAtMs = clock.monotonicMs();
      const decoded = decodeFrame(text);
      if ("frame" in decoded) onFrame(decoded.frame);
      else close(closeCodes.badFrame, `${decoded.refused.field}: ${decoded.refused.message}`);
    });
  });
}
