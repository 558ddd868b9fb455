/** A RADIUS server for tests of the simulated router, by the npm package `radius`. It records requests and answers as the test says. */
import type { Udp, UdpPeer } from "@karibu/agent/ground/udp";
import { type Attribute, decodePacket, encodeAnswer, encodeRequest, type RadiusPacket } from "./radius-wire.ts";

export interface RadiusResponder {
  readonly authPort: number;
  readonly acctPort: number;
  readonly received: RadiusPacket[];
  accounted(): { status: string | null; session: string | null; packet: RadiusPacket }[];
  /** Sends a Disconnect-Request or CoA-Request; the answer arrives in `answers`. */
  order(code: "Disconnect-Request" | "CoA-Request", port: number, attributes: Attribute[], secret?: string): void;
  readonly answers: RadiusPacket[];
  close(): Promise<void>;
}

export interface RadiusAnswer {
  readonly code: string;
  readonly attributes?: Attribute[];
  readonly secret?: string;
  /** Leave the Message-Authenticator out, as an old server does. */
  readonly bare?: boolean;
}

export async function openRadiusResponder(
  udp: Udp,
  secret: string,
  answer: (request: RadiusPacket) => RadiusAnswer | null,
): Promise<RadiusResponder> {
  const received: RadiusPacket[] = [];
  const answers: RadiusPacket[] = [];
  let orders = 0;
  const onError = (error: Error) => {
    throw error;
  };
  const listen = () => {
    const opened = udp.bind({
      port: 0,
      onError,
      onMessage: (bytes: Uint8Array, from: UdpPeer) => {
        const packet = decodePacket(bytes);
        if (/ACK|NAK/.test(packet.code)) return void answers.push(packet);
        received.push(packet);
        const said = answer(packet);
        if (said === null) return;
        const asked = said.bare ? { ...packet, bytes: withoutMessageAuthenticator(packet.bytes) } : packet;
        const reply = encodeAnswer(asked, said.code, said.secret ?? secret, said.attributes ?? []);
        void opened.then((socket) => socket.send(reply, from));
      },
    });
    return opened;
  };
  const [auth, acct] = await Promise.all([listen(), listen()]);
  return {
    authPort: auth.port,
    acctPort: acct.port,
    received,
    answers,
    accounted: () =>
      received
        .filter((packet) => packet.code === "Accounting-Request")
        .map((packet) => ({
          status: packet.text("Acct-Status-Type"),
          session: packet.text("Acct-Session-Id"),
          packet,
        })),
    order(code, port, attributes, signedWith = secret) {
      orders++;
      const parts = {
        code,
        identifier: orders & 0xff,
        secret: signedWith,
        authenticator: Buffer.alloc(16),
        attributes,
      };
      auth.send(encodeRequest(parts), { address: "127.0.0.1", port });
    },
    close: async () => void (await Promise.all([auth.close(), acct.close()])),
  };
}

/** The package adds a Message-Authenticator to the reply when the request had one, so it gets a request without one. */
function withoutMessageAuthenticator(bytes: Buffer): Buffer {
  const parts = [bytes.subarray(0, 20)];
  for (let at = 20; at < bytes.length; at += bytes[at + 1] ?? 255) {
    if (bytes[at] !== 80) parts.push(bytes.subarray(at, at + (bytes[at + 1] ?? 255)));
  }
  const whole = Buffer.concat(parts);
  whole.writeUInt16BE(whole.length, 2);
  return whole;
}
