/** The MS-CHAPv2 part of an Access-Accept or Access-Reject. @see RFC 2548 §2.1.5, §2.3.3, §2.4; RFC 2759 §6 */

import type { KnownPassword } from "@karibu/protocol/accounts/nt-hash";
import { attributes } from "@karibu/protocol/radius/attributes";
import type { LogInDecision } from "../../access/access.ts";
import type { RejectReason } from "../../state/reject-reason.ts";
import { authenticatorResponse, type MsChap2Exchange, mppeKeys, saltKey } from "../wire/ms-chap.ts";
import type { ReplyWriter } from "./reply-writer.ts";

/** RFC 2759 §6. Windows and RouterOS show a sentence for each code; the site's sentence is in `M=`. */
const errorCodes: Partial<Record<RejectReason, number>> = {
  "outside-schedule": 646,
  disabled: 647,
  revoked: 647,
  suspended: 647,
  paused: 647,
  expired: 649,
  "time-used": 649,
  "data-used": 649,
  "too-many-devices": 649,
  "moved-too-often": 649,
  "other-device": 649,
  elsewhere: 649,
};
const authenticationFailure = 691;
const encryptionAllowed = 1;
const strength40And128 = 6;
/** The longest value of a vendor attribute. */
const errorOctetsMax = 247;

type Writer = Pick<ReplyWriter, "put">;

/** The success string, and the keys with which both sides may encrypt. `salt`: two random octets. */
export function writeMsChapSuccess(
  writer: Writer,
  exchange: MsChap2Exchange,
  password: KnownPassword,
  requestAuthenticator: Uint8Array,
  secret: string,
  salt: Uint8Array,
): void {
  const success = Buffer.from(`\0${authenticatorResponse(exchange, password)}`, "latin1");
  success[0] = exchange.ident;
  const keys = mppeKeys(exchange, password);
  const saltNumber = ((salt[0] as number) << 8) | (salt[1] as number);
  const hidden = (key: Buffer, number: number) => saltKey(key, number, requestAuthenticator, secret);
  writer.put(attributes.msChap2Success, success);
  writer.put(attributes.msMppeEncryptionPolicy, encryptionAllowed);
  writer.put(attributes.msMppeEncryptionTypes, strength40And128);
  writer.put(attributes.msMppeSendKey, hidden(keys.send, saltNumber));
  writer.put(attributes.msMppeRecvKey, hidden(keys.receive, saltNumber ^ 1));
}

/** `E=<code> R=0 C=<challenge> V=3 M=<message>` after the client's ident. R=0: no second try with this challenge. */
export function writeMsChapFailure(
  writer: Writer,
  exchange: MsChap2Exchange,
  decision: Extract<LogInDecision, { kind: "reject" }>,
  challenge: Uint8Array,
): void {
  const code = errorCodes[decision.reason] ?? authenticationFailure;
  const hex = Buffer.from(challenge).toString("hex").toUpperCase();
  const text = Buffer.from(`\0E=${code} R=0 C=${hex} V=3 M=${decision.message}`, "utf8").subarray(0, errorOctetsMax);
  text[0] = exchange.ident;
  writer.put(attributes.msChapError, text);
}
