/** The shared secret of every RADIUS client over TLS: a fixed word, because TLS protects the packets. @see RFC 6614 §2.3 */
export const radsecSecret = "radsec";
