/**
 * What everybody sees who comes to the hub without a log-in: the first page, prices, and how the hub is. Plain HTML without scripts; the console
 * stands at the same address and takes over where somebody is logged in or follows one of its links (`cloud/console/src/boot.ts`).
 *
 * Attackers and what stops them. Who asks ten thousand times: each page is a string that is made at most each 15 seconds and language, by one
 * reading at a time, and nothing of the request but its language goes into it. Who wants to learn of a provider: standings are judged over all
 * providers and say nothing where fewer than three are behind them (`status-policy.ts`). A plan's name is the platform's word, and escaped all the
 * same. No third party, no cookie, no form.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256Hex } from "@karibu/protocol/hash";
import type { World } from "@karibu/protocol/world";
import { type NextFunction, type Request, type Response, Router } from "express";
import { askApart } from "../../ground/db/ask-apart.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { PublicPrice } from "../../modules/hub-module.ts";
import type { SignUpPolicy } from "../provider-life/sign-up-policy.ts";
import { type FaceFacts, statusPage, welcomeParts } from "./face-pages.ts";
import { faceStyle } from "./face-style.ts";
import type { FaceLanguage } from "./face-words.ts";
import { readStoredStandings } from "./read-standings.ts";
import { type Standing, shownStandings } from "./status-policy.ts";

export interface PublicFaceParts {
  readonly world: World;
  readonly database: Database;
  /** Without a slash at its end. */
  readonly publicUrl: string;
  readonly signUp: SignUpPolicy;
  /** What the platform asks of providers; none: nothing. */
  readonly prices: readonly {
    readonly module: string;
    readonly hook: (tx: Tx) => Promise<readonly PublicPrice[]>;
  }[];
  /** The console's bundle, whose page the first page is put into. Null: there is no console, and no first page. */
  readonly consoleFolder: string | null;
}

const keptMs = 15_000;
const stylePath = "/face.css";
const styleUrl = `${stylePath}?v=${sha256Hex(faceStyle).slice(0, 12)}`;

interface Known {
  readonly prices: readonly PublicPrice[];
  /** Null: the database does not answer. */
  readonly standings: readonly Standing[] | null;
}

export function publicFace(parts: PublicFaceParts): Router {
  const { world, publicUrl, signUp, consoleFolder } = parts;
  const known = keptFor(world, () => readKnown(parts));
  const frame = keptFor(world, () => readFrame(consoleFolder));
  const router = Router();
  const factsFor = async (request: Request): Promise<FaceFacts> => {
    const { prices } = await known();
    return { language: languageOf(request), publicUrl, signUp, prices, styleUrl };
  };
  const send = (response: Response, status: number, page: string) => {
    response.locals.mayCompress = true;
    response.status(status).vary("Accept-Language").setHeader("Cache-Control", "no-cache");
    response.type("html").send(page);
  };
  const answer =
    (make: (request: Request, response: Response, next: NextFunction) => Promise<void>) =>
    (request: Request, response: Response, next: NextFunction): void =>
      void make(request, response, next).catch(next);

  router.get(
    "/",
    answer(async (request, response, next) => {
      const own = await frame();
      if (own === null) return next();
      const facts = await factsFor(request);
      const { head, body } = welcomeParts(facts);
      const page = own
        .replace(/<title>[^<]*<\/title>/, () => head)
        .replace('<html lang="en">', () => `<html lang="${facts.language}">`)
        .replace("<!--welcome-->", () => body);
      send(response, 200, page);
    }),
  );
  router.get(
    "/status",
    answer(async (request, response) => {
      const { standings } = await known();
      const page = statusPage(await factsFor(request), standings, world.clock.wall().atMs);
      send(response, standings === null ? 503 : 200, page);
    }),
  );
  router.get(stylePath, (_, response) => {
    response.locals.mayCompress = true;
    response.type("css").setHeader("Cache-Control", "public, max-age=31536000, immutable");
    response.send(faceStyle);
  });
  router.get("/robots.txt", (_, response) => {
    const shut = ["/api/", "/hooks/", "/enrol/", "/my/", "/pay/", "/health"].map((path) => `Disallow: ${path}`);
    response.type("text/plain").send(["User-agent: *", ...shut, `Sitemap: ${publicUrl}/sitemap.xml`, ""].join("\n"));
  });
  router.get("/sitemap.xml", (_, response) => {
    const urls = ["/", "/status"].map((path) => `<url><loc>${publicUrl}${path}</loc></url>`).join("");
    response
      .type("application/xml")
      .send(
        `<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${urls}</urlset>`,
      );
  });
  return router;
}

/** `?lang=`, else what the browser prefers. */
function languageOf(request: Request): FaceLanguage {
  const asked = request.query.lang;
  if (asked === "en" || asked === "sw") return asked;
  return request.acceptsLanguages("en", "sw") === "sw" ? "sw" : "en";
}

/** One reading for all who ask within 15 seconds. One that failed is not kept. */
function keptFor<Value>(world: World, read: () => Promise<Value>): () => Promise<Value> {
  let kept: { readonly atMs: number; readonly value: Promise<Value> } | null = null;
  return () => {
    const nowMs = world.clock.monotonicMs();
    if (kept !== null && nowMs - kept.atMs < keptMs) return kept.value;
    const value = read();
    kept = { atMs: nowMs, value };
    value.catch(() => {
      kept = null;
    });
    return value;
  };
}

/** A database that is away is what the status page is for: it is told, not thrown, and asked again after 15 seconds. */
async function readKnown({ world, database, prices }: PublicFaceParts): Promise<Known> {
  try {
    return await database.asPlatform("public-face", async (tx) => {
      const read: PublicPrice[] = [];
      for (const { module, hook } of prices)
        read.push(...((await askApart(world.log, tx, module, () => hook(tx)))?.answer ?? []));
      return { standings: shownStandings(await readStoredStandings(tx), world.clock.wall().atMs), prices: read };
    });
  } catch (error) {
    world.log.error("public-face-unread", { message: (error as Error).message });
    return { prices: [], standings: null };
  }
}

/** The console's page. Null: there is no console, or it is not built; then nobody could log in, and its own page says so. */
async function readFrame(folder: string | null): Promise<string | null> {
  if (folder === null) return null;
  return readFile(join(folder, "index.html"), "utf8").catch(() => null);
}
