/**
 * The hub's own questions to a RADIUS server: one Access-Request with PAP, and what an answer to it is worth. Pure.
 *
 * An answer counts only with a Message-Authenticator of the right secret, beside the Response Authenticator: without it somebody on the way can make
 * an Access-Accept of an Access-Reject (CVE-2024-3596, "Blast-RADIUS"), because the Response Authenticator is plain MD5.
 * @see RFC 2865 §3, §4.1; RFC 2869 §5.14; draft-ietf-radext-deprecating-radius §5.1 (Message-Authenticator first)
 */

import { type Attribute, decodePacket } from "@karibu/protocol/radius/codec";
import { codes } from "@karibu/protocol/radius/codes";
import { hidePassword, replyIsAuthentic, sealRequest } from "@karibu/protocol/radius/seal";
import { cutText } from "@karibu/protocol/whole-text";

export interface RadiusQuestion {
  readonly user: string;
  /** At most 128 octets. */
  readonly password: string;
  /** Where the person is, for the server's own log. */
  readonly from: string;
}

/** What RADIUS carries at most, in octets. */
export const userOctetsMax = 253;
export const passwordOctetsMax = 128;

/** By which attributes a server may say what a person is. */
export const roleAttributes = ["class", "filterId", "mikrotikGroup"] as const;
export type RoleAttribute = (typeof roleAttributes)[number];
/** Each may come several times. A text that is not UTF-8 has replacement characters, and maps to nothing. */
export type RoleValues = Readonly<Record<RoleAttribute, readonly string[]>>;

export type ReadAnswer =
  | { readonly kind: "accept"; readonly values: RoleValues }
  | { readonly kind: "reject" }
  /** It wants a second answer of the person, which the hub's log-in does not do: Karibu has its own second factor. */
  | { readonly kind: "challenge" }
  /** Not an answer to this question, or not one that may be believed: the hub goes on listening. */
  | { readonly kind: "not-ours"; readonly why: "other" | "wrong-secret" | "unsigned" };

/** @param chance `id`: 0 to 255; `authenticator`: 16 octets that nobody can foresee */
export function accessRequest(
  { user, password, from }: RadiusQuestion,
  secret: string,
  { id, authenticator }: { readonly id: number; readonly authenticator: Uint8Array },
): Uint8Array {
  const attributes: Attribute[] = [
    { name: "messageAuthenticator", value: new Uint8Array(16) },
    { name: "userName", value: user },
    { name: "userPassword", value: hidePassword(password, authenticator, secret) },
    { name: "serviceType", value: loginUser },
    { name: "nasIdentifier", value: "karibu-console" },
    { name: "nasPortType", value: virtualPort },
    { name: "callingStationId", value: cutText(from, 64) },
  ];
  return sealRequest({ code: codes.accessRequest, id, authenticator, attributes }, secret);
}

/** RFC 2865 §5.6, §5.41. */
const loginUser = 1;
const virtualPort = 5;

/** What these octets say about the question that had this id and authenticator. */
export function readAnswer(
  packet: Uint8Array,
  asked: { readonly id: number; readonly authenticator: Uint8Array },
  secret: string,
): ReadAnswer {
  const decoded = decodePacket(packet);
  if (decoded.kind === "malformed" || decoded.packet.id !== asked.id) return { kind: "not-ours", why: "other" };
  const { code, attributes } = decoded.packet;
  if (code !== codes.accessAccept && code !== codes.accessReject && code !== codes.accessChallenge)
    return { kind: "not-ours", why: "other" };
  if (!replyIsAuthentic(packet, asked.authenticator, secret)) return { kind: "not-ours", why: "wrong-secret" };
  if (!attributes.some((one) => "name" in one && one.name === "messageAuthenticator"))
    return { kind: "not-ours", why: "unsigned" };
  if (code === codes.accessReject) return { kind: "reject" };
  if (code === codes.accessChallenge) return { kind: "challenge" };
  const textsOf = (name: RoleAttribute) =>
    attributes.flatMap((one) => ("name" in one && one.name === name ? [textOf(one.value)] : []));
  return {
    kind: "accept",
    values: { class: textsOf("class"), filterId: textsOf("filterId"), mikrotikGroup: textsOf("mikrotikGroup") },
  };
}

const textOf = (value: unknown): string =>
  value instanceof Uint8Array ? Buffer.from(value).toString("utf8") : String(value);
