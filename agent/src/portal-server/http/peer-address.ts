/** Who is at the other end of a connection, as its socket says it. */

/** A socket for both families shows IPv4 mapped into IPv6: `::ffff:10.89.0.2` is 10.89.0.2. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:/i, "");
}

/** Of a network that no stranger on the internet has: RFC 1918, RFC 6598 (carriers), RFC 3927, RFC 1122 (this machine). */
export function isPrivateIpv4(host: string): boolean {
  const octets = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host)?.slice(1).map(Number);
  const [first = 0, second = 0] = octets ?? [];
  return (
    first === 10 ||
    first === 127 ||
    (first === 172 && second >= 16 && second < 32) ||
    (first === 192 && second === 168) ||
    (first === 100 && second >= 64 && second < 128) ||
    (first === 169 && second === 254)
  );
}

/** `address` as `plainAddress` gives it. */
export function isLoopback(address: string): boolean {
  return address === "::1" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(address);
}
