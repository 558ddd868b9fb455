/**
 * The RADIUS client for Disconnect- and CoA-Requests. Each goes to the session's own router: over the connection that it speaks RADIUS over
 * TLS on, and where that brings no answer, or there is none, to where its packets come from. If nothing answers there (the packets
 * were masqueraded), the configured host is asked too, and only its ACK counts: any router can say that it has no such session. RouterOS finds a hotspot session only by User-Name, Acct-Session-Id and Framed-IP-Address
 * together. An ACK does not prove that the session ended: the caller checks.
 * @see RFC 5176 §2, §3; RFC 6614 §2.1
 */

import { type Attribute, decodePacket } from "@karibu/protocol/radius/codec";
import { codes } from "@karibu/protocol/radius/codes";
import { headerBytes } from "@karibu/protocol/radius/packet-index";
import { replyIsAuthentic, sealRequest } from "@karibu/protocol/radius/seal";
import type { World } from "@karibu/protocol/world";
import type {
  CoaAnswer,
  DynamicAuthorization,
  SessionChange,
  SessionIdentity,
} from "../../ground/dynamic-authorization.ts";
import type { RadiusStream } from "../../ground/radius-streams.ts";
import type { Udp, UdpSocket } from "../../ground/udp.ts";
import { identityOf, type RouterIdentity } from "../../state/router-address.ts";
import type { RadiusDialect } from "../dialects/dialect.ts";
import { dialectOf } from "../dialects/dialects.ts";
import { radsecSecret } from "../wire/radsec-secret.ts";
import type { RouterStreams } from "./router-streams.ts";

export interface CoaClient extends DynamicAuthorization {
  readonly counters: Readonly<
    Record<"requests" | "retransmissions" | "acks" | "naks" | "noAnswers" | "badReplies", number>
  >;
  /** Takes an answer that came over a router's connection. */
  receive(packet: Uint8Array, over: RadiusStream): void;
  close(): Promise<void>;
}

export interface CoaClientSettings {
  /** For sessions whose router is not known, or does not answer at its address. */
  readonly host: string;
  readonly port: number;
  readonly secret: string;
  /** The secret of the router at this address; absent: all have the same. */
  readonly secretOf?: (address: string) => string;
  /** In which attributes the router at this address reads its speed; absent: all in MikroTik's. */
  readonly dialectOf?: (address: string) => RadiusDialect;
  /** Routers that speak RADIUS over TLS. Absent: none. */
  readonly routers?: Pick<RouterStreams, "of" | "isKnown" | "forget">;
  /** How long to wait after each transmission. One transmission per entry. */
  readonly waitsMs?: readonly number[];
}

/** Where a request goes, and what it is signed with. */
interface Target {
  readonly host: string;
  readonly secret: string;
  /** Null: by a datagram. */
  readonly over: RadiusStream | null;
}

interface Pending extends Pick<Target, "secret" | "over"> {
  readonly authenticator: Uint8Array;
  readonly requestCode: number;
  answer(answer: CoaAnswer): void;
}

const defaultWaitsMs = [1000, 2000, 3000];
/** A connection loses nothing: one transmission. */
const overStreamMs = [3000];
/** A connection over which so many requests in a row got no answer carries none: its client takes no Disconnects there (radsecproxy). */
const unansweredMax = 2;
const allIds = 256;
/** RFC 5176 §3.5: Session Context Not Found. */
const sessionNotFound = 503;
/** The request that each reply code belongs to, and what the reply says. */
const replyCodes = new Map<number, { request: number; answer: "ack" | "nak" }>([
  [codes.disconnectAck, { request: codes.disconnectRequest, answer: "ack" }],
  [codes.disconnectNak, { request: codes.disconnectRequest, answer: "nak" }],
  [codes.coaAck, { request: codes.coaRequest, answer: "ack" }],
  [codes.coaNak, { request: codes.coaRequest, answer: "nak" }],
]);

/** Opens its socket with the first request. Up to 256 requests are out at once; more wait for a free identifier. */
export function createCoaClient(world: World, udp: Udp, settings: CoaClientSettings): CoaClient {
  const waitsMs = settings.waitsMs ?? defaultWaitsMs;
  const pending = new Map<number, Pending>();
  /** Identifiers in use: from before the packet is built until after its answer. */
  const taken = new Set<number>();
  const queue: (() => void)[] = [];
  const counters = { requests: 0, retransmissions: 0, acks: 0, naks: 0, noAnswers: 0, badReplies: 0 };
  const sockets = new Map<"0.0.0.0" | "::", Promise<UdpSocket>>();
  /** By connection, requests in a row without an answer. */
  const unanswered = new WeakMap<RadiusStream, number>();
  let nextId = 0;
  let closed = false;

  function openFor(host: string): Promise<UdpSocket> {
    const address = host.includes(":") ? "::" : "0.0.0.0";
    const opened = sockets.get(address);
    if (opened !== undefined) return opened;
    const socket = udp.bind({
      port: 0,
      address,
      onMessage: (packet) => receive(packet, null),
      onError: (error) => world.log.warn("disconnect-socket", { error: error.message }),
    });
    sockets.set(address, socket);
    socket.catch(() => sockets.delete(address)); // the next request tries again
    return socket;
  }

  function receive(packet: Uint8Array, over: RadiusStream | null): void {
    const decoded = decodePacket(packet);
    const reply = decoded.kind === "packet" ? replyCodes.get(decoded.packet.code) : undefined;
    const asked = reply === undefined ? undefined : pending.get(packet[1] as number);
    if (
      decoded.kind !== "packet" ||
      reply === undefined ||
      asked === undefined ||
      asked.requestCode !== reply.request ||
      asked.over !== over || // everybody knows the secret of connections
      !replyIsAuthentic(packet, asked.authenticator, asked.secret)
    ) {
      counters.badReplies++;
      return;
    }
    const cause = decoded.packet.attributes.find((each) => "name" in each && each.name === "errorCause")?.value;
    if (reply.answer === "nak") world.log.info("router-refused", { code: decoded.packet.code, cause: cause ?? null });
    // RouterOS may leave the cause out: then it knows no such session.
    const isKnown = reply.answer === "nak" && cause !== undefined && cause !== sessionNotFound;
    asked.answer(isKnown ? "refused" : reply.answer);
  }

  async function takeId(): Promise<number> {
    while (taken.size >= allIds) await new Promise<void>((resolve) => queue.push(resolve));
    while (taken.has(nextId)) nextId = (nextId + 1) % allIds;
    const id = nextId;
    nextId = (nextId + 1) % allIds;
    taken.add(id);
    return id;
  }

  function freeId(id: number): void {
    taken.delete(id);
    queue.shift()?.();
  }

  /** Asks the session's own router, and where that is silent, the configured host. */
  async function ask(code: number, session: SessionIdentity, change: readonly Attribute[] = []): Promise<CoaAnswer> {
    const own = session.router === null ? null : identityOf(session.router);
    const attributes = [...timestamp(), ...routerAttributes(own), ...sessionAttributes(session), ...change];
    const configured: Target = { host: settings.host, secret: settings.secret, over: null };
    if (own === null || session.router === null) return await askAt(configured, code, attributes);
    const over = settings.routers?.of(session.router) ?? null;
    if (over !== null && (unanswered.get(over) ?? 0) < unansweredMax) {
      const answer = await askAt({ host: own.host, secret: radsecSecret, over }, code, attributes);
      if (answer !== "no-answer") {
        unanswered.delete(over);
        return answer;
      }
      unanswered.set(over, (unanswered.get(over) ?? 0) + 1);
    }
    const answer = await askByDatagram(session.router, own.host, code, attributes);
    if (answer !== "no-answer" || own.host === settings.host || isLoopback(settings.host)) return answer;
    return (await askAt(configured, code, attributes)) === "ack" ? "ack" : "no-answer";
  }

  /**
   * RouterOS has one secret for a server: that of TLS, where it asks by TLS. One that is silent to that may ask by UDP again. Only its
   * answer to this very request proves that, and is remembered: requests can be played back, and most prove no sender.
   */
  async function askByDatagram(
    router: string,
    host: string,
    code: number,
    attributes: readonly Attribute[],
  ): Promise<CoaAnswer> {
    const secret = settings.secretOf?.(host) ?? settings.secret;
    if (settings.routers?.isKnown(router) !== true) return await askAt({ host, secret, over: null }, code, attributes);
    const answer = await askAt({ host, secret: radsecSecret, over: null }, code, attributes);
    if (answer !== "no-answer") return answer;
    const byUdp = await askAt({ host, secret, over: null }, code, attributes);
    if (byUdp !== "no-answer") settings.routers.forget(router);
    return byUdp;
  }

  /** The time of the request: a router may refuse an older one as a replay. A clock that does not know the time says none. */
  function timestamp(): Attribute[] {
    const { atMs, quality, likelyMs = atMs } = world.clock.wall();
    return quality === "unknown" ? [] : [{ name: "eventTimestamp", value: Math.floor(likelyMs / 1000) }];
  }

  async function askAt(to: Target, code: number, attributes: readonly Attribute[]): Promise<CoaAnswer> {
    if (closed) return "no-answer";
    let opened: UdpSocket | null = null;
    try {
      if (to.over === null) opened = await openFor(to.host);
    } catch (error) {
      world.log.error("disconnect-socket", { error: error instanceof Error ? error.message : String(error) });
      counters.noAnswers++;
      return "no-answer";
    }
    const id = await takeId();
    try {
      const packet = sealRequest(
        {
          code,
          id,
          authenticator: new Uint8Array(16),
          attributes: [{ name: "messageAuthenticator", value: new Uint8Array(16) }, ...attributes],
        },
        to.secret,
      );
      counters.requests++;
      const answer = await exchange(opened, to, { id, requestCode: code, packet });
      counters[answer === "ack" ? "acks" : answer === "no-answer" ? "noAnswers" : "naks"]++;
      return answer;
    } finally {
      freeId(id);
    }
  }

  /** Sends the same bytes each time: a retransmission keeps identifier and authenticator (RFC 5176 §2.3). */
  function exchange(
    opened: UdpSocket | null,
    to: Target,
    { id, requestCode, packet }: { readonly id: number; readonly requestCode: number; readonly packet: Buffer },
  ): Promise<CoaAnswer> {
    return new Promise((resolve) => {
      let timer: { cancel(): void } | null = null;
      let tries = 0;
      const answer = (answered: CoaAnswer) => {
        timer?.cancel();
        pending.delete(id);
        resolve(answered);
      };
      const transmit = () => {
        const waitMs = (to.over === null ? waitsMs : overStreamMs)[tries];
        if (waitMs === undefined || closed) return answer("no-answer");
        if (tries++ > 0) counters.retransmissions++;
        timer = world.clock.after(waitMs, transmit);
        if (to.over !== null) to.over.send(packet);
        else opened?.send(packet, { address: to.host, port: settings.port });
      };
      pending.set(id, {
        secret: to.secret,
        over: to.over,
        authenticator: packet.subarray(4, headerBytes),
        requestCode,
        answer,
      });
      transmit();
    });
  }

  return {
    counters,
    receive,
    disconnect: (session) => ask(codes.disconnectRequest, session),
    change(session, change) {
      const host = session.router === null ? settings.host : identityOf(session.router).host;
      return ask(codes.coaRequest, session, changeAttributes(change, settings.dialectOf?.(host) ?? dialectOf()));
    },
    async close() {
      closed = true;
      for (const each of [...pending.values()]) each.answer("no-answer");
      for (const resume of queue.splice(0)) resume();
      for (const opened of await Promise.allSettled(sockets.values()))
        if (opened.status === "fulfilled") await opened.value.close();
    },
  };
}

/** A router that gets another's request by mistake answers with Error-Cause 403 instead of "no such session". RFC 5176 §3 */
function routerAttributes(own: RouterIdentity | null): Attribute[] {
  if (own?.ownAddress?.includes(":")) return [{ name: "nasIpv6Address", value: own.ownAddress }];
  if (own !== null && own.ownAddress !== null) return [{ name: "nasIpAddress", value: own.ownAddress }];
  return own === null || own.name === null ? [] : [{ name: "nasIdentifier", value: own.name }];
}

/** The default of a site that names no host: no other machine's sessions are there. */
const isLoopback = (host: string): boolean => /^(127\.|::1$|localhost$)/.test(host);

function sessionAttributes(session: SessionIdentity): Attribute[] {
  return [
    { name: "userName", value: session.user },
    { name: "acctSessionId", value: session.sessionId },
    ...(session.address === null ? [] : [{ name: "framedIpAddress", value: session.address } as const]),
    ...(session.mac === null ? [] : [{ name: "callingStationId", value: session.mac } as const]),
  ];
}

function changeAttributes(change: SessionChange, dialect: RadiusDialect): Attribute[] {
  return [
    ...(change.rate === undefined ? [] : dialect.speedChange(change.rate)),
    ...(change.sessionSeconds === undefined ? [] : [{ name: "sessionTimeout", value: change.sessionSeconds } as const]),
    ...(change.idleSeconds === undefined ? [] : [{ name: "idleTimeout", value: change.idleSeconds } as const]),
  ];
}
