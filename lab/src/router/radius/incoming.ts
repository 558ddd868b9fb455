/** `/radius/incoming`: Disconnect-Request and CoA-Request on UDP 3799. Unknown senders and wrong secrets get no answer. */
import type { Udp, UdpPeer } from "@karibu/agent/ground/udp";
import type { World } from "@karibu/protocol/world";
import type { EndReason, Session } from "../model/hotspot-state.ts";
import type { RouterKnobs, RouterOptions } from "../model/router-options.ts";
import type { Limits } from "../model/session-limits.ts";
import { findSession } from "./incoming-policy.ts";
import { readChanges, readRates } from "./nas.ts";
import type { PacketTrace } from "./packet-trace.ts";
import { type Attribute, checkRequest, decodePacket, encodeAnswer, type RadiusPacket } from "./radius-wire.ts";

export interface Incoming {
  readonly port: number;
  readonly counters: { requests: number; badRequests: number; acks: number; naks: number };
  close(): Promise<void>;
}

/** The hotspot, as far as Disconnect and CoA use it. */
export interface ControlledSessions {
  sessions(): readonly Session[];
  change(session: Session, limits: Limits): void;
  end(session: Session, reason: EndReason): void;
}

const invalidAttributeValue = 407;
const sessionNotFound = 503;
const resourcesUnavailable = 506;

export async function openIncoming(
  world: World,
  udp: Udp,
  options: RouterOptions,
  knobs: RouterKnobs,
  hotspot: ControlledSessions,
  trace: PacketTrace,
): Promise<Incoming | null> {
  if (options.incomingPort === null) return null;
  /** Sessions of which it said once that it knows them not. */
  const forgotten = new WeakSet<Session>();
  const counters = { requests: 0, badRequests: 0, acks: 0, naks: 0 };

  const socket = await udp.bind({
    port: options.incomingPort,
    onMessage: (bytes, from) => receive(bytes, from),
    onError: (error) => world.log.warn("router-incoming-socket-error", { message: error.message }),
  });

  function receive(datagram: Uint8Array, from: UdpPeer) {
    if (knobs.incoming === "off") return;
    const server = options.radiusServers.find(({ address }) => address === from.address);
    const secret = knobs.radiusSecret ?? server?.secret;
    const request = decode(datagram);
    counters.requests++;
    if (!request || secret === undefined || !checkRequest(request, secret)) {
      counters.badRequests++;
      return;
    }
    const kind = request.code === "Disconnect-Request" ? "Disconnect" : request.code === "CoA-Request" ? "CoA" : null;
    if (kind === null) {
      counters.badRequests++;
      return;
    }
    trace.add("in", request);
    if (knobs.incoming === "forged") {
      socket.send(encodeAnswer(request, `${kind}-NAK`, "a guess", [["Error-Cause", sessionNotFound]]), from);
      return;
    }
    const found = findSession(request, hotspot.sessions(), options);
    const errorCause = found.kind === "nak" ? found.errorCause : act(kind, found.session, request);
    const attributes: Attribute[] = errorCause === null ? [] : [["Error-Cause", errorCause]];
    if (errorCause === null) counters.acks++;
    else counters.naks++;
    const answer = encodeAnswer(request, `${kind}-${errorCause === null ? "ACK" : "NAK"}`, secret, attributes);
    trace.add("out", decodePacket(answer));
    socket.send(answer, from);
  }

  /** Carries out a request. Returns an RFC 5176 error cause; null when it is done, or when a knob pretends so. */
  function act(kind: "Disconnect" | "CoA", session: Session, request: RadiusPacket): number | null {
    if (knobs.incoming === "refuses") return resourcesUnavailable;
    const isForgotten = knobs.incoming === "forgets-once" && !forgotten.has(session);
    if (isForgotten) {
      forgotten.add(session);
      return sessionNotFound;
    }
    if (kind === "CoA") {
      const asked = request.text("Mikrotik-Rate-Limit") ?? request.text("WISPr-Bandwidth-Max-Down");
      const rates = asked === null ? session.limits.rates : readRates(request);
      if (rates === null) return invalidAttributeValue;
      if (knobs.incoming !== "ack-but-stays")
        hotspot.change(session, { ...session.limits, ...readChanges(request), rates });
    } else if (knobs.incoming !== "ack-but-stays") {
      hotspot.end(session, "disconnect-request");
    }
    return null;
  }

  return { port: socket.port, counters, close: () => socket.close() };
}

function decode(datagram: Uint8Array): RadiusPacket | null {
  try {
    return decodePacket(datagram);
  } catch {
    return null;
  }
}
