/**
 * Between the hub and a process that hosts the agents of many sites. The hub says only that its list has changed; the
 * host asks for the list, page by page, and for a token wherever an agent has no identity yet.
 */
import * as z from "zod/mini";
import { keySchema } from "../schema.ts";
import { rpc } from "./rpc.ts";

/** Site ids are UUIDs, so a host's id in a hello can't be mistaken for one. */
export const hostIdPrefix = "host.";

export const hostedSiteSchema = z.object({
  siteId: keySchema,
  /** The router's address in the tunnel: where its RADIUS comes from, and where Disconnect-Requests go. */
  routerAddress: z.string().check(z.regex(/^\d{1,3}(\.\d{1,3}){3}$/)),
  radiusSecret: z.string().check(z.minLength(1), z.maxLength(128)),
  /** How the router's API takes the agent, through the tunnel. Absent: its set-up was made without the hub, or the hub is older. */
  api: z.optional(
    z.object({
      user: z.string().check(z.minLength(1), z.maxLength(64)),
      password: z.string().check(z.minLength(1), z.maxLength(128)),
      port: z.int().check(z.minimum(1024), z.maximum(65_535)),
    }),
  ),
  /** It changes when the site is assigned to this host again: then the site enrols again. */
  hostingId: keySchema,
});

/** Hub -> host: look again. */
export const hostedSitesChanged = rpc("hosted-sites-changed", { params: z.object({}), result: z.unknown() });

/** Host -> hub: the sites after this one, in the order of their ids. */
export const listHostedSites = rpc("list-hosted-sites", {
  params: z.object({ after: z.nullable(keySchema) }),
  result: z.object({ sites: z.array(hostedSiteSchema).check(z.maxLength(500)), more: z.boolean() }),
});
export type HostedSitesPage = z.infer<typeof listHostedSites.result>;

/** Host -> hub: a single-use enrolment token for the agent of one of its sites. */
export const hostedSiteToken = rpc("hosted-site-token", {
  params: z.object({ siteId: keySchema }),
  result: z.object({ token: z.string().check(z.minLength(1), z.maxLength(200)) }),
});
