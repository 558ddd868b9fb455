/** The hub's Express app: hooks first, then the declared routes, what else is mounted, and the answer to every error. */
import express, { type Express, type Router } from "express";
import helmet from "helmet";
import { z } from "zod";
import { compressAnswers } from "./compress-answers.ts";
import { type DomainOwner, hostGate } from "./host-gate.ts";
import { openApi } from "./open-api/open-api.ts";
import { notFound } from "./problem.ts";
import { type Route, route } from "./route.ts";
import { problems, type RouteServer, requestIds, serveRoutes } from "./serve-route.ts";

export interface ApiParts extends RouteServer {
  /** How browsers reach this hub, without a slash at its end. */
  readonly publicUrl: string;
  /** Further names of this hub. */
  readonly otherHosts: readonly string[];
  readonly domainOwner: DomainOwner;
  /** Servers whose pictures pages may show, beside this hub's: the map's tiles. */
  readonly pictureOrigins?: readonly string[];
  /** Proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** Callbacks of external services, by path. They read bodies themselves, so they come first. */
  readonly hooks: Readonly<Record<`/${string}`, Router>>;
  /** What is served beside the API, by path. Null: not served. */
  readonly mounts: Readonly<Record<`/${string}`, Router | null>>;
}

/** The given routes, and the route that describes them all. */
export const withDescription = (described: readonly Route[], publicUrl: string): Route[] => [
  ...described,
  descriptionRoute(described, publicUrl),
];

export function descriptionRoute(described: readonly Route[], publicUrl: string) {
  // Made when somebody asks: it takes longer than all else of a hub's start.
  let description: ReturnType<typeof openApi> | null = null;
  return route({
    method: "GET",
    path: "/api/v1/openapi.json",
    summary: "This API description",
    permission: "public",
    response: z.record(z.string(), z.unknown()),
    handle: async () => {
      description ??= openApi(described, publicUrl);
      return description;
    },
  });
}

export function createApi(parts: ApiParts, routes: readonly Route[]): Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", parts.trustedProxies);
  app.use(requestIds(parts.world), securityHeaders(parts.publicUrl, parts.pictureOrigins ?? []));
  app.use(hostGate(parts, parts.domainOwner));
  for (const [path, hook] of Object.entries(parts.hooks)) app.use(path, hook);
  app.use(compressAnswers());
  app.use(serveRoutes(parts, routes));
  app.use(["/api", "/enrol", "/agent"], () => {
    throw notFound("route");
  });
  for (const [path, mount] of Object.entries(parts.mounts)) if (mount !== null) app.use(path, mount);
  app.use(problems(parts.world));
  return app;
}

/** Only scripts, styles and frames of this hub, nothing inline; nobody frames its pages. HSTS only where the public URL is https. */
function securityHeaders(publicUrl: string, pictureOrigins: readonly string[]) {
  const isHttps = publicUrl.startsWith("https://");
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", "data:", ...pictureOrigins],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        workerSrc: ["'self'"],
        // The portal's preview, in the console: `portal-preview.ts`.
        frameSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: isHttps,
    referrerPolicy: { policy: "no-referrer" },
  });
}
