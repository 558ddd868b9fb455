/**
 * Asks this site's own RADIUS port as a router would: a Status-Server with a Message-Authenticator, from a socket of its own. It shows that the port is open,
 * that somebody reads it, and that the secret is the one of the settings. It asks about nobody, so it is no log-in, counts as no guess and leaves no record.
 * @see RFC 5997
 */
import { decodePacket } from "@karibu/protocol/radius/codec";
import { codes } from "@karibu/protocol/radius/codes";
import { replyIsAuthentic, sealRequest } from "@karibu/protocol/radius/seal";
import type { World } from "@karibu/protocol/world";
import type { Udp } from "../../ground/udp.ts";

const againMs = 500;
const triesMax = 4;
const loopback = "127.0.0.1";

/** Milliseconds until a signed answer came; null: none came. */
export async function askOwnPort(
  { clock, random }: Pick<World, "clock" | "random">,
  udp: Udp,
  { secret, port }: { readonly secret: string; readonly port: number },
): Promise<number | null> {
  const id = random.bytes(1)[0] as number;
  const authenticator = random.bytes(16);
  const attributes = [{ name: "messageAuthenticator" as const, value: new Uint8Array(16) }];
  const packet = sealRequest({ code: codes.statusServer, id, authenticator, attributes }, secret);
  let answered = (_tookMs: number | null): void => {};
  const answer = new Promise<number | null>((resolve) => {
    answered = resolve;
  });
  const sinceMs = clock.monotonicMs();
  const socket = await udp.bind({
    port: 0,
    address: loopback,
    onMessage(bytes) {
      if (isAnswer(bytes, { id, authenticator, secret })) answered(Math.round(clock.monotonicMs() - sinceMs));
    },
    onError: () => {},
  });
  let timer = { cancel() {} };
  const send = (left: number): void => {
    if (left === 0) {
      answered(null);
      return;
    }
    socket.send(packet, { address: loopback, port });
    timer = clock.after(againMs, () => send(left - 1));
  };
  send(triesMax);
  try {
    return await answer;
  } finally {
    timer.cancel();
    await socket.close();
  }
}

function isAnswer(
  bytes: Uint8Array,
  asked: { readonly id: number; readonly authenticator: Uint8Array; readonly secret: string },
): boolean {
  const decoded = decodePacket(bytes);
  if (decoded.kind === "malformed") return false;
  const { code, id, attributes } = decoded.packet;
  const isSigned = attributes.some((one) => "name" in one && one.name === "messageAuthenticator");
  return (
    code === codes.accessAccept &&
    id === asked.id &&
    isSigned &&
    replyIsAuthentic(bytes, asked.authenticator, asked.secret)
  );
}
