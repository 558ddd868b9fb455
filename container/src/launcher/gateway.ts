/**
 * The router, as a container sees it: the gateway of its default route. Disconnect-Requests go there unless a setting says
 * otherwise. The kernel writes addresses as hex in the machine's byte order, which is little-endian on all that we build for.
 */
export function findGateway(procNetRoute: string): string | null {
  for (const line of procNetRoute.split("\n").slice(1)) {
    const [, destination, gateway] = line.trim().split(/\s+/);
    if (destination !== "00000000" || gateway === undefined || !/^[0-9A-F]{8}$/i.test(gateway)) continue;
    if (gateway === "00000000") continue;
    return [...Buffer.from(gateway, "hex")].reverse().join(".");
  }
  return null;
}
