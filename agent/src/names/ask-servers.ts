/** Questions to DNS servers by c-ares, which Node carries: over sockets of the event loop, on no thread. */
// biome-ignore lint/plugin: a Resolver asks by sockets; `lookup` would not
import { Resolver } from "node:dns";
import type { FoundAddress } from "../ground/lookup.ts";

export type DnsAnswer =
  | { readonly kind: "addresses"; readonly addresses: readonly FoundAddress[]; readonly ttlSeconds: number }
  /** A server says that there is no such name, or no such address of it. */
  | { readonly kind: "none" }
  /** No server said anything that counts: silent, unreachable, or without an upstream of its own (SERVFAIL). */
  | { readonly kind: "silent"; readonly why: string };

/** Never rejects. Bounded: each server is asked twice, for two seconds each time. */
export type AskServers = (servers: readonly string[], name: string, family: 4 | 6) => Promise<DnsAnswer>;

const tryMs = 2000;
const tries = 2;
/** The servers' own words; all else says nothing of the name. */
const believed: readonly string[] = ["ENOTFOUND", "ENODATA", "EBADNAME"];

/** One resolver as long as the servers stay the same: it remembers which of them failed, and asks those last. */
export function createAskServers(): AskServers {
  let last: { readonly resolver: Resolver; readonly servers: string } | null = null;

  function resolverFor(servers: readonly string[]): Resolver {
    const wanted = servers.join(" ");
    if (last?.servers === wanted) return last.resolver;
    // The one before still hears the answers to what it asked.
    const resolver = new Resolver({ timeout: tryMs, tries, maxTimeout: tryMs });
    resolver.setServers(servers);
    last = { resolver, servers: wanted };
    return resolver;
  }

  return (servers, name, family) =>
    new Promise((resolve) => {
      const take = (error: NodeJS.ErrnoException | null, records: readonly { address: string; ttl: number }[]) => {
        if (error !== null) {
          const { code = "unknown" } = error;
          return resolve(believed.includes(code) ? { kind: "none" } : { kind: "silent", why: code });
        }
        if (records.length === 0) return resolve({ kind: "none" });
        const addresses = records.map(({ address }) => ({ address, family }));
        resolve({ kind: "addresses", addresses, ttlSeconds: Math.min(...records.map(({ ttl }) => ttl)) });
      };
      try {
        const current = resolverFor(servers);
        if (family === 4) current.resolve4(name, { ttl: true }, take);
        else current.resolve6(name, { ttl: true }, take);
      } catch (error) {
        resolve({ kind: "silent", why: (error as Error).message });
      }
    });
}
