/**
 * Serves the operators' console (and, by the same rules, the customers' own page): the bundle's files (or their `.br` and `.gz` versions), and the console page for every other
 * address, because the console does its routing. Names of files below `assets/` contain their hash.
 */
import { existsSync } from "node:fs";
import { join, normalize } from "node:path";
import express, { type RequestHandler, Router } from "express";
import { notFound } from "./problem.ts";

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Karibu</title>
<h1>This page is not built yet</h1>
<p>Run <code>npm run build</code>, then reload this page. The API answers already: <a href="/api/v1/openapi.json">its description</a>.</p>
</html>`;

/** `folder`: the build output of the console. It may appear after the start. */
export function consoleFiles(folder: string): Router {
  const router = Router();
  const showPage: RequestHandler = (request, response, next) => {
    if (/\.\w+$/.test(request.path)) throw notFound("file");
    if (!existsSync(join(folder, "index.html"))) {
      response.status(503).type("html").send(notBuilt);
      return;
    }
    request.url = "/index.html";
    next();
  };
  const files = [
    preferZipped(folder),
    express.static(folder, {
      index: false,
      redirect: false,
      setHeaders: (response, path) => {
        response.setHeader("Cache-Control", keptFor(path));
      },
    }),
  ];
  router.get(/.*/, ...files, showPage, ...files);
  return router;
}

/** The page itself is asked for again each time, by its ETag: it names the files of this release. Pictures are kept for a day. */
function keptFor(path: string): string {
  if (/[/\\]assets[/\\]/.test(path)) return "public, max-age=31536000, immutable";
  return /\.(svg|png|ico)(\.gz|\.br)?$/.test(path) ? "public, max-age=86400" : "no-cache";
}

/** Replaces a request for a file by one for its compressed version, the smallest that exists and the browser accepts. */
function preferZipped(folder: string): RequestHandler {
  return (request, response, next) => {
    const path = normalize(request.path);
    const extension = /\.(js|css|html|svg|json)$/.exec(path)?.[1];
    if (extension === undefined) return next();
    response.vary("Accept-Encoding");
    const way = compressions.find(
      ({ encoding, ending }) => request.acceptsEncodings(encoding) && existsSync(join(folder, path) + ending),
    );
    if (way === undefined) return next();
    response.type(extension);
    response.setHeader("Content-Encoding", way.encoding);
    request.url = request.path + way.ending;
    next();
  };
}

const compressions = [
  { encoding: "br", ending: ".br" },
  { encoding: "gzip", ending: ".gz" },
] as const;
