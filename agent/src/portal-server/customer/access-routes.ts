/** Going online: redeems a code, logs a device in, and logs it out. */
import type { DeviceHint, LogInRequest, LogOut, Redeemed, RedeemRequest } from "@karibu/protocol/portal-api";
import type { World } from "@karibu/protocol/world";
import type { HttpResponse } from "../../ground/http.ts";
import type { LabelledCounter } from "../http/metrics.ts";
import { codeOfReject } from "../http/problems.ts";
import { jsonResponse, withCookies } from "../http/responses.ts";
import type { Visit } from "../visit/visit.ts";
import type { CustomerParts, CustomerSettings } from "./customer-parts.ts";
import { logInDevice, logOutDevice } from "./log-in.ts";
import { chooseLoginUrl, logOutUrl } from "./login-url-policy.ts";
import type { PurchaseRoutes } from "./purchase-routes.ts";
import type { Refusals } from "./refusals.ts";
import type { VisitorLimits } from "./visitor-limits.ts";

export interface AccessRoutes {
  redeem(visit: Visit, body: RedeemRequest): Promise<HttpResponse>;
  logIn(visit: Visit, body: LogInRequest): Promise<HttpResponse>;
  logOut(visit: Visit, body: DeviceHint): Promise<HttpResponse>;
}

export function createAccessRoutes(
  world: World,
  parts: CustomerParts,
  context: {
    readonly settings: CustomerSettings;
    readonly purchases: Pick<PurchaseRoutes, "rest">;
    readonly limits: VisitorLimits;
    readonly refusals: Refusals;
    readonly outcomes: LabelledCounter;
  },
): AccessRoutes {
  const { settings, limits, outcomes } = context;
  const { refuse, tooFast } = context.refusals;
  const loginUrlOf = (hinted: string | undefined) => chooseLoginUrl(hinted, settings.logins());

  return {
    async redeem(visit, body) {
      const waitSeconds = limits.takeCode(visit);
      if (waitSeconds > 0) return tooFast("redeem", waitSeconds);
      const outcome = await parts.access.redeem(body.code, visit.device, body.pin);
      if (outcome.kind === "refused") {
        if (outcome.reason === "one-moment") limits.giveCodeBack(visit);
        const retryAfterSeconds = outcome.retryAfterSeconds;
        // A code is right or unknown: what is wrong with a right one is its PIN.
        const field = outcome.reason === "wrong-password" ? "pin" : "code";
        const extra = retryAfterSeconds === null ? { field } : { field, retryAfterSeconds };
        return refuse("redeem", codeOfReject(outcome.reason), extra);
      }
      outcomes.add({ action: "redeem", outcome: "redeemed" });
      const way = { loginUrl: loginUrlOf(body.login), hint: body, byRouter: true };
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
      const way = { loginUrl: loginUrlOf(body.login), hint: body, byRouter: body.by !== "page" };
      const logIn = await logInDevice(world, parts, chosen, visit.device, way);
      outcomes.add({ action: "log-in", outcome: logIn.kind });
      return withCookies(jsonResponse(logIn), [visit.tokenCookie]);
    },

    async logOut(visit, body) {
      const waitSeconds = limits.take(visit);
      if (waitSeconds > 0) return tooFast("log-out", waitSeconds);
      const { router } = parts;
      // The router's API has one line for all: who has nothing to end there does not hold up those who log in.
      const mayBeOnline = router !== null && parts.access.hasSession(visit.device);
      const goesOn = parts.access.noteLogOut?.(visit.device);
      const isGone =
        (mayBeOnline &&
          (await logOutDevice(router, visit.device, parts.access).catch((error: unknown) => {
            world.log.warn("router-log-out-failed", { error: String(error) });
            return false;
          }))) ||
        (await parts.access.endSessions?.(visit.device)) === true;
      if (!isGone) goesOn?.();
      // The hotspot itself logs out the phone that asks it.
      const loginUrl = isGone ? null : loginUrlOf(body.login);
      if (!isGone && loginUrl === null) return refuse("log-out", "router-refused");
      outcomes.add({ action: "log-out", outcome: isGone ? "done" : "page" });
      const answer: LogOut = loginUrl === null ? {} : { url: logOutUrl(loginUrl) };
      return withCookies(jsonResponse(answer), [visit.tokenCookie, ...context.purchases.rest(visit)]);
    },
  };
}
