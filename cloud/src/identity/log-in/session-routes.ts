/** The console's log-in: `browser-session.ts` says how. */

import { z } from "zod";
import { subdomainOf } from "../../ground/http/admit.ts";
import { networkOf } from "../../ground/http/peer-address.ts";
import { countRefused, type RateLimit } from "../../ground/http/rate-limit.ts";
import { route } from "../../ground/http/route.ts";
import { browserName } from "../credentials/browser-name.ts";
import { deviceCookie, shownDevice } from "../credentials/device-cookie.ts";
import { endSession, refuseOtherOrigins, sessionCookie, sessionCookieOf, tokenForTab } from "./browser-session.ts";
import { type LogInLimits, type LogInParts, logIn } from "./login.ts";
import { credentials, userView, viewOf } from "./user-view.ts";

export const tabView = z.object({
  /** For this tab alone; it is kept in memory. */
  token: z.string(),
  /** When `token` expires; `POST /api/v1/session/refresh` gives the next one. */
  expiresAtMs: z.number().int(),
  user: userView,
});

export function sessionRoutes(parts: LogInParts, limits: LogInLimits & { readonly refreshesPerAddress: RateLimit }) {
  const { world, database, publicUrl } = parts;
  return [
    route({
      method: "POST",
      path: "/api/v1/session",
      summary: "Log a browser in: a cookie for all of its tabs, and a token for this one",
      permission: "public",
      body: credentials,
      response: tabView,
      handle: async ({ body, remoteAddress, requestId }, request, response) => {
        refuseOtherOrigins(request, publicUrl);
        const device = shownDevice(request.headers.cookie, body.email);
        const browser = browserName(request.headers["user-agent"]);
        const subdomain = subdomainOf(request.hostname, publicUrl);
        const given = { ...body, remoteAddress, requestId, device, subdomain, by: "browser" as const, browser };
        const { actor, tokens, deviceCookie: known } = await logIn(parts, limits, given);
        // The log-in before this one: its cookie is replaced, and nobody could end it any more.
        await endSession(world, database, sessionCookieOf(request), requestId);
        if (known !== null) response.append("Set-Cookie", deviceCookie(body.email, known, publicUrl));
        response.append("Set-Cookie", sessionCookie(tokens.refreshToken, publicUrl));
        return { token: tokens.token, expiresAtMs: tokens.expiresAtMs, user: viewOf(actor, parts.modules) };
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/session/refresh",
      summary: "A token for a new tab, or for one whose token has run out, by the browser's cookie",
      permission: "public",
      body: null,
      response: tabView,
      handle: async ({ remoteAddress }, request, response) => {
        refuseOtherOrigins(request, publicUrl);
        const { actor, tab, cookie, cookieEndsInMs } = await countRefused(
          limits.refreshesPerAddress,
          networkOf(remoteAddress),
          () => tokenForTab(parts, sessionCookieOf(request)),
        );
        response.append("Set-Cookie", sessionCookie(cookie, publicUrl, cookieEndsInMs));
        return { token: tab.token, expiresAtMs: tab.expiresAtMs, user: viewOf(actor, parts.modules) };
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/session",
      summary: "Log this browser out, in all of its tabs",
      permission: "public",
      status: 204,
      response: z.null(),
      handle: async ({ requestId }, request, response) => {
        refuseOtherOrigins(request, publicUrl);
        await endSession(world, database, sessionCookieOf(request), requestId);
        response.append("Set-Cookie", sessionCookie(null, publicUrl));
        return null;
      },
    }),
  ];
}
