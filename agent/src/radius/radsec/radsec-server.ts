/**
 * RADIUS over TLS: the same handler as behind the UDP ports, with connections before it. One port carries all: log-ins, accounting, and
 * back over the same connection Disconnect- and CoA-Requests with their answers. TLS proves who asks, so the secret is the one that
 * everybody knows, and no request needs a Message-Authenticator.
 * @see RFC 6614 §2.1, §2.3
 */

import { decodePacket } from "@karibu/protocol/radius/codec";
import { codes } from "@karibu/protocol/radius/codes";
import { requestIsAuthentic } from "@karibu/protocol/radius/seal";
import type { Timer, World } from "@karibu/protocol/world";
import type { NasDoor } from "../../access/access.ts";
import type { HearStreams, OpenStreams, RadiusStream, RadiusStreams } from "../../ground/radius-streams.ts";
import { routerAddress } from "../../state/router-address.ts";
import type { CoaClient } from "../coa/coa-client.ts";
import type { RouterStreams } from "../coa/router-streams.ts";
import { createClientFinder, type RadiusClient } from "../server/clients.ts";
import type { RadiusCounters } from "../server/counters.ts";
import { createRadiusHandler, type RadiusHandler } from "../server/handler.ts";
import { radsecSecret } from "../wire/radsec-secret.ts";

export interface RadsecParts {
  readonly streams: RadiusStreams;
  readonly routers: RouterStreams;
  readonly coa: Pick<CoaClient, "receive">;
  /** Networks with their dialects, and who may connect where no certificate is asked for. Null: every address may, and none has a dialect of its own. */
  readonly listed: readonly RadiusClient[] | null;
  readonly onLogOffUrl?: (url: string) => void;
}

export type RadsecStatus =
  | {
      readonly kind: "listening";
      readonly port: number;
      readonly open: OpenStreams;
      readonly counters: RadiusCounters | null;
    }
  | { readonly kind: "failed"; readonly message: string };

export interface RadsecServer {
  /** Resolves after the first try, whether it succeeded or not. */
  start(): Promise<void>;
  status(): RadsecStatus;
  close(): Promise<void>;
}

const retryMs = 5000;
const sweepEveryMs = 30_000;
const answersToUs = new Set<number>([codes.disconnectAck, codes.disconnectNak, codes.coaAck, codes.coaNak]);

export function createRadsecServer(world: World, access: NasDoor, parts: RadsecParts): RadsecServer {
  const { streams, routers, coa, listed } = parts;
  const listedAt = listed === null ? null : createClientFinder(listed);
  /** Made for the first packet: a site whose routers all ask by UDP does not pay for its memory. */
  let handler: RadiusHandler | null = null;
  let open: OpenStreams | null = null;
  let failure = "not started";
  let timer: Timer | null = null;
  let sweeping: Timer | null = null;
  let closed = false;

  function handlerOf(): RadiusHandler {
    if (handler !== null) return handler;
    const { onLogOffUrl } = parts;
    const heard = onLogOffUrl === undefined ? {} : { onLogOffUrl };
    handler = createRadiusHandler(world, access, { clients: clientsOverTls(listed ?? []), ...heard });
    sweep();
    return handler;
  }

  function sweep(): void {
    sweeping = world.clock.after(sweepEveryMs, () => {
      handler?.sweep();
      sweep();
    });
  }

  const hear: HearStreams = {
    mayConnect: (address) => streams.asksForCertificate || listedAt === null || listedAt(address) !== null,
    packet(packet, stream) {
      const code = packet[0] as number;
      if (answersToUs.has(code)) return coa.receive(packet, stream);
      const port = code === codes.accountingRequest ? "acct" : "auth";
      noteRouter(packet, stream);
      handlerOf().handle(port, packet, stream.peer, (reply) => stream.send(Buffer.from(reply)));
    },
    closed: (stream) => routers.closed(stream),
  };

  function noteRouter(packet: Uint8Array, stream: RadiusStream): void {
    if (packet[0] !== codes.accountingRequest && packet[0] !== codes.accessRequest) return;
    const decoded = decodePacket(packet);
    if (decoded.kind === "malformed" || !requestIsAuthentic(packet, radsecSecret)) return;
    const text = (name: string) => {
      const found = decoded.packet.attributes.find((each) => "name" in each && each.name === name);
      return found === undefined ? null : String(found.value);
    };
    const ipv4 = text("nasIpAddress");
    const own = ipv4 === null || ipv4 === "0.0.0.0" ? text("nasIpv6Address") : ipv4;
    routers.note(routerAddress(stream.peer.address, own, text("nasIdentifier") ?? ""), stream);
  }

  async function listen(): Promise<void> {
    try {
      const opened = await streams.open(hear);
      if (closed) return await opened.close();
      open = opened;
      world.log.info("radsec-listening", { port: opened.port });
    } catch (error) {
      failure = (error as Error).message;
      world.log.error("radsec-not-listening", { error: failure });
      timer = world.clock.after(retryMs, () => {
        if (!closed) void listen();
      });
    }
  }

  return {
    start: listen,
    status() {
      if (open === null) return { kind: "failed", message: failure };
      return { kind: "listening", port: open.port, open, counters: handler?.counters ?? null };
    },
    async close() {
      closed = true;
      timer?.cancel();
      sweeping?.cancel();
      await open?.close();
    },
  };
}

/** Who may connect is decided before; what is listed has a dialect. */
function clientsOverTls(listed: readonly RadiusClient[]): RadiusClient[] {
  const own = { secret: radsecSecret, requireMessageAuthenticator: false };
  const everywhere = ["0.0.0.0/0", "::/0"].map((range) => ({ range, ...own }));
  return [...listed.map((client) => ({ ...client, ...own })), ...everywhere];
}
