/** Who is at the other end of a connection, as its socket says it. */

/** A socket for both families shows IPv4 mapped into IPv6: `::ffff:10.89.0.2` is 10.89.0.2. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:/i, "");
}

/** `address` as `plainAddress` gives it. */
export function isLoopback(address: string): boolean {
  return address === "::1" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(address);
}
