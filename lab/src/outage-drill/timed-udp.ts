/** A router's datagrams, timed: from the first time that a RADIUS request leaves to the answer to it. */
import type { Udp } from "@karibu/agent/ground/udp";
import { decodePacket } from "../router/radius/radius-wire.ts";

interface AnsweredRequest {
  /** `Access-Request`, or what an Accounting-Request reports: `Start`, `Interim-Update`, `Stop`. */
  readonly what: string;
  /** Calling-Station-Id. */
  readonly mac: string;
  readonly ms: number;
}

interface WaitingRequest extends Omit<AnsweredRequest, "ms"> {
  readonly authenticator: string;
  readonly sentAtMs: number;
}

interface TimedUdp extends Udp {
  /** Those of the time since the last call. */
  takeAnswered(): AnsweredRequest[];
}

/** Of the router's clients only: what comes in without having been asked (Disconnect, CoA) is passed on, and not timed. */
export function createTimedUdp(inner: Udp): TimedUdp {
  let answered: AnsweredRequest[] = [];
  return {
    async bind(options) {
      const waiting = new Map<string, WaitingRequest>();
      const keyOf = (packet: Uint8Array, port: number) => `${port} ${packet[1]}`;
      const socket = await inner.bind({
        ...options,
        onMessage(packet, from, answer) {
          const key = keyOf(packet, from.port);
          const request = waiting.get(key);
          if (request !== undefined) {
            waiting.delete(key);
            const { what, mac, sentAtMs } = request;
            answered.push({ what, mac, ms: performance.now() - sentAtMs });
          }
          options.onMessage(packet, from, answer);
        },
      });
      return {
        ...socket,
        send(packet, to) {
          const request = decodePacket(packet);
          const key = keyOf(packet, to.port);
          const authenticator = Buffer.from(packet.subarray(4, 20)).toString("hex");
          const isAccess = request.code === "Access-Request";
          // The same bytes again are the same request.
          if ((isAccess || request.code === "Accounting-Request") && waiting.get(key)?.authenticator !== authenticator)
            waiting.set(key, {
              what: isAccess ? request.code : (request.text("Acct-Status-Type") ?? ""),
              mac: request.text("Calling-Station-Id") ?? "",
              authenticator,
              sentAtMs: performance.now(),
            });
          socket.send(packet, to);
        },
      };
    },
    takeAnswered() {
      const taken = answered;
      answered = [];
      return taken;
    },
  };
}
