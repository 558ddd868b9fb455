/**
 * Names as sockets ask for them: the shape that `node:net`, `node:tls`, `node:http` and `node:dgram` take as `lookup`. Whoever
 * dials by a name hands one in. Node's own would call getaddrinfo on the thread that syncs the journal.
 */
import { isIP, type LookupFunction } from "node:net";
import { Fault } from "@karibu/protocol/fault";

export interface FoundAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/**
 * Between two addresses of one name. Node's own 250 ms would give up a satellite's connection before its first answer; the
 * first packet is sent again after one second (RFC 6298 §2).
 */
const nextAddressMs = 3000;

/** What to connect with, besides host and port. */
export function connectBy(lookup: LookupFunction): {
  readonly lookup: LookupFunction;
  readonly autoSelectFamilyAttemptTimeout: number;
} {
  return { lookup, autoSelectFamilyAttemptTimeout: nextAddressMs };
}

/** `find` rejects, or gives at least one address, the best first. */
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

/** `node:dgram` gives a number where its types promise an object. */
function familyOf(options: Parameters<LookupFunction>[1] | number): 0 | 4 | 6 {
  const family = typeof options === "number" ? options : options.family;
  if (family === 4 || family === "IPv4") return 4;
  return family === 6 || family === "IPv6" ? 6 : 0;
}

/** An address needs no look-up; null: it is a name. */
export function literalAddress(name: string): FoundAddress | null {
  const family = isIP(name);
  return family === 4 || family === 6 ? { address: name, family } : null;
}

/** Finds addresses and nothing else: for who never dials by a name. */
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
