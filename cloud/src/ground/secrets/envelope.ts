/**
 * Secrets in the database (channel keys, batch keys, the hub's key). Each is encrypted with a separate data key, and the master
 * key encrypts that data key. So a new master key only re-encrypts 32 bytes a row, and two rows never share a key.
 *
 * Shape   version (1 byte) | master key id (8) | nonce (12) | wrapped data key (32 + tag 16) | nonce (12) | ciphertext | tag (16)
 * AES-256-GCM for both. `context` says what and whose the secret is, so that a sealed value in another row does not open.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  type KeyObject,
  timingSafeEqual,
} from "node:crypto";
import { Fault } from "@karibu/protocol/fault";
import type { Random } from "@karibu/protocol/world";

export interface Envelope {
  /** `context`: for example `channel/<providerId>/<channelId>`. `open` needs the same. */
  seal(secret: Uint8Array, context: string): Buffer;
  /** Throws Fault "secrets/unknown-master-key" or "secrets/damaged". */
  open(sealed: Uint8Array, context: string): Buffer;
  /** The same secret under the newest master key; null when it is under that key already. */
  rewrap(sealed: Uint8Array): Buffer | null;
  /** A sign on `text` that only this hub can make, 32 bytes; who keeps it beside the text can prove later that the hub wrote it. */
  sign(text: string): Buffer;
  /** Is it the sign on `text`, or its first bytes (16 or more), under any of the master keys? */
  isSign(text: string, sign: Uint8Array): boolean;
  /** For what others keep for the hub: shorter than `seal`, and the same each time. It is not re-encrypted with a new master key. */
  sealBriefly(text: string, context: string): string;
  /** Null: it is not what `sealBriefly` made, or under a master key that this hub does not have. */
  openBriefly(sealed: string, context: string): string | null;
  /** The first bytes of all secrets under the newest master key. */
  readonly newestHead: Buffer;
}

export const masterKeyBytes = 32;
const version = 1;
const idBytes = 8;
const nonceBytes = 12;
const tagBytes = 16;
const signBytesMin = 16;
const headBytes = 1 + idBytes;
const wrappedBytes = nonceBytes + masterKeyBytes + tagBytes;

/** A master key with what is made of it. Key objects: the cipher takes bytes too, at three times the time. */
interface MasterKey {
  readonly id: Buffer;
  readonly whole: KeyObject;
  readonly ofSigns: KeyObject;
  readonly ofBrief: KeyObject;
}

/** `masterKeys`: newest first. Older ones only open secrets from before the change. */
export function createEnvelope(random: Random, masterKeys: readonly Uint8Array[]): Envelope {
  const keys = masterKeys.map(prepared);
  const newest = keys[0];
  if (newest === undefined) throw new TypeError("createEnvelope: no master key");
  const byId = new Map(keys.map((key) => [key.id.toString("hex"), key]));

  const unwrap = (sealed: Buffer): Buffer => {
    if (sealed.length < headBytes + wrappedBytes + nonceBytes + tagBytes || sealed[0] !== version) throw damaged();
    const key = byId.get(sealed.subarray(1, headBytes).toString("hex"));
    if (key === undefined) throw unknownKey();
    return decrypt(key.whole, sealed.subarray(headBytes, headBytes + wrappedBytes), "data-key");
  };
  const newestHead = Buffer.concat([Uint8Array.of(version), newest.id]);
  const wrap = (dataKey: Uint8Array): Buffer =>
    Buffer.concat([newestHead, encrypt(random, newest.whole, dataKey, "data-key")]);

  const signUnder = (key: MasterKey, text: string) => createHmac("sha256", key.ofSigns).update(text).digest();

  return {
    sign: (text) => signUnder(newest, text),
    isSign: (text, sign) =>
      sign.length >= signBytesMin &&
      keys.some((key) => {
        const right = signUnder(key, text).subarray(0, sign.length);
        return right.length === sign.length && timingSafeEqual(right, sign);
      }),
    sealBriefly(text, context) {
      const key = newest.ofBrief;
      // The nonce is made of what it is for: the same nonce never meets another text.
      const nonce = createHmac("sha256", key).update(`${context}\n${text}`).digest().subarray(0, nonceBytes);
      return encryptWith(nonce, key, Buffer.from(text), context).toString("base64url");
    },
    openBriefly(sealed, context) {
      const whole = Buffer.from(sealed, "base64url");
      if (whole.length < nonceBytes + tagBytes) return null;
      for (const key of keys) {
        try {
          return decrypt(key.ofBrief, whole, context).toString("utf8");
        } catch {
          // Under another key, or not ours.
        }
      }
      return null;
    },
    newestHead,
    seal(secret, context) {
      const dataKey = random.bytes(masterKeyBytes);
      return Buffer.concat([wrap(dataKey), encrypt(random, createSecretKey(dataKey), secret, context)]);
    },
    open(sealed, context) {
      const whole = Buffer.from(sealed);
      return decrypt(createSecretKey(unwrap(whole)), whole.subarray(headBytes + wrappedBytes), context);
    },
    rewrap(sealed) {
      const whole = Buffer.from(sealed);
      if (whole.subarray(1, headBytes).equals(newest.id)) return null;
      return Buffer.concat([wrap(unwrap(whole)), whole.subarray(headBytes + wrappedBytes)]);
    },
  };
}

function prepared(key: Uint8Array): MasterKey {
  if (key.length !== masterKeyBytes) throw new TypeError(`createEnvelope: a master key has ${masterKeyBytes} bytes`);
  const id = createHash("sha256").update("karibu-master-key\n").update(key).digest().subarray(0, idBytes);
  return { id, whole: createSecretKey(key), ofSigns: derived(key, "sign"), ofBrief: derived(key, "brief") };
}

/** A key of its own for each use of the master key. */
const derived = (key: Uint8Array, use: "sign" | "brief"): KeyObject =>
  createSecretKey(createHmac("sha256", key).update(`karibu-${use}`).digest());

function encrypt(random: Random, key: KeyObject, plain: Uint8Array, context: string): Buffer {
  return encryptWith(random.bytes(nonceBytes), key, plain, context);
}

function encryptWith(nonce: Uint8Array, key: KeyObject, plain: Uint8Array, context: string): Buffer {
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(context));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: KeyObject, sealed: Buffer, context: string): Buffer {
  const nonce = sealed.subarray(0, nonceBytes);
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(-tagBytes));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()]);
  } catch (error) {
    throw damaged(error);
  }
}

function damaged(cause?: unknown): Fault {
  return new Fault(
    "secrets/damaged",
    "a sealed secret was changed, or copied from another row",
    { retry: "never" },
    cause,
  );
}

function unknownKey(): Fault {
  return new Fault("secrets/unknown-master-key", "a secret is sealed under a master key that this hub does not have", {
    retry: "never",
    hint: "Add the former key to KARIBU_MASTER_KEY after the new one, separated by a comma.",
  });
}
