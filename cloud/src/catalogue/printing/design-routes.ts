/** `/api/v1/voucher-design`: how printed vouchers look; and where each site's portal is, for the picture that logs in. */
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import { readSite } from "../../fleet/sites/sites.ts";
import { ownRule } from "../../ground/http/own-rules.ts";
import { route } from "../../ground/http/route.ts";
import { refuseCodes } from "../../ground/http/unused-codes.ts";
import { refuseUnknownPicture } from "../../tenancy/pictures/picture-routes.ts";
import { type PortalAddressOf, readTyped, writeTyped } from "./portal-addresses.ts";
import { readDesign, writeDesign } from "./voucher-design.ts";

export const designView = z.object({
  title: z.string().nullable(),
  words: z.string().nullable(),
  colour: z.string(),
  pictureId: z.string().nullable(),
  showsPrice: z.boolean(),
  showsQr: z.boolean(),
});

const text = (longest: number) => z.string().trim().min(1).max(longest).nullable();
const designBody = z.strictObject({
  title: text(60),
  words: text(200),
  colour: z.string().regex(/^#[0-9a-f]{6}$/i, ownRule("colour", "A colour is # and six digits 0-9 a-f.")),
  pictureId: z.string().min(1).max(128).nullable(),
  showsPrice: z.boolean(),
  showsQr: z.boolean(),
});

/** `ofSetUp`: what the site's set-up says; null: nothing. `typed`: what a person typed, which stands above it. */
export const portalAddressView = z.object({ typed: z.string().nullable(), ofSetUp: z.string().nullable() });

const portalAddress = z
  .string()
  .max(200)
  .regex(
    /^https?:\/\/[a-z0-9.-]+(:\d{1,5})?\/?$/i,
    ownRule("portal-address", "An address like http://10.5.50.2, without anything behind it."),
  )
  .transform((address) => address.replace(/\/$/, ""));

const siteParams = z.object({ siteId: z.string().min(1).max(128) });

export function designRoutes(world: World, ofSetUp: PortalAddressOf) {
  return [
    route({
      method: "GET",
      path: "/api/v1/voucher-design",
      summary: "How printed vouchers look",
      permission: "vouchers.read",
      response: designView,
      handle: ({ transact }) => transact(readDesign),
    }),
    route({
      method: "PUT",
      path: "/api/v1/voucher-design",
      summary: "Change how printed vouchers look",
      permission: "vouchers.manage",
      body: designBody,
      response: designView,
      handle: ({ body, providerId, transact }) =>
        transact(async (tx) => {
          if (body.pictureId !== null) await refuseUnknownPicture(tx, body.pictureId, "pictureId");
          await writeDesign(world, tx, providerId, body);
          return readDesign(tx);
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/sites/{siteId}/portal-address",
      summary: "Where phones reach the site's portal: printed codes lead there",
      permission: "sites.read",
      params: siteParams,
      response: portalAddressView,
      handle: ({ params: { siteId }, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          return { typed: await readTyped(tx, siteId), ofSetUp: await ofSetUp(tx, siteId) };
        }),
    }),
    route({
      method: "PUT",
      path: "/api/v1/sites/{siteId}/portal-address",
      summary: "Say where phones reach the site's portal; null: as its router was set up",
      permission: "sites.manage",
      freshFactor: true,
      notForSupport: "printed-codes",
      params: siteParams,
      body: z.strictObject({ portalAddress: portalAddress.nullable() }),
      response: portalAddressView,
      handle: ({ params: { siteId }, body, actor, providerId, transact }) => {
        // It stands on printed vouchers: who changes it sends whoever scans one to a page of theirs, which learns the code.
        refuseCodes(actor);
        return transact(async (tx) => {
          await readSite(tx, siteId);
          await writeTyped(world, tx, { providerId, siteId, address: body.portalAddress });
          return { typed: body.portalAddress, ofSetUp: await ofSetUp(tx, siteId) };
        });
      },
    }),
  ];
}
