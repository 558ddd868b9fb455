/** What an Access-Accept or -Reject says to an MS-CHAPv2 client. @see RFC 2548 §2.1.5, §2.3.3, §2.4; RFC 2759 §6 */
import type { LogInDecision } from "../../access/access.ts";
import type { RejectReason } from "../../state/reject-reason.ts";
import { attributes, vendors } from "../wire/attributes.ts";
import { authenticatorResponse, type MsChap2Exchange, mppeKeys, saltKey } from "../wire/ms-chap.ts";
import type { ReplyWriter } from "./reply-writer.ts";

/** RFC 2759 §6's error codes. Windows and RouterOS show their own sentence for each; ours goes into `M=`. */
const errorCodes: Partial<Record<RejectReason, number>> = {
  "outside-schedule": 646,
  disabled: 647,
  revoked: 647,
  suspended: 647,
  expired: 649,
  "time-used": 649,
  "data-used": 649,
  "too-many-devices": 649,
  elsewhere: 649,
};
const authenticationFailure = 691;
const encryptionAllowed = 1;
const strength40And128 = 6;

/** The success string, and the keys with which both sides may encrypt. `salt`: two random octets. */
export function writeMsChapSuccess(
  writer: ReplyWriter,
  exchange: MsChap2Exchange,
  clearPassword: string,
  requestAuthenticator: Uint8Array,
  secret: string,
  salt: Uint8Array,
): void {
  const success = Buffer.from(`\0${authenticatorResponse(exchange, clearPassword)}`, "latin1");
  success[0] = exchange.ident;
  const keys = mppeKeys(exchange, clearPassword);
  const saltNumber = ((salt[0] as number) << 8) | (salt[1] as number);
  const hidden = (key: Buffer, number: number) => saltKey(key, number, requestAuthenticator, secret);
  writer.vendorOctets(vendors.microsoft, attributes.msChap2Success.type, success);
  writer.vendorU32(vendors.microsoft, attributes.msMppeEncryptionPolicy.type, encryptionAllowed);
  writer.vendorU32(vendors.microsoft, attributes.msMppeEncryptionTypes.type, strength40And128);
  writer.vendorOctets(vendors.microsoft, attributes.msMppeSendKey.type, hidden(keys.send, saltNumber));
  writer.vendorOctets(vendors.microsoft, attributes.msMppeRecvKey.type, hidden(keys.receive, saltNumber ^ 1));
}

/** `E=<code> R=0 C=<challenge> V=3 M=<message>` behind the client's ident; R=0: no second try on this exchange. */
export function writeMsChapFailure(
  writer: ReplyWriter,
  exchange: MsChap2Exchange,
  decision: Extract<LogInDecision, { kind: "reject" }>,
  challenge: Uint8Array,
): void {
  const code = errorCodes[decision.reason] ?? authenticationFailure;
  const hex = Buffer.from(challenge).toString("hex").toUpperCase();
  const text = Buffer.from(`\0E=${code} R=0 C=${hex} V=3 M=${decision.message}`, "utf8").subarray(0, 247);
  text[0] = exchange.ident;
  writer.vendorOctets(vendors.microsoft, attributes.msChapError.type, text);
}
