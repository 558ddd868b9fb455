/**
 * URLs that an operator enters and the hub then calls: https only, and never an internal address. The name is resolved once,
 * checked, and the connection goes to that same address. So a name that resolves differently later gains nothing.
 */
import { lookup as systemLookup } from "node:dns";
import { BlockList, isIP } from "node:net";
import { Agent, type Dispatcher } from "undici";
import { z } from "zod";

/** IANA's IPv4 special-purpose address registry, multicast, and the former class E. Whatever is marked as reachable there is no hook of anybody. */
const special4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.31.196.0/24",
  "192.52.193.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "192.175.48.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
];
/**
 * IPv6 hands out addresses of the internet from 2000::/3 alone, so all else is inside: ::, ::1, ::/96 and ::ffff:0:0/96 (an IPv4 address in
 * another spelling), 64:ff9b::/96 and 64:ff9b:1::/48 (translated), 100::/64, 5f00::/16 (segment routing), fc00::/7, fe80::/10, fec0::/10,
 * ff00::/8. Within it these are special: IANA's IPv6 special-purpose address registry.
 */
const internet6 = "2000::/3";
const special6 = ["2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"];

const listOf = (networks: readonly string[], family: "ipv4" | "ipv6"): BlockList => {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", prefix] = network.split("/");
    list.addSubnet(address, Number(prefix), family);
  }
  return list;
};
const inside4 = listOf(special4, "ipv4");
const internet = listOf([internet6], "ipv6");
const inside6 = listOf(special6, "ipv6");

/** May the hub connect to this address when an operator entered it? */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !inside4.check(address, "ipv4");
  // One with a zone (`fe80::1%eth0`) is of this machine's networks.
  if (family !== 6 || address.includes("%")) return false;
  return internet.check(address, "ipv6") && !inside6.check(address, "ipv6");
}

/** For request schemas. The address behind a name is checked when the hub connects. Its message names its rule (`http/own-rules.ts`). */
export const publicUrlSchema = z
  .string()
  .max(2000)
  .refine((text) => {
    if (!URL.canParse(text)) return false;
    const { protocol, username, password, hostname } = new URL(text);
    const literal = hostname.replace(/^\[|\]$/g, "");
    const isNamed = hostname.includes(".") && !/\.(local|localhost|internal|lan|home|arpa)\.?$/i.test(hostname);
    const isOutside = isIP(literal) === 0 ? isNamed : isPublicAddress(literal);
    return protocol === "https:" && username === "" && password === "" && isOutside;
  }, "{https-address} This is not an https address on the internet.");

type Lookup = typeof systemLookup;

/** For undici requests to such URLs: refuses at connection time, redirects included. */
export function publicDispatcher(lookup: Lookup = systemLookup): Dispatcher {
  return new Agent({
    connect: {
      timeout: 10_000,
      lookup: (hostname, options, callback) => {
        lookup(hostname, { ...options, all: true }, (error, addresses) => {
          if (error !== null) return callback(error, []);
          const bad = addresses.find(({ address }) => !isPublicAddress(address));
          if (bad !== undefined) return callback(new Error(`${hostname} leads to an address inside`), []);
          const [first] = addresses;
          if (first === undefined) return callback(new Error(`${hostname} has no address`), []);
          if (options.all) callback(null, addresses);
          else callback(null, first.address, first.family);
        });
      },
    },
    headersTimeout: 15_000,
    bodyTimeout: 15_000,
    maxRedirections: 0,
  } as Agent.Options);
}
