/** Files of back-ups as they are kept: AES-256-GCM under a key of their own, which lies sealed in the back-up's row. */
import { createCipheriv, createDecipheriv } from "node:crypto";
import { Fault } from "@karibu/protocol/fault";
import type { Random } from "@karibu/protocol/world";

/** `about`: which back-up and which file, so that another one in its place does not open. */
export function sealFile(random: Random, key: Uint8Array, file: Uint8Array, about: string): Buffer {
  const nonce = random.bytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(about));
  return Buffer.concat([nonce, cipher.update(file), cipher.final(), cipher.getAuthTag()]);
}

/** Throws Fault "router-back-up/damaged". */
export function openFile(key: Uint8Array, sealed: Uint8Array, about: string): Buffer {
  const whole = Buffer.from(sealed);
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, whole.subarray(0, 12), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(about)).setAuthTag(whole.subarray(-16));
    return Buffer.concat([decipher.update(whole.subarray(12, -16)), decipher.final()]);
  } catch (error) {
    throw new Fault(
      "router-back-up/damaged",
      "a kept back-up is damaged, or of another row",
      { retry: "never" },
      error,
    );
  }
}
