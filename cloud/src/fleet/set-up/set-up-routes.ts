/** `/api/v1/sites/{siteId}/set-up`: from one pasted line to a selling site, as the console follows it. `router-doors.ts` has the router's side. */

import { setUpChoicesSchema } from "@karibu/protocol/router/set-up-choices";
import { keySchema } from "@karibu/protocol/schema";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { readLink } from "../link/site-links.ts";
import { tellRouterChanged } from "../router-services/tell-router-changed.ts";
import { readTemplate } from "../site-templates/site-templates.ts";
import { readSite } from "../sites/sites.ts";
import { createLine, hasPublicUrl } from "./create-line.ts";
import { type Images, readImages, readOffer } from "./hub-offer.ts";
import { joinTunnel, refuseUnfit, writeChoices } from "./keep-choices.ts";
import type { SetUpParts } from "./set-up-parts.ts";
import { changeSetUp, type Place, readScript, readSetUp } from "./set-up-rows.ts";
import { setUpView, viewOf } from "./set-up-view.ts";

const path = "/api/v1/sites/{siteId}/set-up";
const params = z.object({ siteId: keySchema });

export function setUpRoutes(parts: SetUpParts) {
  const { world, emit, publicUrl } = parts;
  return [
    route({
      method: "GET",
      path,
      summary: "How far the set-up of a site's router is, and what can be chosen",
      permission: "sites.read",
      params,
      response: setUpView,
      handle: async ({ params: { siteId }, providerId, transact }) => {
        const images = await readImages(parts);
        return await transact(async (tx) => {
          await readSite(tx, siteId);
          return await readView(parts, tx, { providerId, siteId }, images);
        });
      },
    }),
    route({
      method: "POST",
      path,
      summary:
        "A line to paste into the router's terminal, with a single-use token for half an hour; the site's former line is dead then",
      permission: "sites.manage",
      // What the router gets in the end are the site's secrets.
      freshFactor: true,
      notForSupport: "keys-of-site",
      params,
      body: z.strictObject({
        /** Its choices are what the form begins with. */
        templateSiteId: z.optional(keySchema),
        /** The same of a template (`/site-templates`). */
        templateId: z.optional(keySchema),
      }),
      status: 201,
      response: z.object({ line: z.string(), expiresAtMs: z.number().int() }),
      handle: ({ params: { siteId }, body: { templateSiteId, templateId }, providerId, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          if (templateSiteId !== undefined) await readSite(tx, templateSiteId, "templateSiteId");
          if (!hasPublicUrl(publicUrl)) throw refusal("no-public-url");
          const like = templateSiteId === undefined ? null : await readScript(tx, templateSiteId);
          const template = templateId === undefined ? null : await readTemplate(tx, templateId, "templateId");
          const choices = template?.choices ?? like?.choices ?? null;
          const made = await createLine(parts, tx, { providerId, siteId }, choices);
          await emit(tx, providerId, { topic: "set-up", id: siteId, action: "begun" });
          return made;
        }),
    }),
    route({
      method: "POST",
      path: `${path}/choices`,
      summary: "What a person chose for the router that waits: place, disk, ports, network. The router goes on with it",
      permission: "sites.manage",
      freshFactor: true,
      notForSupport: "keys-of-site",
      params,
      body: z.strictObject({
        ...setUpChoicesSchema.shape,
        /** As it stands on the router's label. Needed where another router came with the same line: a person says which of them is his. */
        serial: z.string().max(64).optional(),
      }),
      response: setUpView,
      handle: async ({
        params: { siteId },
        body: { serial, ...choices },
        providerId,
        transact,
        transactAsPlatform,
      }) => {
        const place = { providerId, siteId };
        const images = await readImages(parts);
        const chosen = { choices, images, serial };
        const judged = await parts.database.asProvider(providerId, (tx) => refuseUnfit(parts, tx, place, chosen));
        const peer = { isHosted: choices.place === "hosted", publicKey: judged.wireguardPublicKey };
        await transactAsPlatform("set-up-tunnel", (tx) => joinTunnel(parts, tx, place, peer));
        return await transact(async (tx) => {
          await writeChoices(parts, tx, place, { ...chosen, judged });
          await tellRouterChanged(parts, tx, place);
          await emit(tx, providerId, { topic: "set-up", id: siteId, action: "chosen" });
          return await readView(parts, tx, place, images);
        });
      },
    }),
    route({
      method: "POST",
      path: `${path}/cancel`,
      summary: "End a set-up: the line is dead, and the router is told to stop",
      permission: "sites.manage",
      params,
      body: null,
      response: setUpView,
      handle: async ({ params: { siteId }, providerId, transact }) => {
        const images = await readImages(parts);
        return await transact(async (tx) => {
          await readSite(tx, siteId);
          await changeSetUp(tx, siteId, { cancelledAtMs: world.clock.wall().atMs });
          await emit(tx, providerId, { topic: "set-up", id: siteId, action: "cancelled" });
          return await readView(parts, tx, { providerId, siteId }, images);
        });
      },
    }),
  ];
}

async function readView(parts: SetUpParts, tx: Tx, place: Place, images: Images) {
  const { siteId } = place;
  const row = await readSetUp(tx, siteId);
  const script = await readScript(tx, siteId);
  const offer = await readOffer(parts, tx, place, { architecture: row?.facts?.architecture ?? "", images });
  const link = await readLink(tx, siteId);
  const nowMs = parts.world.clock.wall().atMs;
  return viewOf(siteId, { row, script, offer, connectedAtMs: link?.connectedAtMs ?? null, nowMs });
}
