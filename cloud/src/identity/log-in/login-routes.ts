import { z } from "zod";
import type { ModulesOn } from "../../ground/create-ground.ts";
import { createEmit } from "../../ground/events/record.ts";
import type { Actor } from "../../ground/http/actor.ts";
import { subdomainOf } from "../../ground/http/admit.ts";
import { networkOf } from "../../ground/http/peer-address.ts";
import { countRefused, createRateLimit } from "../../ground/http/rate-limit.ts";
import { route } from "../../ground/http/route.ts";
import { browserName } from "../credentials/browser-name.ts";
import { deviceCookie, shownDevice } from "../credentials/device-cookie.ts";
import { endLogin } from "../credentials/logins.ts";
import { createHashLimit } from "../credentials/password.ts";
import { endSupportAccess } from "../support-access/support-access.ts";
import { type LogInParts, logIn, refresh, type Tokens } from "./login.ts";
import { sessionRoutes } from "./session-routes.ts";
import { credentials, userView, viewOf } from "./user-view.ts";

const loggedIn = z.object({
  token: z.string(),
  refreshToken: z.string(),
  /** When `token` expires; refresh before. */
  expiresAtMs: z.number().int(),
  user: userView,
});

export function loginRoutes(parts: LogInParts) {
  const { world } = parts;
  const emit = createEmit(world);
  const perAddress = createRateLimit(world.clock, { tries: 30, perSeconds: 60 });
  const limits = { perAddress, hashes: createHashLimit(world.clock) };
  // A separate limit: guesses from an office's address must not end the log-ins of the office.
  const refreshesPerAddress = createRateLimit(world.clock, { tries: 120, perSeconds: 60 });
  // Each writes rows that stay for a month. One an hour is enough, and one more where an answer got lost.
  const refreshesPerPerson = createRateLimit(world.clock, { tries: 120, perSeconds: 60 });
  return [
    route({
      method: "POST",
      path: "/api/v1/login",
      summary: "Log in with e-mail and password, and the code of the second factor where it is on",
      permission: "public",
      body: credentials,
      response: loggedIn,
      handle: async ({ body, remoteAddress, requestId }, request, response) => {
        const device = shownDevice(request.headers.cookie, body.email);
        const browser = browserName(request.headers["user-agent"]);
        const subdomain = subdomainOf(request.hostname, parts.publicUrl);
        const given = { ...body, remoteAddress, requestId, device, subdomain, by: "script" as const, browser };
        const entered = await logIn(parts, limits, given);
        if (entered.deviceCookie !== null)
          response.append("Set-Cookie", deviceCookie(body.email, entered.deviceCookie, parts.publicUrl));
        return answer(entered, parts.modules);
      },
    }),
    ...sessionRoutes(parts, { ...limits, refreshesPerAddress }),
    route({
      method: "POST",
      path: "/api/v1/refresh",
      summary: "Exchange a refresh token for new tokens",
      permission: "public",
      body: z.strictObject({ refreshToken: z.string().max(500) }),
      response: loggedIn,
      handle: async ({ body, remoteAddress }) => {
        const ask = () => refresh(parts, refreshesPerPerson, body.refreshToken);
        return answer(await countRefused(refreshesPerAddress, networkOf(remoteAddress), ask), parts.modules);
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/logout",
      summary: "End this log-in, or this support access",
      permission: "signed-in",
      beforeFactor: true,
      body: null,
      status: 204,
      response: z.null(),
      handle: async ({ actor, transact, auditTarget }) => {
        const { kind, id } = actor.credential;
        auditTarget(id);
        await transact(async (tx) => {
          if (kind === "login") {
            await endLogin(tx, id);
            await emit(tx, actor.providerId, { topic: "user", id: actor.userId, action: "log-ins-ended" });
          }
          if (kind === "impersonation") await endSupportAccess(tx, id, world.clock.wall().atMs);
        });
        return null;
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/user",
      summary: "The caller and their permissions",
      permission: "signed-in",
      beforeFactor: true,
      response: userView,
      handle: async ({ actor }) => viewOf(actor, parts.modules),
    }),
  ];
}

function answer({ actor, tokens }: { actor: Actor; tokens: Tokens }, modules: ModulesOn) {
  return { ...tokens, user: viewOf(actor, modules) };
}
