/**
 * `/api/v1/sites/{siteId}/further-routers`: the routers of a site that ask the agent behind its first one, how many sessions each carries, and
 * their scripts. A script holds the router's own RADIUS secret, and a claim for a key of its own: told to who may manage the site, with a fresh
 * second factor, and audited.
 */

import {
  type FurtherRouterChoice,
  furtherRouterSchema,
  furtherRoutersMax,
} from "@karibu/protocol/router/further-router";
import { keySchema } from "@karibu/protocol/schema";
import { cutText } from "@karibu/protocol/whole-text";
import { dialectOf } from "@karibu/routeros-scripts/language/version-dialect";
import { renderFurtherRouter } from "@karibu/routeros-scripts/render-scripts";
import { overlap } from "@karibu/routeros-scripts/values/ipv4";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { rawRoute, route } from "../../ground/http/route.ts";
import { giveClaim } from "../router-services/further-router-keys.ts";
import { type KnownRouter, keepFurtherRouters, readFurtherRouters } from "../router-services/further-router-rows.ts";
import { furtherSecretProblems } from "../router-services/further-secret-problems.ts";
import { wantFurtherSecrets } from "../router-services/further-secret-rows.ts";
import { readServices } from "../router-services/service-rows.ts";
import { tellRouterChanged } from "../router-services/tell-router-changed.ts";
import { scriptValues } from "../set-up/render-script.ts";
import { refuseUnfitSite, scriptInput } from "../set-up/service-routes.ts";
import type { SetUpParts } from "../set-up/set-up-parts.ts";
import type { Place } from "../set-up/set-up-rows.ts";
import { readSite } from "../sites/sites.ts";
import { type FurtherDoorParts, furtherRouterDoor } from "./further-router-door.ts";

const path = "/api/v1/sites/{siteId}/further-routers";
const params = z.object({ siteId: keySchema });
const router = z.strictObject(furtherRouterSchema.shape);

export const furtherRoutersView = z.object({
  routers: z.array(router),
  /** By its address: when its secret was changed last, and what waits. */
  secrets: z.array(
    z.object({
      ownAddress: z.string(),
      changedAtMs: z.number().int().nullable(),
      /** Null: no change is under way. */
      wantedAtMs: z.number().int().nullable(),
      problem: z.enum(furtherSecretProblems).nullable(),
    }),
  ),
  /** Open sessions by what each router calls itself: hostile text. */
  load: z.array(z.object({ nas: z.string().nullable(), sessions: z.number().int() })),
});

export function furtherRouterRoutes(parts: FurtherDoorParts) {
  const { envelope } = parts;
  return [
    furtherRouterDoor(parts),
    route({
      method: "GET",
      path,
      summary: "The further routers of a site, and the open sessions of each of its routers",
      permission: "sites.read",
      params,
      response: furtherRoutersView,
      volatile: ["load", "secrets"],
      handle: ({ params: { siteId }, providerId, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          return await viewOf(tx, siteId, await readFurtherRouters(envelope, tx, { providerId, siteId }));
        }),
    }),
    route({
      method: "PUT",
      path,
      summary: "Which further routers a site has. The first router lets them in when it imports its script again",
      permission: "sites.manage",
      freshFactor: true,
      notForSupport: "keys-of-site",
      params,
      body: z.strictObject({ routers: z.array(router).max(furtherRoutersMax) }),
      response: furtherRoutersView,
      handle: ({ params: { siteId }, body: { routers }, providerId, transact }) =>
        transact(async (tx) => {
          const place = { providerId, siteId };
          await readSite(tx, siteId);
          refuseAlike(routers, (await readServices(envelope, tx, place))?.chosen.pppoe ?? null);
          const kept = await keepFurtherRouters(parts, tx, place, routers);
          await refuseUnfitSite(parts, tx, place);
          await tellRouterChanged(parts, tx, place);
          await parts.emit(tx, providerId, { topic: "set-up", id: siteId, action: "further-routers" });
          return await viewOf(tx, siteId, kept);
        }),
    }),
    rawRoute({
      method: "GET",
      path: `${path}/script`,
      summary: "The script of one further router, for /import. It holds that router's RADIUS secret",
      permission: "sites.manage",
      reveals: "sites.manage",
      freshFactor: true,
      notForSupport: "keys-of-site",
      params,
      query: z.object({ ownAddress: z.string().max(40).optional() }),
      produces: "text/plain",
      respond: async ({ params: { siteId }, query: { ownAddress }, providerId, transact }, _request, response) => {
        const text = await transact(async (tx) => {
          const place = { providerId, siteId };
          await readSite(tx, siteId);
          const found = (await readFurtherRouters(envelope, tx, place)).find((one) => one.ownAddress === ownAddress);
          if (found === undefined) throw notFound("router");
          // A person sees its secret: the router gets another one once it is set up.
          await wantFurtherSecrets(parts, tx, { siteId, ownAddress: found.ownAddress });
          await parts.emit(tx, providerId, { topic: "set-up", id: siteId, action: "router-secret-wanted" });
          const claim = await giveClaim(parts, tx, { siteId, ownAddress: found.ownAddress });
          return await scriptOf(parts, tx, place, { ...found, claim });
        });
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("Content-Disposition", `attachment; filename="karibu-router.rsc"`);
        response.type("text/plain").end(text);
      },
    }),
  ];
}

/** What it serves is served as the first router serves it. */
async function scriptOf(
  parts: SetUpParts,
  tx: Tx,
  place: Place,
  found: KnownRouter & { readonly claim: string },
): Promise<string> {
  const services = await readServices(parts.envelope, tx, place);
  const { pppoe: ofFirst } = services?.chosen ?? { pppoe: null };
  if (found.pppoe !== null && ofFirst === null) throw noPppoe();
  // The prefixes are the first router's: two never give out the same ones.
  const pppoe = found.pppoe === null || ofFirst === null ? null : { ...ofFirst, ...found.pppoe, ipv6: null };
  const hotspot =
    found.hotspot === null ? null : { ...found.hotspot, first: await valuesOf(parts, tx, place, services) };
  const { ownAddress: address, agentSide: agentRouterAddress, radiusSecret } = found;
  const openHosts = [new URL(parts.publicUrl).hostname];
  return renderFurtherRouter(
    { address, agentRouterAddress, radiusSecret },
    { pppoe, hotspot, incomingPort: 3799, openHosts, secretSource: { url: parts.publicUrl, claim: found.claim } },
    dialectFor(found.routerosVersion),
  );
}

async function valuesOf(parts: SetUpParts, tx: Tx, place: Place, services: Awaited<ReturnType<typeof readServices>>) {
  const input = await scriptInput(parts, tx, place, services);
  if (input === null) throw refusal("no-script-yet");
  return scriptValues(parts, input);
}

const noPppoe = () => refusal("no-pppoe");

/** Two routers never have one address, and never give out the same ones, nor those that the first one gives out. Each serves something. */
function refuseAlike(routers: readonly FurtherRouterChoice[], ofFirst: { readonly network: string } | null): void {
  const given = ofFirst === null ? [] : [ofFirst.network];
  const addresses: string[] = [];
  for (const [index, { ownAddress, pppoe, hotspot, routerosVersion }] of routers.entries()) {
    dialectFor(routerosVersion);
    if (pppoe !== null && ofFirst === null) throw noPppoe();
    const refuse = (field: string, value: string) =>
      refusal("set-up-values", { field: `routers.${index}.${field}`, rule: "cannot-be-set-up", value });
    if (pppoe === null && hotspot === null)
      throw refuse("hotspot", "A further router serves guests, customers or both");
    if (addresses.includes(ownAddress)) throw refuse("ownAddress", "Another router of the site has it");
    addresses.push(ownAddress);
    const networks = [["pppoe.network", pppoe?.network] as const, ["hotspot.network", hotspot?.network] as const];
    for (const [field, network] of networks) {
      if (network === undefined) continue;
      if (given.some((other) => overlap(other, network))) throw refuse(field, "Another router of the site has it");
      given.push(network);
    }
  }
}

function dialectFor(version: string) {
  const found = dialectOf(/^[\d.]+/.exec(version)?.[0] ?? "");
  if ("dialect" in found) return found.dialect;
  throw refusal("set-up-values", {
    field: "routerosVersion",
    rule: "cannot-be-set-up",
    value: cutText(found.problem, 200),
  });
}

async function viewOf(
  tx: Tx,
  siteId: string,
  known: readonly KnownRouter[],
): Promise<z.input<typeof furtherRoutersView>> {
  const load = await tx
    .selectFrom("sessions")
    .select(["nas", (is) => is.fn.countAll<number>().as("sessions")])
    .where("siteId", "=", siteId)
    .where("stoppedAtMs", "is", null)
    .groupBy("nas")
    .orderBy("nas")
    .limit(32)
    .execute();
  return {
    routers: known.map(({ radiusSecret: _, secret: __, ...shown }) => shown),
    secrets: known.map(({ ownAddress, secret }) => ({ ownAddress, ...secret })),
    load: load.map(({ nas, sessions }) => ({ nas, sessions: Number(sessions) })),
  };
}
