/**
 * "Are you there?" in RADIUS: a Status-Server request and the check of its answer. It changes nothing in the agent, needs
 * no account, and passes through the same socket, digest and packet code as a phone's log-in.
 * @see RFC 5997 §2, RFC 2865 §3, RFC 3579 §3.2
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

const statusServer = 12;
const accessAccept = 2;
const accountingResponse = 5;
const messageAuthenticator = 80;

export function buildStatusServer(secret: string, identifier = 0, authenticator: Uint8Array = randomBytes(16)): Buffer {
  const packet = Buffer.alloc(38);
  packet.set([statusServer, identifier, 0, packet.length]);
  packet.set(authenticator, 4);
  packet.set([messageAuthenticator, 18], 20);
  createHmac("md5", secret).update(packet).digest().copy(packet, 22);
  return packet;
}

/** True when `reply` answers `request` and its sender knows the secret. */
export function answersStatusServer(reply: Uint8Array, request: Uint8Array, secret: string): boolean {
  const length = ((reply[2] ?? 0) << 8) | (reply[3] ?? 0);
  if (length < 20 || length > reply.length || reply[1] !== request[1]) return false;
  if (reply[0] !== accessAccept && reply[0] !== accountingResponse) return false;
  const digest = createHash("md5")
    .update(reply.subarray(0, 4))
    .update(request.subarray(4, 20))
    .update(reply.subarray(20, length))
    .update(secret)
    .digest();
  return timingSafeEqual(digest, reply.subarray(4, 20));
}
