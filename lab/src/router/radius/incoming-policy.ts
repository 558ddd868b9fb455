/**
 * Finds the session of a Disconnect-Request or CoA-Request. RouterOS needs the Framed-IP-Address and one more attribute; all given
 * attributes must match. Attributes that CoA can't change (Total-Limit, Address-List) are acknowledged and ignored.
 * @see RFC 5176 §3
 */
import type { RadiusPacket } from "./radius-wire.ts";

export interface Findable {
  readonly nas: { readonly user: string; readonly sessionId: string; readonly address: string; readonly mac: string };
}

/** RFC 5176 §3.5 */
const sessionContextNotFound = 503;
const nasIdentificationMismatch = 403;

export function findSession<S extends Findable>(
  request: RadiusPacket,
  sessions: readonly S[],
  router: { address: string; identity: string },
): { kind: "found"; session: S } | { kind: "nak"; errorCause: number } {
  const nasAddress = request.text("NAS-IP-Address");
  const nasName = request.text("NAS-Identifier");
  if ((nasAddress !== null && nasAddress !== router.address) || (nasName !== null && nasName !== router.identity)) {
    return { kind: "nak", errorCause: nasIdentificationMismatch };
  }
  const address = request.text("Framed-IP-Address");
  const user = request.text("User-Name");
  const sessionId = request.text("Acct-Session-Id");
  const mac = request.text("Calling-Station-Id");
  if (address === null || (user === null && sessionId === null))
    return { kind: "nak", errorCause: sessionContextNotFound };
  const session = sessions.find(
    ({ nas }) =>
      nas.address === address &&
      (user === null || nas.user === user) &&
      (sessionId === null || nas.sessionId === sessionId) &&
      (mac === null || nas.mac === mac.toUpperCase()),
  );
  return session ? { kind: "found", session } : { kind: "nak", errorCause: sessionContextNotFound };
}
