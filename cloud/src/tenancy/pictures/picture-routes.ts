/** `/api/v1/pictures`: pictures that a provider shows its customers, such as its logo. */
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import type { Database, Tx } from "../../ground/db/database.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { rawRoute, route } from "../../ground/http/route.ts";
import { lockProvider } from "../providers/lock-provider.ts";
import { type MakePicture, pictureLimits, picturesMax } from "./make-picture.ts";

export const pictureView = z.object({
  pictureId: z.string(),
  name: z.string(),
  mediaType: z.enum(["image/png", "image/jpeg"]),
  width: z.int(),
  height: z.int(),
  bytes: z.int(),
  madeAtMs: z.int(),
});

const params = z.object({ pictureId: z.string().min(1).max(128) });

/** @param onDeleted what showed the picture goes on without, in the same transaction */
export function pictureRoutes(
  world: World,
  database: Database,
  make: MakePicture,
  onDeleted: (tx: Tx, providerId: string, pictureId: string) => Promise<void>,
) {
  return [
    route({
      method: "GET",
      path: "/api/v1/pictures",
      summary: "The provider's pictures (logos), newest first; there are at most 20",
      permission: "provider.read",
      response: z.object({ items: z.array(pictureView) }),
      handle: ({ transact }) =>
        transact(async (tx) => {
          const rows = await pictureRows(tx).orderBy("pictureId", "desc").execute();
          return { items: rows.map(viewOf) };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/pictures",
      summary:
        "Add a picture (PNG, JPEG or WebP, at most 16 megapixels); the hub makes a small one of it, and keeps nothing else",
      permission: "provider.manage",
      bodyBytesMax: Math.ceil((pictureLimits.fileBytesMax * 4) / 3) + 4096,
      body: z.strictObject({
        name: z.string().trim().min(1).max(60),
        /** The file, in base64. */
        file: z.base64().min(1),
      }),
      status: 201,
      response: pictureView,
      handle: async ({ body, providerId, transact, auditTarget }) => {
        // First what is cheap: who has no place left spends no processor.
        await database.asProvider(providerId, refuseFull);
        const made = await make(Buffer.from(body.file, "base64"), providerId);
        return transact(async (tx) => {
          // One at a time: the count must hold.
          await lockProvider(tx, providerId);
          await refuseFull(tx);
          const pictureId = newId(world);
          auditTarget(pictureId);
          const { mediaType, bytes, width, height } = made;
          await tx
            .insertInto("pictures")
            .values({
              providerId,
              pictureId,
              name: body.name,
              mediaType,
              bytes: Buffer.from(bytes),
              width,
              height,
              madeAtMs: world.clock.wall().atMs,
            })
            .execute();
          return viewOf(await readPictureRow(tx, pictureId));
        });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/pictures/{pictureId}",
      summary: "One picture, without its bytes",
      permission: "provider.read",
      params,
      response: pictureView,
      handle: ({ params: { pictureId }, transact }) =>
        transact(async (tx) => viewOf(await readPictureRow(tx, pictureId))),
    }),
    rawRoute({
      method: "GET",
      path: "/api/v1/pictures/{pictureId}/file",
      summary: "The picture itself",
      permission: "provider.read",
      params,
      produces: "image/*",
      respond: async ({ params: { pictureId }, transact }, _request, response) => {
        const { mediaType, bytes } = await transact(async (tx) => {
          const picture = await readPicture(tx, pictureId);
          if (picture === null) throw notFound("picture");
          return picture;
        });
        response.setHeader("Content-Disposition", `attachment; filename="picture.${mediaType.slice(6)}"`);
        response.type(mediaType).end(Buffer.from(bytes));
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/pictures/{pictureId}",
      summary: "Delete a picture; what showed it goes on without",
      permission: "provider.manage",
      params,
      status: 204,
      response: z.null(),
      handle: ({ params: { pictureId }, providerId, transact }) =>
        transact(async (tx) => {
          await readPictureRow(tx, pictureId);
          await tx.deleteFrom("pictures").where("pictureId", "=", pictureId).execute();
          await onDeleted(tx, providerId, pictureId);
          return null;
        }),
    }),
  ];
}

async function refuseFull(tx: Tx): Promise<void> {
  const { count } = await tx
    .selectFrom("pictures")
    .select((row) => row.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  if (Number(count) >= picturesMax) throw refusal("pictures-full");
}

export interface Picture {
  readonly mediaType: "image/png" | "image/jpeg";
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** For what shows it: sheets, invoices. Null: it was deleted. */
export async function readPicture(tx: Tx, pictureId: string): Promise<Picture | null> {
  const row = await tx
    .selectFrom("pictures")
    .select(["mediaType", "bytes", "width", "height"])
    .where("pictureId", "=", pictureId)
    .executeTakeFirst();
  return row ?? null;
}

/** Throws a Problem 404 that names the field of a body. */
export async function refuseUnknownPicture(tx: Tx, pictureId: string, field: string): Promise<void> {
  const row = await pictureRows(tx).where("pictureId", "=", pictureId).executeTakeFirst();
  if (row === undefined) throw notFound("picture", field);
}

type PictureFacts = Awaited<ReturnType<typeof readPictureRow>>;

const pictureRows = (tx: Tx) =>
  tx
    .selectFrom("pictures")
    .select(["pictureId", "name", "mediaType", "width", "height", "madeAtMs"])
    .select((row) => row.fn<number>("octet_length", ["bytes"]).as("size"));

async function readPictureRow(tx: Tx, pictureId: string) {
  const row = await pictureRows(tx).where("pictureId", "=", pictureId).executeTakeFirst();
  if (row === undefined) throw notFound("picture");
  return row;
}

function viewOf(row: PictureFacts): z.input<typeof pictureView> {
  return {
    pictureId: row.pictureId,
    name: row.name,
    mediaType: row.mediaType,
    width: row.width,
    height: row.height,
    bytes: Number(row.size),
    madeAtMs: row.madeAtMs,
  };
}
