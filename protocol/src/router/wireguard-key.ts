/**
 * A WireGuard key as `wg` writes it: 32 bytes in base64. Of the last letter only four bits count, and `wg` refuses the whole file for one key whose other
 * bits are not zero.
 */
export const wireguardKeyPattern = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;
