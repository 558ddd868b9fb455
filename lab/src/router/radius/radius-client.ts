/**
 * RouterOS' RADIUS client: one socket, the same bytes again after a time-out, the next server after three sends. It drops replies
 * that it does not trust. @see RFC 2865 §2.5, RFC 5080 §2.2.1
 */
import type { Udp, UdpPeer, UdpSocket } from "@karibu/agent/ground/udp";
import type { Timer, World } from "@karibu/protocol/world";
import type { RadiusServer, RouterKnobs, RouterOptions } from "../model/router-options.ts";
import type { PacketTrace } from "./packet-trace.ts";
import { type Attribute, checkReply, decodePacket, encodeRequest, type RadiusPacket } from "./radius-wire.ts";

/** `/radius/monitor`. */
export interface RadiusCounters {
  requests: number;
  accepts: number;
  rejects: number;
  resends: number;
  timeouts: number;
  badReplies: number;
  lastRequestRttMs: number;
}

export interface RadiusClient {
  /** Null: no server answered, or the power was cut. The wait is bounded by the number of servers and their time-outs. */
  ask(code: RequestCode, attributes: readonly Attribute[]): Promise<RadiusPacket | null>;
  readonly counters: RadiusCounters;
  pending(): number;
  /** Ends all pending requests without an answer. */
  close(): Promise<void>;
}

type RequestCode = "Access-Request" | "Accounting-Request";

interface Pending {
  readonly server: RadiusServer;
  readonly port: number;
  readonly secret: string;
  readonly bytes: Buffer;
  readonly code: RequestCode;
  readonly firstSentMs: number;
  sends: number;
  timer: Timer;
  settle: (reply: RadiusPacket | null) => void;
}

export async function openRadiusClient(
  world: World,
  udp: Udp,
  options: RouterOptions,
  knobs: RouterKnobs,
  trace: PacketTrace,
): Promise<RadiusClient> {
  const counters: RadiusCounters = {
    requests: 0,
    accepts: 0,
    rejects: 0,
    resends: 0,
    timeouts: 0,
    badReplies: 0,
    lastRequestRttMs: 0,
  };
  const pending = new Map<number, Pending>();
  const waitingForIdentifier: (() => void)[] = [];
  let nextIdentifier = world.random.bytes(1)[0] ?? 0;
  let open = true;

  const socket: UdpSocket = await udp.bind({
    port: 0,
    onMessage: (bytes, from) => receive(bytes, from),
    onError: (error) => world.log.warn("router-radius-socket-error", { message: error.message }),
  });

  async function takeIdentifier(): Promise<number> {
    while (open && pending.size >= 256) await new Promise<void>((resolve) => waitingForIdentifier.push(resolve));
    while (pending.has(nextIdentifier)) nextIdentifier = (nextIdentifier + 1) & 0xff;
    const identifier = nextIdentifier;
    nextIdentifier = (nextIdentifier + 1) & 0xff;
    return identifier;
  }

  function receive(datagram: Uint8Array, from: UdpPeer) {
    if (!open) return;
    let reply: RadiusPacket;
    try {
      reply = decodePacket(datagram);
    } catch {
      counters.badReplies++;
      return;
    }
    const asked = pending.get(reply.identifier);
    if (!asked || from.port !== asked.port || from.address !== asked.server.address) return;
    const access = asked.code === "Access-Request";
    const fits = access ? /^Access-(Accept|Reject|Challenge)$/.test(reply.code) : reply.code === "Accounting-Response";
    const demand = access && options.requireMessageAuth === "yes-for-request-resp";
    const problem = fits ? checkReply(asked.bytes, reply, asked.secret, demand) : "wrong-code";
    if (problem !== null) {
      counters.badReplies++;
      trace.add("in", reply, `dropped: ${problem}`);
      return;
    }
    trace.add("in", reply);
    counters.lastRequestRttMs = world.clock.monotonicMs() - asked.firstSentMs;
    if (reply.code === "Access-Accept") counters.accepts++;
    if (reply.code === "Access-Reject") counters.rejects++;
    finish(reply.identifier, reply);
  }

  function finish(identifier: number, reply: RadiusPacket | null) {
    const asked = pending.get(identifier);
    if (!asked) return;
    pending.delete(identifier);
    asked.timer.cancel();
    waitingForIdentifier.shift()?.();
    asked.settle(reply);
  }

  function send(identifier: number, asked: Pending) {
    asked.sends++;
    if (asked.sends > 1) counters.resends++;
    trace.add("out", decodePacket(asked.bytes), asked.sends > 1 ? `send ${asked.sends}` : null);
    socket.send(asked.bytes, { address: asked.server.address, port: asked.port });
    asked.timer = world.clock.after(options.radiusTimeoutMs, () => {
      if (asked.sends < options.radiusSends) return send(identifier, asked);
      counters.timeouts++;
      finish(identifier, null);
    });
  }

  async function askServer(server: RadiusServer, code: RequestCode, attributes: readonly Attribute[]) {
    const identifier = await takeIdentifier();
    if (!open) return null;
    counters.requests++;
    const secret = knobs.radiusSecret ?? server.secret;
    const authenticator = Buffer.from(world.random.bytes(16));
    return await new Promise<RadiusPacket | null>((settle) => {
      const asked: Pending = {
        server,
        port: code === "Access-Request" ? server.authPort : server.acctPort,
        secret,
        bytes: encodeRequest({ code, identifier, secret, authenticator, attributes }),
        code,
        firstSentMs: world.clock.monotonicMs(),
        sends: 0,
        timer: { cancel: () => {} },
        settle,
      };
      pending.set(identifier, asked);
      send(identifier, asked);
    });
  }

  return {
    counters,
    pending: () => pending.size,
    async ask(code, attributes) {
      for (const server of options.radiusServers) {
        const reply = await askServer(server, code, attributes);
        if (reply !== null || !open) return open ? reply : null;
      }
      return null;
    },
    async close() {
      open = false;
      for (const identifier of [...pending.keys()]) finish(identifier, null);
      for (const wake of waitingForIdentifier.splice(0)) wake();
      await socket.close();
    },
  };
}
