/**
 * One datagram in, at most one reply out, exactly one decision: the RADIUS server without its sockets.
 *
 * What is wrong with a packet is counted and the packet dropped, as the RFCs say: an answer would tell a stranger
 * something, and a NAS asks again. A reply leaves only after what it promises is on disk.
 * @see RFC 2865, RFC 2866, RFC 2869 §5.14, RFC 5080 §2.2, RFC 5997
 */
import type { World } from "@karibu/protocol/world";
import type { Access, LogInRequest, Prepared } from "../../access/access.ts";
import type { UdpPeer } from "../../ground/udp.ts";
import { attributes, codes, statusTypes } from "../wire/attributes.ts";
import { createPacketIndex, packetBytesMax, scanPacket } from "../wire/codec.ts";
import { readReport } from "./accounting-request.ts";
import { createClientFinder, type RadiusClient } from "./clients.ts";
import { createCounters, type RadiusCounters } from "./counters.ts";
import { createComplaints } from "./dropped-packets.ts";
import { createDuplicateCache, keepReply, type ReplySlot, replyOf } from "./duplicates.ts";
import { createLateReplies, type SendReply } from "./late-replies.ts";
import { createLogInReply } from "./log-in-reply.ts";
import { createLogInReader } from "./log-in-request.ts";
import { createWorkbench } from "./packet-memory.ts";
import { createReplyWriter } from "./reply-writer.ts";
import { createRequestView } from "./request-view.ts";

/** Which of the server's two ports a packet came to. */
export type Face = "auth" | "acct";

export interface RadiusHandler {
  handle(face: Face, packet: Uint8Array, from: UdpPeer, send: SendReply): void;
  /** Frees what is kept for retransmissions that can no longer come. */
  sweep(): void;
  readonly counters: RadiusCounters;
}

export interface HandlerSettings {
  readonly clients: readonly RadiusClient[];
}

const sourcesMax = 4096;
/** How long a retransmission may take; RFC 5080 §2.2.2 asks for 5 to 30 seconds. */
const keepMs = 30_000;

export function createRadiusHandler(world: World, access: Access, settings: HandlerSettings): RadiusHandler {
  const { clients } = settings;
  const clientOf = createClientFinder(clients);
  const { bench, placed } = createWorkbench(clients.map((client) => client.secret));
  const octets = new Uint8Array(bench.memory.buffer);
  const counters = createCounters();
  const index = createPacketIndex();
  const view = createRequestView(bench, index);
  const logIns = createLogInReader(bench, index, view);
  const writer = createReplyWriter(bench);
  const writeLogInReply = createLogInReply({ writer, view, logIns, random: world.random, clients });
  const caches = {
    auth: createDuplicateCache({ keepMs, sourcesMax }),
    acct: createDuplicateCache({ keepMs, sourcesMax }),
  };
  const { malformed, badAuthenticator, notDurable, failed } = createComplaints(world, counters);
  const lateReplies = createLateReplies({ refused: notDurable, failed: (error) => failed("acct", error) });

  /** Signs the reply that the writer holds. Its length; 0: it is longer than a packet may be. */
  function sign(client: number): number {
    const proxyStateAt = index.standard[attributes.proxyState.type] as number;
    if (proxyStateAt !== 0) writer.proxyStates(proxyStateAt, index.length);
    const length = writer.length();
    if (length > packetBytesMax) {
      malformed("reply-too-long");
      return 0;
    }
    bench.signReply(placed[client]!, length, writer.finish());
    return length;
  }

  /** Signs and keeps it. False when it is too long. */
  function complete(client: number, slot: ReplySlot): boolean {
    const length = sign(client);
    if (length === 0) slot.state = "free";
    else keepReply(slot, octets, bench.replyAt, length);
    return length !== 0;
  }

  /** Sends now, or when the promise says that it is on disk; forgets the request when it says that it is not. */
  function leave(
    slot: ReplySlot,
    durable: Promise<unknown> | null,
    to: UdpPeer,
    send: SendReply,
    done: () => void,
  ): void {
    if (durable === null) {
      slot.state = "answered";
      done();
      send(replyOf(slot), to);
      return;
    }
    lateReplies.add(durable, slot, to, send, done);
  }

  /** Null: this packet was dealt with before, and answered again if it could be. */
  function claimSlot(face: Face, packet: Uint8Array, from: UdpPeer, send: SendReply): ReplySlot | null {
    const slot = caches[face].claim(packet, from, world.clock.monotonicMs());
    if (slot === null) {
      counters.duplicatesInFlight++;
      return null;
    }
    if (slot.state === "answered") {
      counters.duplicates++;
      send(replyOf(slot), from);
      return null;
    }
    return slot;
  }

  function logIn(client: number, packet: Uint8Array, from: UdpPeer, send: SendReply): void {
    const secret = placed[client]!;
    const messageAuthenticatorAt = index.standard[attributes.messageAuthenticator.type] as number;
    if (messageAuthenticatorAt === 0) {
      if (clients[client]!.requireMessageAuthenticator) {
        counters.missingMessageAuthenticators++;
        return;
      }
    } else if (!bench.messageAuthenticatorFits(secret, messageAuthenticatorAt, index.length)) {
      badAuthenticator(from);
      return;
    }
    const reason = logIns.check();
    if (reason !== null) {
      malformed(reason);
      return;
    }
    const slot = claimSlot("auth", packet, from, send);
    if (slot === null) return;
    let preparing: Promise<Prepared> | null = null;
    try {
      const request = logIns.read(secret, from.address);
      preparing = access.prepare?.(request) ?? null;
      if (preparing === null) {
        decideLogIn(client, slot, request, undefined, packet, from, send);
        return;
      }
    } catch (error) {
      slot.state = "free";
      throw error;
    } finally {
      logIns.forget();
    }
    logInLater(preparing, client, slot, Buffer.from(packet), from, send);
  }

  /** Somebody is asked first. Meanwhile the bench serves others: the packet is laid on it anew. */
  function logInLater(
    preparing: Promise<Prepared>,
    client: number,
    slot: ReplySlot,
    packet: Uint8Array,
    from: UdpPeer,
    send: SendReply,
  ): void {
    const turn = slot.turn;
    preparing
      .then((prepared) => {
        if (slot.turn !== turn) return; // the NAS has given up and uses the identifier for something else
        scanPacket(bench.memory, bench.requestAt, bench.load(packet), index);
        try {
          const wrong = logIns.check(); // finds the parts again; it was right before
          if (wrong !== null) throw new Error(`a log-in that was right is ${wrong} the second time`);
          decideLogIn(client, slot, logIns.read(placed[client]!, from.address), prepared, packet, from, send);
        } finally {
          logIns.forget();
        }
      })
      .catch((error: unknown) => {
        if (slot.turn === turn) slot.state = "free";
        failed("auth", error);
      });
  }

  function decideLogIn(
    client: number,
    slot: ReplySlot,
    request: LogInRequest,
    prepared: Prepared | undefined,
    packet: Uint8Array,
    from: UdpPeer,
    send: SendReply,
  ): void {
    const decision = access.logIn(request, prepared);
    writeLogInReply(decision, packet, client);
    if (!complete(client, slot)) return;
    if (decision.kind === "accept") {
      leave(slot, decision.durable, from, send, countAccept);
      return;
    }
    counters.rejectsByReason[decision.reason] = (counters.rejectsByReason[decision.reason] ?? 0) + 1;
    leave(slot, null, from, send, countReject);
  }

  const countAccept = () => {
    counters.accepts++;
  };
  const countReject = () => {
    counters.rejects++;
  };
  const countAccounting = () => {
    counters.accountingResponses++;
  };

  function account(client: number, packet: Uint8Array, from: UdpPeer, send: SendReply): void {
    const secret = placed[client]!;
    const messageAuthenticatorAt = index.standard[attributes.messageAuthenticator.type] as number;
    bench.zeroRequestAuthenticator();
    if (
      (messageAuthenticatorAt !== 0 && !bench.messageAuthenticatorFits(secret, messageAuthenticatorAt, index.length)) ||
      !bench.requestAuthenticatorFits(secret, index.length)
    ) {
      badAuthenticator(from);
      return;
    }
    const status = view.u32(attributes.acctStatusType.type);
    if (status === null) {
      malformed("missing-status-type");
      return;
    }
    const nas = view.nas(from.address);
    const report = status === statusTypes.on || status === statusTypes.off ? null : readReport(view, status, nas);
    if (typeof report === "string") {
      malformed(report);
      return;
    }
    const slot = claimSlot("acct", packet, from, send);
    if (slot === null) return;
    writer.begin(codes.accountingResponse, packet[1] as number, messageAuthenticatorAt !== 0);
    if (!complete(client, slot)) return;
    try {
      const durable = report === null ? access.nasRestarted(nas) : access.account(report);
      leave(slot, durable, from, send, countAccounting);
    } catch (error) {
      slot.state = "free";
      throw error;
    }
  }

  /** "Are you there?" Answered each time anew, and only to those who know the secret (RFC 5997 §3). */
  function status(face: Face, client: number, packet: Uint8Array, from: UdpPeer, send: SendReply): void {
    const messageAuthenticatorAt = index.standard[attributes.messageAuthenticator.type] as number;
    if (messageAuthenticatorAt === 0) {
      counters.missingMessageAuthenticators++;
      return;
    }
    if (!bench.messageAuthenticatorFits(placed[client]!, messageAuthenticatorAt, index.length)) {
      badAuthenticator(from);
      return;
    }
    writer.begin(face === "auth" ? codes.accessAccept : codes.accountingResponse, packet[1] as number, true);
    const length = sign(client);
    if (length !== 0) send(Buffer.from(bench.memory.subarray(bench.replyAt, bench.replyAt + length)), from);
  }

  return {
    counters,
    sweep() {
      const nowMs = world.clock.monotonicMs();
      caches.auth.sweep(nowMs);
      caches.acct.sweep(nowMs);
    },
    handle(face, packet, from, send) {
      const client = clientOf(from.address);
      if (client < 0) {
        counters.unknownClients++;
        return;
      }
      const reason = scanPacket(bench.memory, bench.requestAt, bench.load(packet), index);
      if (reason !== null) {
        malformed(reason);
        return;
      }
      const code = packet[0] as number;
      try {
        if (code === codes.accessRequest && face === "auth") {
          counters.accessRequests++;
          logIn(client, packet, from, send);
        } else if (code === codes.accountingRequest && face === "acct") {
          counters.accountingRequests++;
          account(client, packet, from, send);
        } else if (code === codes.statusServer) {
          counters.statusRequests++;
          status(face, client, packet, from, send);
        } else counters.unexpectedCodes++;
      } catch (error) {
        failed(face, error);
      }
    },
  };
}
