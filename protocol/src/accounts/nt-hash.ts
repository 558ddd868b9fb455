/**
 * The NT hash of a password: MD4 of its UTF-16LE. MS-CHAPv2 and PAP can be answered from it alone, so sites are told it instead of the
 * password. It is no protection of the log-in itself: who has the hash can answer MS-CHAPv2 with it, and weak passwords are found from it in
 * seconds. It only keeps the clear password, which people use elsewhere too, off the sites.
 * @see RFC 2759 §8.3, RFC 1320 (MD4)
 */

/** RFC 2759 §8.3: 16 octets. */
export function ntPasswordHash(password: string): Uint8Array {
  const octets = new Uint8Array(password.length * 2);
  for (let at = 0; at < password.length; at++) {
    const unit = password.charCodeAt(at);
    octets[2 * at] = unit & 255;
    octets[2 * at + 1] = unit >> 8;
  }
  return md4(octets);
}

/** What a log-in is checked against: the password in clear, or its NT hash (16 octets), from which CHAP can't be answered. */
export type KnownPassword = string | Uint8Array;

export function ntHashOf(password: KnownPassword): Uint8Array {
  return typeof password === "string" ? ntPasswordHash(password) : password;
}

/** 32 hex digits, as feed rows have it. */
export function ntHashHex(password: string): string {
  return [...ntPasswordHash(password)].map((octet) => octet.toString(16).padStart(2, "0")).join("");
}

const rotations = [
  [3, 7, 11, 19],
  [3, 5, 9, 13],
  [3, 9, 11, 15],
] as const;
const wordOrder = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
  [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
] as const;
const roundConstants = [0, 0x5a827999, 0x6ed9eba1] as const;

/** RFC 1320. Crypto libraries no longer have it. */
export function md4(message: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil((message.length + 9) / 64) * 64);
  padded.set(message);
  padded[message.length] = 0x80;
  const words = new DataView(padded.buffer);
  words.setBigUint64(padded.length - 8, BigInt(message.length) * 8n, true);
  const state = Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  for (let at = 0; at < padded.length; at += 64) {
    let [a, b, c, d] = state as unknown as [number, number, number, number];
    for (let step = 0; step < 48; step++) {
      const round = step >> 4;
      const mixed = [(b & c) | (~b & d), (b & c) | (b & d) | (c & d), b ^ c ^ d][round] as number;
      const word = words.getUint32(at + 4 * ((wordOrder[round] as readonly number[])[step & 15] as number), true);
      const sum = (a + mixed + word + (roundConstants[round] as number)) | 0;
      const rotation = (rotations[round] as readonly number[])[step & 3] as number;
      [a, b, c, d] = [d, (sum << rotation) | (sum >>> (32 - rotation)), b, c];
    }
    [a, b, c, d].forEach((word, index) => {
      state[index] = (state[index] as number) + word;
    });
  }
  const out = new Uint8Array(16);
  const view = new DataView(out.buffer);
  state.forEach((word, index) => {
    view.setUint32(4 * index, word, true);
  });
  return out;
}
