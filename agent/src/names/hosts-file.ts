/** Names that no server is asked for: `localhost`, and those of the hosts file. Pure. */
import { type FoundAddress, literalAddress } from "../ground/lookup.ts";

/** @see RFC 6761 §6.3: never asked of a server. */
const loopback: readonly FoundAddress[] = [
  { address: "127.0.0.1", family: 4 },
  { address: "::1", family: 6 },
];

/** `hosts`: the text of the hosts file. Null: a server has to be asked. @see hosts(5) */
export function localAddresses(name: string, hosts: string): readonly FoundAddress[] | null {
  const wanted = plainName(name);
  // A file of a hundred thousand blocked names is not taken apart for each question.
  const lines = hosts.toLowerCase().includes(wanted) ? hosts.split("\n") : [];
  const listed = lines.flatMap((line) => {
    const [address = "", ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    if (!names.some((each) => plainName(each) === wanted)) return [];
    return literalAddress(address) ?? [];
  });
  if (listed.length > 0) return ipv4First(listed);
  return wanted === "localhost" || wanted.endsWith(".localhost") ? loopback : null;
}

/** Case says nothing in a name, nor does a dot at its end. */
export const plainName = (name: string): string => name.toLowerCase().replace(/\.$/, "");

/** IPv4 is what a router's container has; where both lead out, the next address is tried when the first is silent. */
export const ipv4First = (addresses: readonly FoundAddress[]): FoundAddress[] =>
  addresses.toSorted((one, other) => one.family - other.family);
