/** A self-signed certificate as routers make it: one key, and dates without meaning. */

import { generateKeyPairSync, sign } from "node:crypto";
import { sha256Hex } from "@karibu/protocol/hash";

export interface SelfSigned {
  readonly key: string;
  readonly cert: string;
  readonly sha256: string;
}

/** X.509 v3 without extensions, ECDSA P-256. @see RFC 5280 §4.1 */
export function makeSelfSigned(commonName: string): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const algorithm = sequence(objectId("2a8648ce3d040302"));
  const name = sequence(tlv(0x31, sequence(objectId("550403"), tlv(0x0c, Buffer.from(commonName)))));
  const validity = sequence(tlv(0x17, Buffer.from("700102000000Z")), tlv(0x17, Buffer.from("491231235959Z")));
  const version = tlv(0xa0, integer(2));
  const spki = publicKey.export({ type: "spki", format: "der" });
  const body = sequence(version, integer(1), algorithm, name, validity, name, spki);
  const signature = tlv(0x03, Buffer.concat([Buffer.from([0]), sign("sha256", body, privateKey)]));
  const der = sequence(body, algorithm, signature);
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    key: String(privateKey.export({ type: "pkcs8", format: "pem" })),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
    sha256: sha256Hex(der),
  };
}

const sequence = (...parts: Buffer[]) => tlv(0x30, ...parts);
const integer = (value: number) => tlv(0x02, Buffer.from([value]));
const objectId = (hex: string) => tlv(0x06, Buffer.from(hex, "hex"));

function tlv(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length = content.length;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}
