/** Photos of the work, made anew in a worker as all pictures are, and served as downloads. */
import { newId } from "@karibu/protocol/identifiers";
import { z } from "zod";
import type { Database, Tx } from "../../ground/db/database.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { rawRoute, route } from "../../ground/http/route.ts";
import { type MakePicture, pictureLimits } from "../../tenancy/pictures/make-picture.ts";
import { installationParams, ownLive } from "./installation-routes.ts";
import { type InstallationParts, readInstallation } from "./installations.ts";

const picturesMax = 30;

export function installationPictureRoutes(parts: InstallationParts, database: Database, make: MakePicture) {
  return [
    route({
      method: "POST",
      path: "/api/v1/installations/{installationId}/pictures",
      summary: "Add a photo (PNG, JPEG or WebP); the hub makes it anew and keeps nothing else",
      permission: "installations.work",
      needsKey: true,
      params: installationParams,
      bodyBytesMax: Math.ceil((pictureLimits.fileBytesMax * 4) / 3) + 4096,
      body: z.strictObject({
        /** The file, in base64. */
        file: z.base64().min(1),
      }),
      status: 201,
      response: z.object({ installationPictureId: z.string(), width: z.int(), height: z.int() }),
      handle: async ({ params: { installationId }, body, providerId, actor, transact, auditTarget }) => {
        await database.asProvider(providerId, async (tx) => {
          await ownLive(tx, installationId, actor);
          await refuseFull(tx, installationId);
        });
        const made = await make(Buffer.from(body.file, "base64"), providerId);
        return transact(async (tx) => {
          await ownLive(tx, installationId, actor);
          await refuseFull(tx, installationId);
          const pictureId = newId(parts.world);
          auditTarget(pictureId);
          const { mediaType, width, height } = made;
          await tx
            .insertInto("installation_pictures")
            .values({
              providerId,
              pictureId,
              installationId,
              who: actor.name,
              mediaType,
              bytes: Buffer.from(made.bytes),
              width,
              height,
              atMs: parts.world.clock.wall().atMs,
            })
            .execute();
          return { installationPictureId: pictureId, width, height };
        });
      },
    }),
    rawRoute({
      method: "GET",
      path: "/api/v1/installations/{installationId}/pictures/{installationPictureId}/file",
      summary: "The photo itself, as a download",
      permission: "installations.read",
      params: installationParams.extend({ installationPictureId: z.string().min(1).max(128) }),
      produces: "image/*",
      respond: async ({ params: { installationId, installationPictureId }, actor, transact }, _request, response) => {
        const row = await transact(async (tx) => {
          const of = await readInstallation(tx, installationId);
          const isTheirs =
            actor.may("installations.manage") || !actor.may("installations.work") || of.assignedTo === actor.userId;
          if (!isTheirs) throw notFound("installation");
          return tx
            .selectFrom("installation_pictures")
            .select(["mediaType", "bytes"])
            .where("installationId", "=", installationId)
            .where("pictureId", "=", installationPictureId)
            .executeTakeFirst();
        });
        if (row === undefined) throw notFound("picture");
        response.setHeader("Content-Disposition", `attachment; filename="photo.${row.mediaType.slice(6)}"`);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.type(row.mediaType).end(Buffer.from(row.bytes));
      },
    }),
  ];
}

async function refuseFull(tx: Tx, installationId: string): Promise<void> {
  const { count } = await tx
    .selectFrom("installation_pictures")
    .select((of) => of.fn.countAll<number>().as("count"))
    .where("installationId", "=", installationId)
    .executeTakeFirstOrThrow();
  if (Number(count) >= picturesMax) throw refusal("installation-pictures-full");
}
