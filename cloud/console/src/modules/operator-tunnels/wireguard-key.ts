/** A WireGuard key pair, made in this browser: the private half never leaves it. */
export interface KeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** Null: this browser can't (an old one, or a page over plain http). @see RFC 7748 (X25519), RFC 8410 (its PKCS #8: the key is the last 32 bytes) */
export async function makeKeyPair(): Promise<KeyPair | null> {
  try {
    const pair = (await crypto.subtle.generateKey({ name: "X25519" }, true, ["deriveBits"])) as CryptoKeyPair;
    const [privateBytes, publicBytes] = await Promise.all([
      crypto.subtle.exportKey("pkcs8", pair.privateKey),
      crypto.subtle.exportKey("raw", pair.publicKey),
    ]);
    return { privateKey: base64(privateBytes.slice(-32)), publicKey: base64(publicBytes) };
  } catch {
    return null;
  }
}

const base64 = (bytes: ArrayBuffer): string => btoa(String.fromCharCode(...new Uint8Array(bytes)));
