/** `/api/v1/domains`: a provider's own domains, and the record that proves each. */
import { newId, newSecret } from "@karibu/protocol/identifiers";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { onCollision } from "../../ground/db/on-collision.ts";
import { type HubNames, plainHost } from "../../ground/http/host-gate.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { createRateLimit } from "../../ground/http/rate-limit.ts";
import { route } from "../../ground/http/route.ts";
import type { AskDns } from "../../ground/http-client/ask-dns.ts";
import { lockProvider } from "../../tenancy/providers/lock-provider.ts";
import { recordName, recordValue, refusalOfHost, shutAfterMs } from "./domain-policy.ts";
import { domainStates } from "./domain-states.ts";
import { type DomainRow, type ProveParts, proveDomain } from "./prove-domain.ts";

export const domainView = z.object({
  domainId: z.string(),
  host: z.string(),
  state: z.enum(domainStates),
  /** The TXT record that proves it. */
  record: z.object({ name: z.string(), value: z.string() }),
  /** When the proof was last seen; null: never. */
  provedAtMs: z.int().nullable(),
  lostAtMs: z.int().nullable(),
  /** The proof is missing: then it is shut. */
  shutsAtMs: z.int().nullable(),
  checkedAtMs: z.int().nullable(),
  createdAtMs: z.int(),
});

export const domainCheckView = z.object({
  found: z.enum(["proved", "no-record", "other-record", "no-answer", "held-elsewhere"]),
  /** Does the name lead to the hub? `unknown`: no name server answered. */
  leadsHere: z.enum(["yes", "no", "unknown"]),
  domain: domainView,
});

const domainsMax = 3;
const params = z.object({ domainId: z.string().min(1).max(128) });

export function domainRoutes(parts: ProveParts & { readonly names: HubNames }) {
  const { world, names, known, dns } = parts;
  const hubHost = plainHost(new URL(names.publicUrl).host);
  const checks = createRateLimit(world.clock, { tries: 10, perSeconds: 600 });
  return [
    route({
      method: "GET",
      path: "/api/v1/domains",
      summary: "The provider's own domains, and where their names must lead",
      permission: "provider.read",
      response: z.object({ items: z.array(domainView), pointTo: z.string() }),
      handle: ({ transact }) =>
        transact(async (tx) => {
          const rows = await tx.selectFrom("provider_domains").selectAll().orderBy("domainId").execute();
          return { items: rows.map(viewOf), pointTo: hubHost };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/domains",
      summary: "Enter a domain; it works once its TXT record proves that it is the provider's",
      permission: "settings.manage",
      freshFactor: true,
      body: z.strictObject({ host: z.string().trim().min(1).max(260) }),
      status: 201,
      response: domainView,
      handle: ({ body, providerId, transact, auditTarget }) =>
        transact(async (tx) => {
          const host = plainHost(body.host);
          refuseHost(host, names);
          await lockProvider(tx, providerId);
          const { has } = await tx
            .selectFrom("provider_domains")
            .select((of) => of.fn.countAll<number>().as("has"))
            .executeTakeFirstOrThrow();
          if (Number(has) >= domainsMax) throw refusal("too-many-domains");
          const domainId = newId(world);
          auditTarget(domainId);
          const row = await tx
            .insertInto("provider_domains")
            .values({
              providerId,
              domainId,
              host,
              token: newSecret(world, 20),
              state: "waiting",
              createdAtMs: world.clock.wall().atMs,
            })
            .returningAll()
            .executeTakeFirstOrThrow()
            .catch(onCollision(() => refusal("domain-entered", { field: "host" })));
          return viewOf(row);
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/domains/{domainId}/check",
      summary: "Look for the domain's TXT record now, and whether its name leads to the hub",
      permission: "settings.manage",
      params,
      body: null,
      response: domainCheckView,
      handle: async ({ params: { domainId }, providerId, transact }) => {
        const row = await transact((tx) => readDomain(tx, domainId));
        checks.take(providerId);
        const { finding: found, row: now } = await proveDomain(parts, row);
        if (now === null) throw notFound("domain");
        return { found, leadsHere: await leadsTo(dns, now.host, hubHost), domain: viewOf(now) };
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/domains/{domainId}",
      summary: "Remove a domain: customers do not find their page there any more",
      permission: "settings.manage",
      freshFactor: true,
      params,
      status: 204,
      response: z.null(),
      handle: async ({ params: { domainId }, transact }) => {
        await transact(async (tx) => {
          const gone = await tx.deleteFrom("provider_domains").where("domainId", "=", domainId).executeTakeFirst();
          if (gone.numDeletedRows === 0n) throw notFound("domain");
        });
        known.forget();
        return null;
      },
    }),
  ];
}

function refuseHost(host: string, names: HubNames): void {
  const fault = refusalOfHost(host, names);
  if (fault === "signs") throw refusal("domain-signs", { field: "host" });
  if (fault === "hubs") throw refusal("domain-of-hub", { field: "host" });
}

/** Throws a Problem 404. */
async function readDomain(tx: Tx, domainId: string): Promise<DomainRow> {
  const row = await tx.selectFrom("provider_domains").selectAll().where("domainId", "=", domainId).executeTakeFirst();
  if (row === undefined) throw notFound("domain");
  return row;
}

/** Through a service in front of it the addresses differ: then this says no, and the page works all the same. */
async function leadsTo(dns: AskDns, host: string, hubHost: string): Promise<"yes" | "no" | "unknown"> {
  try {
    const [theirs, ours] = await Promise.all([dns.addresses(host), dns.addresses(hubHost)]);
    return theirs.some((address) => ours.includes(address)) ? "yes" : "no";
  } catch {
    return "unknown";
  }
}

const viewOf = (row: DomainRow): z.input<typeof domainView> => ({
  domainId: row.domainId,
  host: row.host,
  state: row.state,
  record: { name: recordName(row.host), value: recordValue(row.token) },
  provedAtMs: row.provedAtMs,
  lostAtMs: row.lostAtMs,
  shutsAtMs: row.state === "lost" && row.lostAtMs !== null ? row.lostAtMs + shutAfterMs : null,
  checkedAtMs: row.checkedAtMs,
  createdAtMs: row.createdAtMs,
});
