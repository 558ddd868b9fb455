/**
 * Name resolution for sockets, in the shape that `node:net`, `node:tls`, `node:http` and `node:dgram` take as `lookup`. Code that
 * connects by name must hand one in: Node's default calls getaddrinfo on the thread that syncs the journal.
 */
import { isIP, type LookupFunction } from "node:net";
import { Fault } from "@karibu/protocol/fault";

export interface FoundAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/**
 * The time before the next address of a name is tried. Node's default of 250 ms gives up a satellite connection before its
 * first answer; TCP repeats its first packet after one second (RFC 6298 §2).
 */
const nextAddressMs = 3000;

/** Options to connect with, besides host and port. */
export function connectBy(lookup: LookupFunction): {
  readonly lookup: LookupFunction;
  readonly autoSelectFamilyAttemptTimeout: number;
} {
  return { lookup, autoSelectFamilyAttemptTimeout: nextAddressMs };
}

/** `find` rejects, or resolves with at least one address, the best first. */
export function lookupWith(find: (name: string) => Promise<readonly FoundAddress[]>): LookupFunction {
  return (name, options, callback) => {
    const family = familyOf(options);
    find(name).then(
      (all) => {
        const found = all.filter((each) => family === 0 || each.family === family);
        const [first] = found;
        if (first === undefined) callback(unknownName(name, `no IPv${family} address`), "");
        else if (options.all === true) callback(null, [...found]);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ""),
    );
  };
}

/** `node:dgram` passes a number where its types promise an object. */
function familyOf(options: Parameters<LookupFunction>[1] | number): 0 | 4 | 6 {
  const family = typeof options === "number" ? options : options.family;
  if (family === 4 || family === "IPv4") return 4;
  return family === 6 || family === "IPv6" ? 6 : 0;
}

/** The address itself; null when the text is a name. */
export function literalAddress(name: string): FoundAddress | null {
  const family = isIP(name);
  return family === 4 || family === 6 ? { address: name, family } : null;
}

/** Resolves addresses only: for sockets that never connect by name. */
export const addressesOnly: LookupFunction = lookupWith(async (name) => {
  const literal = literalAddress(name);
  if (literal === null) throw unknownName(name, "only addresses are known here");
  return [literal];
});

export function unknownName(name: string, why: string): Fault {
  return new Fault("dns/unknown-name", `${name} is not found: ${why}`, {
    retry: "later",
    hint: "Is the name spelt right? Does the DNS server that this machine uses know it?",
  });
}
