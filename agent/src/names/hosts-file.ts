/** Names that are never sent to a server: `localhost` and those of the hosts file. Pure. */
import { type FoundAddress, literalAddress } from "../ground/lookup.ts";

/** @see RFC 6761 §6.3 */
const loopback: readonly FoundAddress[] = [
  { address: "127.0.0.1", family: 4 },
  { address: "::1", family: 6 },
];

/** `hosts` is the text of the hosts file. Null: a server must be asked. @see hosts(5) */
export function localAddresses(name: string, hosts: string): readonly FoundAddress[] | null {
  const wanted = plainName(name);
  // A block list may have a hundred thousand lines: they are not parsed for each query.
  const lines = hosts.toLowerCase().includes(wanted) ? hosts.split("\n") : [];
  const listed = lines.flatMap((line) => {
    const [address = "", ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    if (!names.some((each) => plainName(each) === wanted)) return [];
    return literalAddress(address) ?? [];
  });
  if (listed.length > 0) return ipv4First(listed);
  return wanted === "localhost" || wanted.endsWith(".localhost") ? loopback : null;
}

/** Names ignore case and a final dot. */
export const plainName = (name: string): string => name.toLowerCase().replace(/\.$/, "");

/** A router's container mostly has IPv4 only. Where both work, the second address is tried when the first is silent. */
export const ipv4First = (addresses: readonly FoundAddress[]): FoundAddress[] =>
  addresses.toSorted((one, other) => one.family - other.family);
