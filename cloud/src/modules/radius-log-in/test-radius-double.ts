/** A RADIUS server on loopback that knows some people, for tests of who asks it. It can be as bad as servers are. */
import { createSocket } from "node:dgram";
import { type Attribute, decodePacket } from "@karibu/protocol/radius/codec";
import { codes } from "@karibu/protocol/radius/codes";
import { hideBlocks, requestIsAuthentic, sealReply } from "@karibu/protocol/radius/seal";

export interface RadiusDouble {
  readonly port: number;
  /** What it was asked, each packet. */
  readonly heard: { readonly user: string; readonly password: string; readonly id: number; readonly port: number }[];
  /** How it behaves from now on. */
  be(change: Partial<Behaviour>): void;
  close(): Promise<void>;
}

interface Behaviour {
  /** What it says to whom; absent: it rejects. */
  readonly people: Readonly<Record<string, { readonly password: string; readonly says?: readonly Attribute[] }>>;
  readonly isSigned: boolean;
  readonly secret: string;
  /** So many packets get lost first. */
  readonly lost: number;
  readonly code: number | null;
}

export async function openRadiusDouble(secret: string): Promise<RadiusDouble> {
  let now: Behaviour = { people: {}, isSigned: true, secret, lost: 0, code: null };
  const heard: { user: string; password: string; id: number; port: number }[] = [];
  const socket = createSocket("udp4");
  socket.on("message", (bytes, peer) => {
    const decoded = decodePacket(bytes);
    if (decoded.kind === "malformed" || !requestIsAuthentic(bytes, secret)) return;
    const { attributes, authenticator, id } = decoded.packet;
    // A request without a Message-Authenticator gets no answer, nor one that does not begin with it.
    const [first] = attributes;
    if (first === undefined || !("name" in first) || first.name !== "messageAuthenticator") return;
    const of = (name: string) => attributes.find((one) => "name" in one && one.name === name)?.value;
    const user = String(of("userName"));
    const password = shown(of("userPassword") as Uint8Array, authenticator, secret);
    heard.push({ user, password, id, port: peer.port });
    if (now.lost > 0) {
      now = { ...now, lost: now.lost - 1 };
      return;
    }
    const person = now.people[user];
    const isRight = person?.password === password;
    const code = now.code ?? (isRight ? codes.accessAccept : codes.accessReject);
    const reply = {
      code,
      id,
      authenticator: new Uint8Array(16),
      attributes: [
        ...(now.isSigned ? [{ name: "messageAuthenticator" as const, value: new Uint8Array(16) }] : []),
        ...(isRight ? (person?.says ?? []) : []),
      ],
    };
    socket.send(sealReply(reply, authenticator, now.secret), peer.port, peer.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return {
    port: socket.address().port,
    heard,
    be(change) {
      now = { ...now, ...change };
    },
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

/** RFC 2865 §5.2, the other way round: each block's mask is made of the hidden one before. */
function shown(hidden: Uint8Array, authenticator: Uint8Array, secret: string): string {
  const clear = Buffer.alloc(hidden.length);
  for (let at = 0; at < hidden.length; at += 16) {
    const block = Buffer.from(hidden.subarray(at, at + 16));
    hideBlocks(block, at === 0 ? authenticator : hidden.subarray(at - 16, at), secret);
    block.copy(clear, at);
  }
  return clear.toString("utf8").replace(/\0+$/, "");
}
