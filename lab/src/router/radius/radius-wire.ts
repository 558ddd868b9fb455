/**
 * RADIUS packets of the simulated router, by the npm package `radius`: an implementation independent of the agent's. The package
 * is not strict about authenticators (it compares them as text, and checks the Message-Authenticator of a Disconnect-Request
 * against the wrong bytes), so they are computed here.
 * @see RFC 2865 §3, RFC 2866 §3, RFC 3579 §3.2, RFC 5176 §2.3 and §3.4
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/** Name and value. Attributes of a vendor: `["Vendor-Specific", vendor number, its attributes]`. */
export type Attribute = readonly [string, string | number | Buffer] | readonly [string, number, readonly Attribute[]];
type Value = string | number | Buffer;

interface RadiusLibrary {
  load_dictionaries(): void;
  load_dictionary(file: string): void;
  encode(parts: {
    code: string;
    secret: string;
    identifier: number;
    authenticator?: Buffer;
    attributes: Attribute[];
    add_message_authenticator: boolean;
  }): Buffer;
  encode_response(parts: { packet: unknown; code: string; secret: string; attributes: Attribute[] }): Buffer;
  decode(parts: { packet: Buffer; no_secret: true } | { packet: Buffer; secret: string }): {
    code: string;
    identifier: number;
    length: number;
    attributes: Record<string, unknown>;
    raw_attributes: [number, Buffer][];
  };
}

const library = createRequire(import.meta.url)("radius") as RadiusLibrary;
library.load_dictionaries();
library.load_dictionary(fileURLToPath(new URL("./dictionary.mikrotik", import.meta.url)));

const messageAuthenticator = 80;

export interface RadiusPacket {
  /** `Access-Accept`, `Disconnect-Request`… */
  readonly code: string;
  readonly identifier: number;
  readonly bytes: Buffer;
  /** First value of an attribute, a vendor's attribute included. */
  text(name: string): string | null;
  number(name: string): number | null;
  /** All values, as bytes where the dictionary says octets. */
  all(name: string): Value[];
  /** Everything readable, for a log; passwords and keys are masked. */
  summary(): Record<string, string>;
}

/** Throws on bytes that are no RADIUS packet. Verifies nothing. */
export function decodePacket(bytes: Uint8Array): RadiusPacket {
  const buffer = Buffer.from(bytes);
  const decoded = library.decode({ packet: buffer, no_secret: true });
  if (decoded.length < 20) throw new RangeError("shorter than a header");
  const values = { ...decoded.attributes, ...(decoded.attributes["Vendor-Specific"] as object | undefined) } as Record<
    string,
    unknown
  >;
  const all = (name: string): Value[] => {
    const value = values[name];
    return value === undefined ? [] : Array.isArray(value) ? value : [value as Value];
  };
  return {
    code: decoded.code,
    identifier: decoded.identifier,
    bytes: buffer.subarray(0, decoded.length),
    all,
    text: (name) => {
      const [value] = all(name);
      return value === undefined || value === null ? null : String(value);
    },
    number: (name) => {
      const [value] = all(name);
      return typeof value === "number" ? value : null;
    },
    summary: () => {
      const shown: Record<string, string> = {};
      for (const name of Object.keys(values)) {
        if (name === "Vendor-Specific" || name === "Message-Authenticator") continue;
        const secret = name.endsWith("Password") || name.endsWith("Challenge");
        shown[name] = secret
          ? "(hidden)"
          : all(name)
              .map((value) => (Buffer.isBuffer(value) ? printable(value) : String(value)))
              .join(", ");
      }
      return shown;
    },
  };
}

function printable(value: Buffer): string {
  const text = value.toString("latin1");
  return /^[\x20-\x7e]*$/.test(text) ? text : `0x${value.toString("hex")}`;
}

/** An Access-Request has a random authenticator and a Message-Authenticator. The authenticator of the others signs the packet. */
export function encodeRequest(parts: {
  code: "Access-Request" | "Accounting-Request" | "Disconnect-Request" | "CoA-Request";
  identifier: number;
  secret: string;
  /** 16 random bytes; only an Access-Request carries them. */
  authenticator: Buffer;
  attributes: readonly Attribute[];
}): Buffer {
  const access = parts.code === "Access-Request";
  return library.encode({
    code: parts.code,
    identifier: parts.identifier,
    secret: parts.secret,
    ...(access ? { authenticator: parts.authenticator } : {}),
    attributes: parts.attributes.map((attribute) => hidePassword(attribute, parts)),
    add_message_authenticator: access,
  });
}

/** The package sends nothing for an empty password; RouterOS sends one block (RFC 2865 §5.2 wants at least 16 bytes). */
function hidePassword(attribute: Attribute, parts: { secret: string; authenticator: Buffer }): Attribute {
  if (attribute[0] !== "User-Password" || attribute[1] !== "") return attribute;
  return ["User-Password", createHash("md5").update(parts.secret).update(parts.authenticator).digest()];
}

/** ACK or NAK to a Disconnect-Request or CoA-Request. */
export function encodeAnswer(request: RadiusPacket, code: string, secret: string, attributes: Attribute[]): Buffer {
  const packet = library.decode({ packet: Buffer.from(request.bytes), no_secret: true });
  return library.encode_response({
    packet: { ...packet, authenticator: request.bytes.subarray(4, 20) },
    code,
    secret,
    attributes,
  });
}

/** The PAP password of an Access-Request, as the package reads it; throws when its Message-Authenticator is wrong. */
export function clearPassword(request: RadiusPacket, secret: string): string {
  const { attributes } = library.decode({ packet: Buffer.from(request.bytes), secret });
  return String(attributes["User-Password"] ?? "");
}

export type ReplyProblem = "wrong-authenticator" | "wrong-message-authenticator" | "no-message-authenticator";

/** Checks that a reply belongs to the request. `demandMessageAuthenticator` is RouterOS' `require-message-auth`. */
export function checkReply(
  request: Buffer,
  reply: RadiusPacket,
  secret: string,
  demandMessageAuthenticator: boolean,
): ReplyProblem | null {
  const bytes = Buffer.from(reply.bytes);
  const claimed = Buffer.from(bytes.subarray(4, 20));
  request.copy(bytes, 4, 4, 20);
  if (!same(md5(bytes, secret), claimed)) return "wrong-authenticator";
  return (
    checkMessageAuthenticator(bytes, secret) ??
    (demandMessageAuthenticator && find(bytes) === null ? "no-message-authenticator" : null)
  );
}

/** Whether a Disconnect-Request or CoA-Request is signed with our secret. Its Message-Authenticator is optional. */
export function checkRequest(request: RadiusPacket, secret: string): boolean {
  const bytes = Buffer.from(request.bytes);
  const claimed = Buffer.from(bytes.subarray(4, 20));
  bytes.fill(0, 4, 20);
  return same(md5(bytes, secret), claimed) && checkMessageAuthenticator(bytes, secret) === null;
}

function checkMessageAuthenticator(bytes: Buffer, secret: string): "wrong-message-authenticator" | null {
  const at = find(bytes);
  if (at === null) return null;
  const zeroed = Buffer.from(bytes);
  zeroed.fill(0, at, at + 16);
  const expected = createHmac("md5", secret).update(zeroed).digest();
  return same(expected, bytes.subarray(at, at + 16)) ? null : "wrong-message-authenticator";
}

function find(bytes: Buffer): number | null {
  for (let at = 20; at + 2 <= bytes.length; ) {
    const length = bytes[at + 1] ?? 0;
    if (length < 2) return null;
    if (bytes[at] === messageAuthenticator && length === 18) return at + 2;
    at += length;
  }
  return null;
}

const md5 = (bytes: Buffer, secret: string) => createHash("md5").update(bytes).update(secret).digest();
const same = (a: Buffer, b: Buffer) => a.length === b.length && timingSafeEqual(a, b);

export const mikrotik = 14988;
export const wispr = 14122;
