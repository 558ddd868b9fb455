/** An authenticator app for tests. */
import { totpCode, totpStep } from "./totp.ts";

/** RFC 4648 §6. */
function base32Bytes(text: string): Buffer {
  const bits = [...text].map((letter) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"),
  );
  const octets = bits.join("").match(/.{8}/g) ?? [];
  return Buffer.from(octets.map((octet) => Number.parseInt(octet, 2)));
}

/** The code that the app shows then. `secret`: as the hub showed it. */
export function codeAt(secret: string, atMs: number): string {
  return totpCode(base32Bytes(secret), totpStep(atMs));
}
