/**
 * A push message as only one browser can read it: its push service carries it sealed.
 * Shape   salt (16) | record size (4) | key length (1) | the message's own public key (65) | AES-128-GCM of the text and a 2 | tag (16)
 * @see RFC 8291, RFC 8188 (`aes128gcm`)
 */
import { createCipheriv, createECDH, type ECDH, hkdfSync } from "node:crypto";
import type { Random } from "@karibu/protocol/world";

/** What a browser gives with its subscription. */
export interface BrowserKeys {
  /** Its public key: 65 bytes, a point of P-256. */
  readonly p256dh: Uint8Array;
  /** 16 bytes that only it and we know. */
  readonly auth: Uint8Array;
}

const curve = "prime256v1";
const saltBytes = 16;
const recordBytes = 4096;
const keyBytes = 32;
/** One record, less the head, the end mark and the tag: what every push service takes. */
const textBytesMax = 3_900;

/** Throws a RangeError for a text that no push service would take. */
export function encryptPush(random: Random, text: string, { p256dh, auth }: BrowserKeys): Buffer {
  const plain = Buffer.from(text);
  if (plain.length > textBytesMax) throw new RangeError(`encryptPush: ${plain.length} bytes`);
  const own = newKeys(random);
  const salt = random.bytes(saltBytes);
  const info = Buffer.concat([Buffer.from("WebPush: info\0"), p256dh, own.getPublicKey()]);
  const shared = derive(own.computeSecret(p256dh), { salt: auth, info, bytes: keyBytes });
  const contentKey = derive(shared, { salt, info: Buffer.from("Content-Encoding: aes128gcm\0"), bytes: 16 });
  const nonce = derive(shared, { salt, info: Buffer.from("Content-Encoding: nonce\0"), bytes: 12 });
  const cipher = createCipheriv("aes-128-gcm", contentKey, nonce);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(recordBytes, 0);
  head[4] = own.getPublicKey().length;
  const sealed = [cipher.update(plain), cipher.update(Uint8Array.of(2)), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat([salt, head, own.getPublicKey(), ...sealed]);
}

/** False: not what a browser gives, for example a point that is not on the curve. */
export function areBrowserKeys({ p256dh, auth }: BrowserKeys): boolean {
  if (p256dh.length !== 65 || p256dh[0] !== 4 || auth.length !== 16) return false;
  const probe = createECDH(curve);
  probe.setPrivateKey(Buffer.alloc(keyBytes, 1));
  try {
    return probe.computeSecret(p256dh).length === keyBytes;
  } catch {
    return false;
  }
}

/** A pair of keys from this randomness. */
export function newKeys(random: Random): ECDH {
  const keys = createECDH(curve);
  for (;;) {
    try {
      keys.setPrivateKey(random.bytes(keyBytes));
      return keys;
    } catch {
      // Not below the curve's order: one of four thousand million.
    }
  }
}

function derive(
  secret: Uint8Array,
  { salt, info, bytes }: { readonly salt: Uint8Array; readonly info: Uint8Array; readonly bytes: number },
): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, salt, info, bytes));
}
