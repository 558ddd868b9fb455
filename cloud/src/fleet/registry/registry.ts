/**
 * The registry from which routers pull their image (`remote-image=`, RouterOS 7.21 and later): read only, and open to
 * everybody, because an image holds no secret. It also serves the whole archive, for `file=`, which every version supports.
 * @see OCI distribution-spec 1.1, end-1 to end-3, end-8a
 */
import type { World } from "@karibu/protocol/world";
import { type Request, type RequestHandler, type Response, Router } from "express";
import { Problem } from "../../ground/http/problem.ts";
import { createRateLimit } from "../../ground/http/rate-limit.ts";
import type { ImageShelf } from "./image-shelf.ts";

/** A pull is some six requests; a town's routers may share one address. */
const requestsPerMinute = 300;

export function registry(world: World, shelf: ImageShelf): Router {
  const router = Router();
  const limit = createRateLimit(world.clock, { tries: requestsPerMinute, perSeconds: 60 });

  router.use((request, response, next) => {
    response.setHeader("Docker-Distribution-API-Version", "registry/2.0");
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("Allow", "GET, HEAD");
      return refuse(response, 405, "UNSUPPORTED", "this registry is read only");
    }
    try {
      limit.take(request.ip ?? "");
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      response.setHeader("Retry-After", String(error.retryAfterSeconds ?? 60));
      return refuse(response, 429, "TOOMANYREQUESTS", "come back later");
    }
    next();
  });
  router.get("/", (_request, response) => void response.json({}));
  router.get(/^\/(.+)\/tags\/list$/, listTags(shelf));
  router.get(/^\/(.+)\/manifests\/([^/]+)$/, sendManifest(shelf));
  router.get(/^\/(.+)\/blobs\/([^/]+)$/, sendBlob(shelf));
  router.get(/^\/(.+)\/archives\/([^/]+)$/, sendArchive(shelf));
  router.use((_request, response) => refuse(response, 404, "UNSUPPORTED", "there is no such thing in this registry"));
  return router;
}

function listTags(shelf: ImageShelf): RequestHandler {
  return async (request, response) => {
    const [name] = partsOf(request);
    const tags = (await shelf.read()).tags.get(name);
    if (tags === undefined) return refuse(response, 404, "NAME_UNKNOWN", "there is no such image");
    response.json({ name, tags });
  };
}

function sendManifest(shelf: ImageShelf): RequestHandler {
  return async (request, response) => {
    const [name, reference] = partsOf(request);
    const { manifests, tags } = await shelf.read();
    if (!tags.has(name)) return refuse(response, 404, "NAME_UNKNOWN", "there is no such image");
    const manifest = manifests.get(`${name}${reference.includes(":") ? "@" : ":"}${reference}`);
    if (manifest === undefined) return refuse(response, 404, "MANIFEST_UNKNOWN", "there is no such version");
    response.setHeader("Docker-Content-Digest", manifest.digest);
    response.setHeader("Content-Type", manifest.mediaType);
    response.setHeader("ETag", `"${manifest.digest}"`);
    response.setHeader("Cache-Control", "no-cache");
    response.end(request.method === "HEAD" ? withLength(response, manifest.content.length) : manifest.content);
  };
}

function sendBlob(shelf: ImageShelf): RequestHandler {
  return async (request, response, next) => {
    const [name, digest] = partsOf(request);
    const { tags } = await shelf.read();
    if (!tags.has(name)) return refuse(response, 404, "NAME_UNKNOWN", "there is no such image");
    const blob = await shelf.blob(digest);
    if (blob === null) return refuse(response, 404, "BLOB_UNKNOWN", "there is no such blob");
    response.setHeader("Docker-Content-Digest", digest);
    response.setHeader("Content-Type", "application/octet-stream");
    response.setHeader("ETag", `"${digest}"`);
    // Ranges let a pull over a weak link resume. sendFile answers HEAD as well.
    response.sendFile(blob.path, { maxAge: "1y", immutable: true, acceptRanges: true, dotfiles: "allow" }, (error) => {
      if (error && !response.headersSent) next(error);
    });
  };
}

/** Not part of the specification: `update-image.rsc` fetches it. */
function sendArchive(shelf: ImageShelf): RequestHandler {
  return async (request, response, next) => {
    const [, digest] = partsOf(request);
    const archive = await shelf.archive(digest);
    if (archive === null) return refuse(response, 404, "BLOB_UNKNOWN", "there is no such .tar in the folder images");
    response.setHeader("Content-Type", archive.isPacked ? "application/gzip" : "application/x-tar");
    response.sendFile(
      archive.path,
      { maxAge: "1y", immutable: true, acceptRanges: true, dotfiles: "allow" },
      (error) => {
        if (error && !response.headersSent) next(error);
      },
    );
  };
}

function partsOf(request: Request): [string, string] {
  const { 0: name = "", 1: reference = "" } = request.params as unknown as Record<number, string>;
  return [name, reference];
}

function withLength(response: Response, bytes: number): undefined {
  response.setHeader("Content-Length", bytes);
}

/** @see OCI distribution-spec 1.1, "Error codes" */
function refuse(response: Response, status: number, code: string, message: string): void {
  response.status(status).json({ errors: [{ code, message }] });
}
