/**
 * `/enrol/…`: what a router asks and tells while it is set up. Public: the line's token, or the key that the router was given for it, is the
 * proof. Answers are flat JSON in ASCII, because scripts of RouterOS read them.
 */
import { routerFactsSchema } from "@karibu/protocol/router/router-facts";
import { setUpReportSchema } from "@karibu/protocol/router/set-up-progress";
import { stageOne } from "@karibu/routeros-scripts/set-up-line/stage-one";
import type { Response } from "express";
import { z } from "zod";
import { notFound } from "../../ground/http/problem.ts";
import { rawRoute, route } from "../../ground/http/route.ts";
import type { Archive } from "../registry/image-shelf.ts";
import { readImages } from "./hub-offer.ts";
import { createKeyDoor } from "./key-door.ts";
import { routerAnswer } from "./router-answer.ts";
import { sendImage } from "./send-image.ts";
import type { SetUpParts } from "./set-up-parts.ts";
import { readStageTwo, refuseEarly, takeFacts, takeProgress } from "./take-reports.ts";

/** The image as routers fetch it: plain for a disk, packed for a board's own flash. */
const imageForms = [
  {
    path: "/enrol/image/{architecture}",
    name: "The agent's image",
    type: "application/x-tar",
    fileOf: (image: Archive) => image,
  },
  {
    path: "/enrol/packed-image/{architecture}",
    name: "The agent's image, packed (.tar.gz),",
    type: "application/gzip",
    fileOf: ({ packed }: Archive) => packed,
  },
] as const;

export function routerDoors(parts: SetUpParts) {
  const door = createKeyDoor(parts);
  const firstStage = stageOne();
  /** An image on its way, by site. */
  const sending = new Map<string, Response>();
  return [
    rawRoute({
      method: "GET",
      path: "/enrol/stage-one",
      summary: "The first stage of a pasted line: the same text for every router, without a secret",
      permission: "public",
      produces: "text/plain",
      respond: async (_call, _request, response) => {
        response.setHeader("Cache-Control", "no-cache");
        response.type("text/plain").send(firstStage);
      },
    }),
    route({
      method: "POST",
      path: "/enrol/facts",
      summary: "A router that ran the line tells what it is, with the line's token or its own key",
      permission: "public",
      body: z.object(routerFactsSchema.shape),
      response: routerAnswer,
      handle: async ({ body: facts, remoteAddress }, request) =>
        door.open(request, remoteAddress, (visitor) => takeFacts(parts, visitor, facts)),
    }),
    route({
      method: "POST",
      path: "/enrol/progress",
      summary: "A router tells how a step of its set-up went, and hears how it goes on",
      permission: "public",
      body: z.object(setUpReportSchema.shape),
      response: routerAnswer,
      handle: async ({ body: report, remoteAddress }, request) =>
        door.open(request, remoteAddress, (visitor) => takeProgress(parts, visitor, report)),
    }),
    rawRoute({
      method: "GET",
      path: "/enrol/stage-two",
      summary: "The set-up script made for exactly this router, for the router's own key",
      permission: "public",
      produces: "text/plain",
      respond: async ({ remoteAddress }, request, response) => {
        const { text } = await door.open(request, remoteAddress, (visitor) => readStageTwo(parts, visitor));
        response.setHeader("Cache-Control", "no-store");
        response.type("text/plain").end(text);
      },
    }),
    ...imageForms.map(({ path, name, type, fileOf }) =>
      rawRoute({
        method: "GET",
        path,
        summary: `${name} for a router that is set up, for the router's own key; in parts where it asks so (Range)`,
        permission: "public",
        params: z.object({ architecture: z.enum(["arm64", "amd64"]) }),
        produces: type,
        respond: async ({ params: { architecture }, remoteAddress }, request, response) => {
          const visitor = await door.open(request, remoteAddress, async (one) => {
            await refuseEarly(parts, one);
            return one;
          });
          const image = (await readImages(parts))[architecture];
          if (image === null) throw notFound("image");
          // The newest alone: a router that lost its power comes back before the old connection is known to be dead.
          const site = `${visitor.providerId}/${visitor.siteId}`;
          sending.get(site)?.destroy();
          sending.set(site, response);
          const isNewest = () => sending.get(site) === response;
          await sendImage(parts, visitor, fileOf(image), { request, response, isNewest, type });
          if (isNewest()) sending.delete(site);
        },
      }),
    ),
  ];
}
