/** Queries to DNS servers by c-ares, which Node includes. It uses sockets of the event loop and no thread. */
// biome-ignore lint/plugin: a Resolver uses sockets; `lookup` would use a thread
import { Resolver } from "node:dns";
import type { FoundAddress } from "../ground/lookup.ts";

export type DnsAnswer =
  | { readonly kind: "addresses"; readonly addresses: readonly FoundAddress[]; readonly ttlSeconds: number }
  /** The server says that the name, or an address of this family, does not exist. */
  | { readonly kind: "none" }
  /** No usable answer: the servers are silent, unreachable, or have no upstream (SERVFAIL). */
  | { readonly kind: "silent"; readonly why: string };

/** Never rejects. Each server is asked twice at most, for two seconds each time. */
export type AskServers = (servers: readonly string[], name: string, family: 4 | 6) => Promise<DnsAnswer>;

const tryMs = 2000;
const tries = 2;
/** These codes are a server's answer. All other codes say nothing about the name. */
const authoritative: readonly string[] = ["ENOTFOUND", "ENODATA", "EBADNAME"];

/** Keeps one resolver while the servers stay the same: it remembers failed servers and asks them last. */
export function createAskServers(): AskServers {
  let last: { readonly resolver: Resolver; readonly servers: string } | null = null;

  function resolverFor(servers: readonly string[]): Resolver {
    const wanted = servers.join(" ");
    if (last?.servers === wanted) return last.resolver;
    // The old resolver still receives the answers to its queries.
    const resolver = new Resolver({ timeout: tryMs, tries, maxTimeout: tryMs });
    resolver.setServers(servers);
    last = { resolver, servers: wanted };
    return resolver;
  }

  return (servers, name, family) =>
    new Promise((resolve) => {
      const takeAnswer = (
        error: NodeJS.ErrnoException | null,
        records: readonly { address: string; ttl: number }[],
      ) => {
        if (error !== null) {
          const { code = "unknown" } = error;
          return resolve(authoritative.includes(code) ? { kind: "none" } : { kind: "silent", why: code });
        }
        if (records.length === 0) return resolve({ kind: "none" });
        const addresses = records.map(({ address }) => ({ address, family }));
        resolve({ kind: "addresses", addresses, ttlSeconds: Math.min(...records.map(({ ttl }) => ttl)) });
      };
      try {
        const current = resolverFor(servers);
        if (family === 4) current.resolve4(name, { ttl: true }, takeAnswer);
        else current.resolve6(name, { ttl: true }, takeAnswer);
      } catch (error) {
        resolve({ kind: "silent", why: (error as Error).message });
      }
    });
}
