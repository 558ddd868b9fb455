/**
 * Who has which domain, as this process knows it. All are read at once and at most every few seconds, however many names are asked for: a flood of
 * made-up names costs no question to the database.
 */
import type { Clock } from "@karibu/protocol/world";
import type { Database } from "../../ground/db/database.ts";
import { platformProviderId } from "../../ground/http/actor.ts";
import type { DomainOwner } from "../../ground/http/host-gate.ts";

export interface KnownDomains {
  readonly ownerOf: DomainOwner;
  /** Is there a provider with this name below the hub's host? */
  hasSubdomain(name: string): Promise<boolean>;
  /** After a change here: it is read anew at the next question. */
  forget(): void;
}

const keptMs = 10_000;

interface Known {
  readonly owners: ReadonlyMap<string, string>;
  readonly subdomains: ReadonlySet<string>;
}

export function createKnownDomains(clock: Clock, database: Database): KnownDomains {
  let known: Known | null = null;
  let readAtMs = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | null = null;

  async function read(): Promise<void> {
    // Before the question: what changes meanwhile is read at the next one.
    readAtMs = clock.monotonicMs();
    try {
      known = await database.asPlatform("domains", async (tx) => {
        const domains = await tx
          .selectFrom("provider_domains as d")
          .innerJoin("providers as p", "p.provider_id", "d.provider_id")
          .select(["d.host", "d.provider_id"])
          .where("d.state", "in", ["proved", "lost"])
          .where("p.state", "<>", "deleted")
          .execute();
        const named = await tx
          .selectFrom("providers")
          .select("subdomain")
          .where("subdomain", "is not", null)
          .where("state", "<>", "deleted")
          .where("provider_id", "<>", platformProviderId)
          .execute();
        return {
          owners: new Map(domains.map(({ host, provider_id: providerId }) => [host, providerId])),
          subdomains: new Set(named.flatMap(({ subdomain }) => subdomain ?? [])),
        };
      });
    } catch (error) {
      // What was known goes on; who asks before anything was known hears of the database.
      if (known === null) {
        readAtMs = Number.NEGATIVE_INFINITY;
        throw error;
      }
    } finally {
      reading = null;
    }
  }

  async function current(): Promise<Known> {
    if (clock.monotonicMs() - readAtMs >= keptMs) reading ??= read();
    if (reading !== null) await reading;
    return known as Known;
  }

  return {
    ownerOf: async (host) => (await current()).owners.get(host) ?? null,
    hasSubdomain: async (name) => (await current()).subdomains.has(name),
    forget: () => {
      readAtMs = Number.NEGATIVE_INFINITY;
    },
  };
}
