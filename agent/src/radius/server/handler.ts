/**
 * The RADIUS server without its sockets: one datagram in, at most one reply out, one decision.
 *
 * A wrong packet is counted and dropped, as the RFCs say: an answer would help an attacker, and a NAS asks again. A reply
 * leaves only after the records that it promises are on disk.
 * @see RFC 2865, RFC 2866, RFC 2869 §5.14, RFC 5080 §2.2, RFC 5997
 */

import { attributes } from "@karibu/protocol/radius/attributes";
import { codes, statusTypes } from "@karibu/protocol/radius/codes";
import { createPacketIndex, scanPacket } from "@karibu/protocol/radius/packet-index";
import type { World } from "@karibu/protocol/world";
import type { LogInRequest, NasDoor, Prepared } from "../../access/access.ts";
import type { RouterSecrets } from "../../ground/router-secrets.ts";
import type { SiteSecrets } from "../../ground/site-secrets.ts";
import type { UdpPeer } from "../../ground/udp.ts";
import type { RadiusDialect } from "../dialects/dialect.ts";
import { dialectOf } from "../dialects/dialects.ts";
import { readReport } from "./accounting-request.ts";
import { createClientFinder, type RadiusClient } from "./clients.ts";
import { createCounters, type RadiusCounters } from "./counters.ts";
import { createDroppedPackets } from "./dropped-packets.ts";
import type { ReplySlot } from "./duplicates.ts";
import type { SendReply } from "./late-replies.ts";
import { createLogInReply } from "./log-in-reply.ts";
import { createLogInReader } from "./log-in-request.ts";
import { createPacketMemory, type StoredSecret } from "./packet-memory.ts";
import type { RadiusPort } from "./radius-port.ts";
import { createReplies } from "./replies.ts";
import { createReplyWriter } from "./reply-writer.ts";
import { createRequestView } from "./request-view.ts";

export interface RadiusHandler {
  handle(port: RadiusPort, packet: Uint8Array, from: UdpPeer, send: SendReply): void;
  /** Frees the space of retransmissions that can't come any more. */
  sweep(): void;
  readonly counters: RadiusCounters;
}

export interface HandlerSettings {
  readonly clients: readonly RadiusClient[];
  /** A hotspot has named its log-off page (WISPr-Logoff-URL). */
  readonly onLogOffUrl?: (url: string) => void;
  /** Clients with the site's own secret follow it while it changes. Absent: it does not change. */
  readonly siteSecrets?: SiteSecrets | undefined;
  /** Further routers, each with a secret of its own, follow theirs. Absent: they do not change. */
  readonly routerSecrets?: RouterSecrets | undefined;
}

/** What a client may sign with, and where that lies in the packet memory. */
interface ClientSecret {
  text: string;
  stored: StoredSecret;
}

interface ServedClient extends Omit<RadiusClient, "secret" | "dialect"> {
  readonly configured: string;
  readonly dialect: RadiusDialect;
  readonly first: ClientSecret;
  /** While its secret changes, the other one; else the same. */
  readonly second: ClientSecret;
}

/** Whose request it is, and which of the secrets it was signed with. */
interface Signer {
  readonly client: ServedClient;
  readonly signedWith: ClientSecret;
}

export function createRadiusHandler(world: World, access: NasDoor, settings: HandlerSettings): RadiusHandler {
  const { packets, storeSecret, replaceSecret } = createPacketMemory(2 * settings.clients.length);
  const secretOf = (text: string): ClientSecret => ({ text, stored: storeSecret(text) });
  const clients = settings.clients.map(
    ({ range, secret, requireMessageAuthenticator, dialect }): ServedClient => ({
      ...{ range, requireMessageAuthenticator, configured: secret, dialect: dialectOf(dialect) },
      ...{ first: secretOf(secret), second: secretOf(secret) },
    }),
  );
  const clientOf = createClientFinder(clients);
  const { siteSecrets, routerSecrets } = settings;
  if (siteSecrets !== undefined) {
    followSecrets(siteSecrets);
    siteSecrets.onChange(() => followSecrets(siteSecrets));
  }
  if (routerSecrets !== undefined) {
    followRouters(routerSecrets);
    routerSecrets.onChange(() => followRouters(routerSecrets));
  }
  const counters = createCounters();
  const index = createPacketIndex();
  const view = createRequestView(packets, index);
  const logIns = createLogInReader(packets, index, view);
  const writer = createReplyWriter(packets);
  const writeLogInReply = createLogInReply({ writer, view, logIns, random: world.random });
  const dropped = createDroppedPackets(world, counters);
  const replies = createReplies(world.clock, { packets, index, writer, counters, dropped });

  function keep(secret: ClientSecret, text: string): void {
    if (secret.text === text) return;
    secret.text = text;
    secret.stored = replaceSecret(secret.stored, text);
  }

  function followRouters(routers: RouterSecrets): void {
    for (const { range, first, second } of clients) {
      const known = routers.of(range);
      if (known === null) continue;
      keep(first, known.current);
      keep(second, known.also ?? known.current);
    }
  }

  function followSecrets({ configured: atStart, current, alsoRadius }: SiteSecrets): void {
    for (const { configured, range, first, second } of clients) {
      if (configured !== atStart.radiusSecret) continue;
      // This machine's health check has its secret from the environment, until the container starts anew.
      const isOwn = range.startsWith("127.") || range === "::1";
      keep(first, current.radiusSecret);
      keep(second, isOwn ? atStart.radiusSecret : (alsoRadius() ?? current.radiusSecret));
    }
  }

  /** The client's secret that fits; its first one where none does. */
  function secretThat(fits: (secret: StoredSecret) => boolean, { first, second }: ServedClient): ClientSecret {
    return second.text === first.text || fits(first.stored) || !fits(second.stored) ? first : second;
  }

  function noteProved({ client: { range }, signedWith: { text } }: Signer): void {
    if (siteSecrets?.pending) siteSecrets.noteRadiusSecret(text);
    if (routerSecrets?.of(range)?.next) routerSecrets.noteSigned(range, text);
  }

  const askingNas = ({ dialect }: ServedClient, messageAuthenticatorAt: number) => ({
    asksForStaff: dialect.staffGroup !== null,
    isSigned: messageAuthenticatorAt !== 0,
    hasLists: dialect.addressList !== null,
  });

  function logIn(client: ServedClient, packet: Uint8Array, from: UdpPeer, send: SendReply): void {
    const messageAuthenticatorAt = index.standard[attributes.messageAuthenticator.type] as number;
    let signedWith = client.first;
    if (messageAuthenticatorAt !== 0)
      signedWith = secretThat(
        (one) => packets.messageAuthenticatorFits(one, messageAuthenticatorAt, index.length),
        client,
      );
    const secret = signedWith.stored;
    if (messageAuthenticatorAt === 0) {
      if (client.requireMessageAuthenticator) {
        counters.missingMessageAuthenticators++;
        return;
      }
    } else if (!packets.messageAuthenticatorFits(secret, messageAuthenticatorAt, index.length)) {
      dropped.badAuthenticator(from);
      return;
    }
    if (messageAuthenticatorAt !== 0) noteProved({ client, signedWith });
    const reason = logIns.check();
    if (reason !== null) {
      dropped.malformed(reason);
      return;
    }
    const slot = replies.claim("auth", packet, from, send);
    if (slot === null) return;
    let preparing: Promise<Prepared> | null = null;
    try {
      const logOffUrl = view.logOffUrl();
      if (logOffUrl !== null) settings.onLogOffUrl?.(logOffUrl);
      const request = logIns.read(secret, from.address, askingNas(client, messageAuthenticatorAt));
      preparing = access.prepare?.(request) ?? null;
      if (preparing === null) {
        decideLogIn({ client, signedWith }, slot, request, undefined, packet, from, send);
        return;
      }
    } catch (error) {
      slot.state = "free";
      throw error;
    } finally {
      logIns.forget();
    }
    logInLater(preparing, { client, signedWith }, slot, Buffer.from(packet), from, send);
  }

  /** The hub is asked first. Meanwhile the packet memory serves other packets, so this one is loaded again. */
  function logInLater(
    preparing: Promise<Prepared>,
    signer: Signer,
    slot: ReplySlot,
    packet: Uint8Array,
    from: UdpPeer,
    send: SendReply,
  ): void {
    const { generation } = slot;
    preparing
      .then((prepared) => {
        if (slot.generation !== generation) return; // the NAS stopped waiting and uses the identifier for another request
        scanPacket(packets.buffer, packets.requestAt, packets.load(packet), index);
        try {
          const wrong = logIns.check(); // finds the attributes again; the packet was right before
          if (wrong !== null) throw new Error(`a log-in that was right is ${wrong} the second time`);
          const signedAt = index.standard[attributes.messageAuthenticator.type] as number;
          const request = logIns.read(signer.signedWith.stored, from.address, askingNas(signer.client, signedAt));
          decideLogIn(signer, slot, request, prepared, packet, from, send);
        } finally {
          logIns.forget();
        }
      })
      .catch((error: unknown) => {
        if (slot.generation === generation) slot.state = "free";
        dropped.failed("auth", error);
      });
  }

  function decideLogIn(
    { client, signedWith }: Signer,
    slot: ReplySlot,
    request: LogInRequest,
    prepared: Prepared | undefined,
    packet: Uint8Array,
    from: UdpPeer,
    send: SendReply,
  ): void {
    const decision = access.logIn(request, prepared);
    writeLogInReply(decision, packet, client.dialect, signedWith.text);
    if (!replies.keep(signedWith.stored, slot)) return;
    if (decision.kind !== "reject") {
      replies.send(slot, decision.kind === "accept" ? decision.durable : null, from, send, countAccept);
      return;
    }
    counters.rejectsByReason[decision.reason] = (counters.rejectsByReason[decision.reason] ?? 0) + 1;
    replies.send(slot, null, from, send, countReject);
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

  function account(client: ServedClient, packet: Uint8Array, from: UdpPeer, send: SendReply): void {
    const messageAuthenticatorAt = index.standard[attributes.messageAuthenticator.type] as number;
    packets.zeroRequestAuthenticator();
    const signedWith = secretThat((one) => packets.requestAuthenticatorFits(one, index.length), client);
    const secret = signedWith.stored;
    if (
      (messageAuthenticatorAt !== 0 &&
        !packets.messageAuthenticatorFits(secret, messageAuthenticatorAt, index.length)) ||
      !packets.requestAuthenticatorFits(secret, index.length)
    ) {
      dropped.badAuthenticator(from);
      return;
    }
    noteProved({ client, signedWith });
    const status = view.u32(attributes.acctStatusType.type);
    if (status === null) {
      dropped.malformed("missing-status-type");
      return;
    }
    const nas = view.nas(from.address);
    const report = status === statusTypes.on || status === statusTypes.off ? null : readReport(view, status, nas);
    if (typeof report === "string") {
      dropped.malformed(report);
      return;
    }
    const slot = replies.claim("acct", packet, from, send);
    if (slot === null) return;
    writer.begin(codes.accountingResponse, packet[1] as number, messageAuthenticatorAt !== 0);
    if (!replies.keep(secret, slot)) return;
    try {
      const durable =
        report === null
          ? access.nasRestarted(nas, view.u32(attributes.acctDelayTime.type) ?? 0)
          : access.account(report);
      replies.send(slot, durable, from, send, countAccounting);
    } catch (error) {
      slot.state = "free";
      throw error;
    }
  }

  /** Status-Server: answered each time, and only to clients that know the secret (RFC 5997 §3). */
  function status(port: RadiusPort, client: ServedClient, packet: Uint8Array, from: UdpPeer, send: SendReply): void {
    const messageAuthenticatorAt = index.standard[attributes.messageAuthenticator.type] as number;
    if (messageAuthenticatorAt === 0) {
      counters.missingMessageAuthenticators++;
      return;
    }
    const signedWith = secretThat(
      (one) => packets.messageAuthenticatorFits(one, messageAuthenticatorAt, index.length),
      client,
    );
    if (!packets.messageAuthenticatorFits(signedWith.stored, messageAuthenticatorAt, index.length)) {
      dropped.badAuthenticator(from);
      return;
    }
    writer.begin(port === "auth" ? codes.accessAccept : codes.accountingResponse, packet[1] as number, true);
    const length = replies.sign(signedWith.stored);
    const { buffer, replyAt } = packets;
    if (length !== 0) send(Buffer.from(buffer.subarray(replyAt, replyAt + length)), from);
  }

  return {
    counters,
    sweep: replies.sweep,
    handle(port, packet, from, send) {
      const client = clientOf(from.address);
      if (client === null) {
        counters.unknownClients++;
        return;
      }
      const reason = scanPacket(packets.buffer, packets.requestAt, packets.load(packet), index);
      if (reason !== null) {
        dropped.malformed(reason);
        return;
      }
      const code = packet[0] as number;
      try {
        if (code === codes.accessRequest && port === "auth") {
          counters.accessRequests++;
          logIn(client, packet, from, send);
        } else if (code === codes.accountingRequest && port === "acct") {
          counters.accountingRequests++;
          account(client, packet, from, send);
        } else if (code === codes.statusServer) {
          counters.statusRequests++;
          status(port, client, packet, from, send);
        } else counters.unexpectedCodes++;
      } catch (error) {
        dropped.failed(port, error);
      }
    },
  };
}
