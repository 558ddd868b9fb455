/** Sends an image to a router piece by piece, and keeps how much has left, so that a person sees it grow. */
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { Request, Response } from "express";
import type { Archive } from "../registry/image-shelf.ts";
import type { Visitor } from "./key-door.ts";
import { takeReport } from "./report-policy.ts";
import type { SetUpParts } from "./set-up-parts.ts";
import { changeSetUp, lockSetUp } from "./set-up-rows.ts";

/** Between two notes of how far it is. */
const noteEveryMs = 1000;

export async function sendImage(
  parts: SetUpParts,
  visitor: Visitor,
  image: Pick<Archive, "path" | "bytes" | "sha256">,
  to: {
    readonly request: Request;
    readonly response: Response;
    /** False: the router asked again meanwhile, and what leaves here counts no more. */
    isNewest(): boolean;
    readonly type: string;
  },
): Promise<void> {
  const { clock } = parts.world;
  const { request, response } = to;
  const start = firstByte(request.headers.range, image.bytes);
  response.status(start === 0 ? 200 : 206);
  response.setHeader("Content-Type", to.type);
  response.setHeader("Content-Length", image.bytes - start);
  response.setHeader("Accept-Ranges", "bytes");
  response.setHeader("ETag", `"${image.sha256}"`);
  response.setHeader("Cache-Control", "no-store");
  if (start > 0) response.setHeader("Content-Range", `bytes ${start}-${image.bytes - 1}/${image.bytes}`);
  if (request.method === "HEAD") return void response.end();

  let sent = start;
  let notedAtMs = clock.monotonicMs();
  let noting: Promise<void> = noteSent(parts, visitor, { sent, of: image.bytes });
  const file = createReadStream(image.path, { start });
  file.on("data", (piece) => {
    sent += piece.length;
    if (clock.monotonicMs() - notedAtMs < noteEveryMs) return;
    notedAtMs = clock.monotonicMs();
    noting = noting.then(() => noteSent(parts, visitor, { sent, of: image.bytes }));
  });
  // A router that hangs up comes back, and asks for the rest or for all of it.
  await pipeline(file, response).catch(() => {});
  await noting;
  if (to.isNewest()) await noteSent(parts, visitor, { sent, of: image.bytes });
}

/** `bytes=1000-` alone: what a router that resumes asks for. Everything else gets the whole file. */
function firstByte(range: string | undefined, bytes: number): number {
  const start = Number(/^bytes=(\d{1,12})-$/.exec(range ?? "")?.[1] ?? 0);
  return start < bytes ? start : 0;
}

async function noteSent(
  { database, emit, world }: SetUpParts,
  { providerId, siteId }: Visitor,
  { sent, of }: { readonly sent: number; readonly of: number },
): Promise<void> {
  await database
    .asProvider(providerId, async (tx) => {
      const row = await lockSetUp(tx, siteId);
      if (row === null) return;
      const steps = takeReport(row.steps, { step: "image", state: "running" }, world.clock.wall().atMs);
      await changeSetUp(tx, siteId, { imageSentBytes: sent, imageBytes: of, ...(steps === null ? {} : { steps }) });
      await emit(tx, providerId, { topic: "set-up", id: siteId, action: "image" });
    })
    // The router gets its image even if the count is not kept.
    .catch((error: Error) => world.log.warn("image-count-lost", { siteId, error: error.message }));
}
