/** The connections that a site's router follows now: how many, and of which hosts. Read when somebody looks, and kept nowhere. */
import { Fault } from "@karibu/protocol/fault";
import { connectionHostsMax, readConnections } from "@karibu/protocol/rpc/router/read-connections";
import { keySchema } from "@karibu/protocol/schema";
import { cutText, storableText } from "@karibu/protocol/whole-text";
import { z } from "zod";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import { route } from "../../ground/http/route.ts";
import { readSite } from "../sites/sites.ts";
import { problemOf, readingProblems } from "./read-router.ts";

const count = z.number().int();
export const connectionsView = z.object({
  /** Why nothing could be read; null: it was. */
  why: z.enum(readingProblems).nullable(),
  connections: z
    .object({
      /** By the site's clock. */
      readAtMs: count,
      total: count,
      /** How many the router follows at most; null: it does not say. */
      most: count.nullable(),
      /** Those that opened most, the most first; null: there are too many to ask for each. */
      hosts: z.array(z.object({ address: z.string(), connections: count })).nullable(),
    })
    .nullable(),
});

const hostsShown = 20;
const callMsMax = 35_000;

export function connectionRoutes({ callSite }: { readonly callSite: CallSite }) {
  return [
    route({
      method: "GET",
      path: "/api/v1/routers/{siteId}/connections",
      summary: "A site's router: how many connections it follows now, and which hosts opened most of them",
      permission: "routers.read",
      params: z.object({ siteId: keySchema }),
      query: z.object({ hosts: z.coerce.number().int().min(1).max(connectionHostsMax).default(hostsShown) }),
      response: connectionsView,
      handle: async ({ params: { siteId }, query, transact }) => {
        await transact((tx) => readSite(tx, siteId));
        try {
          const { hosts, ...counted } = await callSite(siteId, readConnections, { hosts: query.hosts }, callMsMax);
          const shown = hosts?.slice(0, query.hosts).map(({ address, connections }) => ({
            address: storableText(cutText(address, 64)),
            connections,
          }));
          return { why: null, connections: { ...counted, hosts: shown ?? null } };
        } catch (error) {
          if (!(error instanceof Fault)) throw error;
          return { why: problemOf(error), connections: null };
        }
      },
    }),
  ];
}
