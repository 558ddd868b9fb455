/**
 * `/api/v1/portal-notices`: what a provider's portal announces and advertises.
 *
 * Attackers. An advert is a picture, a text and a link that strangers see: the link is https and opens without a way back (`noopener`), nobody counts
 * who sees it, and twenty are enough.
 */
import { noticeLink, noticeSignsMax, noticesMax } from "@karibu/protocol/brand/brand";
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import { instantMs } from "../../ground/amounts/instants.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { ownRule } from "../../ground/http/own-rules.ts";
import { refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { refuseUnknownPicture } from "../pictures/picture-routes.ts";
import { lockProvider } from "../providers/lock-provider.ts";
import { insertNotice, listNotices, readNotice, removeNotice, updateNotice } from "./notices.ts";

const text = z.string().trim().min(1).max(noticeSignsMax).optional();
const noticeFields = {
  kind: z.enum(["advert", "announcement"]),
  /** In one language at least; who reads the other gets this one. */
  texts: z.strictObject({ en: text, sw: text }),
  pictureId: z.string().min(1).max(128).nullable(),
  link: z
    .string()
    .trim()
    .regex(noticeLink, ownRule("https-address", "A public address that begins with https://."))
    .refine((address) => URL.canParse(address), { message: ownRule("https-address", "An address of the internet.") })
    .nullable(),
  fromMs: instantMs,
  untilMs: instantMs,
};
export const noticeView = z.object({ noticeId: z.string(), ...noticeFields });
const noticeBody = z
  .strictObject(noticeFields)
  .refine(({ texts }) => texts.en !== undefined || texts.sw !== undefined, {
    path: ["texts"],
    message: ownRule("empty", "A text in one language at least."),
  })
  .refine(({ fromMs, untilMs }) => fromMs < untilMs, {
    path: ["untilMs"],
    message: ownRule("ends-first", "It ends before it begins."),
  })
  .refine(({ kind, pictureId, link }) => kind === "advert" || (pictureId === null && link === null), {
    path: ["kind"],
    message: ownRule("announcement-text-alone", "An announcement is a text alone."),
  });
const params = z.object({ noticeId: z.string().min(1).max(128) });

export function noticeRoutes(world: World, publish: Publish) {
  const refuseUnknown = async (tx: Tx, pictureId: string | null) => {
    if (pictureId !== null) await refuseUnknownPicture(tx, pictureId, "pictureId");
  };
  return [
    route({
      method: "GET",
      path: "/api/v1/portal-notices",
      summary: "Announcements and adverts of the portal, the last to begin first; there are at most 20",
      permission: "provider.read",
      response: z.object({ items: z.array(noticeView) }),
      handle: ({ transact }) => transact(async (tx) => ({ items: await listNotices(tx) })),
    }),
    route({
      method: "POST",
      path: "/api/v1/portal-notices",
      summary: "Announce or advertise something in the portal, between two moments",
      permission: "provider.manage",
      notForSupport: "words-to-customers",
      body: noticeBody,
      status: 201,
      response: noticeView,
      handle: ({ body, providerId, transact, auditTarget }) =>
        transact(async (tx) => {
          // One at a time: the count must hold.
          await lockProvider(tx, providerId);
          if ((await listNotices(tx)).length >= noticesMax) throw refusal("notices-full");
          await refuseUnknown(tx, body.pictureId);
          const noticeId = newId(world);
          auditTarget(noticeId);
          await insertNotice(world, publish, tx, providerId, { noticeId, ...body });
          return readNotice(tx, noticeId);
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/portal-notices/{noticeId}",
      summary: "One announcement or advert",
      permission: "provider.read",
      params,
      response: noticeView,
      handle: ({ params: { noticeId }, transact }) => transact((tx) => readNotice(tx, noticeId)),
    }),
    route({
      method: "PUT",
      path: "/api/v1/portal-notices/{noticeId}",
      summary: "Change an announcement or advert",
      permission: "provider.manage",
      notForSupport: "words-to-customers",
      params,
      body: noticeBody,
      response: noticeView,
      handle: ({ params: { noticeId }, body, providerId, transact }) =>
        transact(async (tx) => {
          await lockProvider(tx, providerId);
          await readNotice(tx, noticeId);
          await refuseUnknown(tx, body.pictureId);
          await updateNotice(world, publish, tx, providerId, { noticeId, ...body });
          return readNotice(tx, noticeId);
        }),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/portal-notices/{noticeId}",
      summary: "Take an announcement or advert off the portal",
      permission: "provider.manage",
      params,
      status: 204,
      response: z.null(),
      handle: ({ params: { noticeId }, providerId, transact }) =>
        transact(async (tx) => {
          await lockProvider(tx, providerId);
          await readNotice(tx, noticeId);
          await removeNotice(publish, tx, providerId, noticeId);
          return null;
        }),
    }),
  ];
}
