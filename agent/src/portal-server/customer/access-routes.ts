/** Going online: redeems a code, logs a device in, and logs it out. */
import type { LogInRequest, Redeemed, RedeemRequest } from "@karibu/protocol/portal-api";
import type { World } from "@karibu/protocol/world";
import type { HttpResponse } from "../../ground/http.ts";
import type { LabelledCounter } from "../http/metrics.ts";
import { codeOfReject } from "../http/problems.ts";
import { jsonResponse, withCookies } from "../http/responses.ts";
import type { Visit } from "../visit/visit.ts";
import type { CustomerParts, CustomerSettings } from "./customer-parts.ts";
import { logInDevice, logOutDevice } from "./log-in.ts";
import { chooseLoginUrl } from "./login-url-policy.ts";
import type { Refusals } from "./refusals.ts";
import type { VisitorLimits } from "./visitor-limits.ts";

export interface AccessRoutes {
  redeem(visit: Visit, body: RedeemRequest): Promise<HttpResponse>;
  logIn(visit: Visit, body: LogInRequest): Promise<HttpResponse>;
  logOut(visit: Visit): Promise<HttpResponse>;
}

export function createAccessRoutes(
  world: World,
  parts: CustomerParts,
  context: {
    readonly settings: CustomerSettings;
    readonly limits: VisitorLimits;
    readonly refusals: Refusals;
    readonly outcomes: LabelledCounter;
  },
): AccessRoutes {
  const { settings, limits, outcomes } = context;
  const { refuse, tooFast } = context.refusals;
  const loginUrlOf = (hinted: string | undefined) => chooseLoginUrl({ hinted, configured: settings.hotspotLoginUrl });

  return {
    async redeem(visit, body) {
      const waitSeconds = limits.take(visit);
      if (waitSeconds > 0) return tooFast("redeem", waitSeconds);
      const outcome = await parts.access.redeem(body.code, visit.device);
      if (outcome.kind === "refused") {
        const retryAfterSeconds = outcome.retryAfterSeconds;
        const extra = retryAfterSeconds === null ? { field: "code" } : { field: "code", retryAfterSeconds };
        return refuse("redeem", codeOfReject(outcome.reason), extra);
      }
      outcomes.add({ action: "redeem", outcome: "redeemed" });
      const way = { loginUrl: loginUrlOf(body.login), byRouter: true };
      const logIn = await logInDevice(world, parts, outcome.grantId, visit.device, way);
      const redeemed: Redeemed = { planName: outcome.planName, logIn };
      return withCookies(jsonResponse(redeemed), [visit.tokenCookie]);
    },

    async logIn(visit, body) {
      const waitSeconds = limits.take(visit);
      if (waitSeconds > 0) return tooFast("log-in", waitSeconds);
      const { onlineGrantId, available } = parts.access.view(visit.device);
      const usable = [...(onlineGrantId === null ? [] : [onlineGrantId]), ...available.map(({ grantId }) => grantId)];
      const chosen = body.grantId === undefined ? usable[0] : usable.find((grantId) => grantId === body.grantId);
      if (chosen === undefined)
        return refuse("log-in", "nothing-bought", body.grantId === undefined ? {} : { field: "grantId" });
      const way = { loginUrl: loginUrlOf(body.login), byRouter: body.by !== "page" };
      const logIn = await logInDevice(world, parts, chosen, visit.device, way);
      outcomes.add({ action: "log-in", outcome: logIn.kind });
      return withCookies(jsonResponse(logIn), [visit.tokenCookie]);
    },

    async logOut(visit) {
      if (parts.router === null) return refuse("log-out", "router-refused", { detail: "no way to reach the router" });
      const isGone = await logOutDevice(parts.router, visit.device).catch((error: unknown) => {
        world.log.warn("router-log-out-failed", { error: String(error) });
        return false;
      });
      return isGone ? withCookies(jsonResponse({}), [visit.tokenCookie]) : refuse("log-out", "router-refused");
    },
  };
}
