/**
 * `/api/v1/brand`: how a provider's portal looks and what it says.
 *
 * Attackers. What is written here is shown to strangers. A colour is six digits, so it can't carry a style; pictures are our own PNG and JPEG
 * (`tenancy/pictures`); words are bounded and shown as text; a colour that people can't read is refused, with a shade that would do. Support access
 * changes the looks alone: its words could name a till that is not the business's, and would stand there after it.
 */
import { isDeepStrictEqual } from "node:util";
import { type BrandWordName, brandWordSigns, termsSignsMax } from "@karibu/protocol/brand/brand";
import { type BrandColour, judgeColour } from "@karibu/protocol/brand/brand-colours";
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { ownRule } from "../../ground/http/own-rules.ts";
import { refusal, wrongField } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { refuseUnknownPicture } from "../pictures/picture-routes.ts";
import { readBrandNames, updateProvider } from "../providers/providers.ts";
import { readBrand, writeBrand } from "./brands.ts";

const words = (name: BrandWordName) => z.string().trim().min(1).max(brandWordSigns[name]).optional();
const wordsOfLanguage = z.strictObject({
  greeting: words("greeting"),
  invitation: words("invitation"),
  packages: words("packages"),
  voucherTitle: words("voucherTitle"),
  noPackages: words("noPackages"),
  help: words("help"),
});
const terms = z.string().trim().min(1).max(termsSignsMax).optional();
const colour = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^#[0-9a-f]{6}$/, ownRule("colour", "A colour is # and six digits 0-9 a-f."))
  .nullable();
const pictureId = z.string().min(1).max(128).nullable();
const name = z.string().trim().min(1).max(60).nullable();

const brandFields = {
  /** What customers read in place of the provider's name. Null: the provider's name. */
  name,
  /** Whom letters are from. Null: the hub's own name. */
  mailName: name,
  mainColour: colour,
  accentColour: colour,
  logoPictureId: pictureId,
  topPictureId: pictureId,
  words: z.strictObject({ en: wordsOfLanguage.optional(), sw: wordsOfLanguage.optional() }),
  terms: z.strictObject({ en: terms, sw: terms }),
};
export const brandView = z.object(brandFields);
const brandBody = z.strictObject(brandFields);

export function brandRoutes(world: World, publish: Publish) {
  return [
    route({
      method: "GET",
      path: "/api/v1/brand",
      summary: "How the provider's portal looks, and what it says in place of Karibu's words",
      permission: "provider.read",
      response: brandView,
      handle: ({ providerId, transact }) => transact((tx) => viewOf(tx, providerId)),
    }),
    route({
      method: "PUT",
      path: "/api/v1/brand",
      summary: "Change how the provider's portal looks; its sites show it within seconds",
      permission: "provider.manage",
      body: brandBody,
      response: brandView,
      handle: ({ body, providerId, actor, transact, auditTarget }) => {
        auditTarget(providerId);
        for (const which of ["mainColour", "accentColour"] as const) refuseUnreadable(which, body[which]);
        return transact(async (tx) => {
          if (actor.credential.kind === "impersonation") refuseOtherWords(await viewOf(tx, providerId), body);
          for (const field of ["logoPictureId", "topPictureId"] as const)
            if (body[field] !== null) await refuseUnknownPicture(tx, body[field], field);
          await updateProvider(world, publish, tx, providerId, { shownName: body.name, mailName: body.mailName });
          await writeBrand(world, publish, tx, providerId, body);
          return viewOf(tx, providerId);
        });
      },
    }),
  ];
}

async function viewOf(tx: Tx, providerId: string): Promise<z.input<typeof brandView>> {
  return { ...(await readBrandNames(tx, providerId)), ...(await readBrand(tx, providerId)) };
}

/** Throws a Problem 403. */
function refuseOtherWords(now: z.input<typeof brandView>, wanted: z.output<typeof brandBody>): void {
  for (const field of ["name", "mailName", "words", "terms"] as const)
    if (!isDeepStrictEqual(now[field], wanted[field]))
      throw refusal("not-for-support", { field, rule: "words-to-customers" });
}

/** Throws a Problem 400 that names the field, and a shade that would do. */
function refuseUnreadable(field: BrandColour, given: string | null): void {
  const fault = given === null ? null : judgeColour(field, given);
  if (fault === null) return;
  throw wrongField(field, field === "mainColour" ? "contrast-by-day" : "contrast-by-night", fault.wouldDo);
}
