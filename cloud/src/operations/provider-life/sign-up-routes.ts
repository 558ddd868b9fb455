/**
 * Sign-up: the provider is created once the address is proved. Until then there is only a link in a letter, and the answer is the
 * same for an address that has an account already (its owner gets a letter that says so).
 */
import { z } from "zod";
import { type Currency, currencies, currencyCodes } from "../../ground/amounts/currencies.ts";
import type { ModulesOn } from "../../ground/create-ground.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { platformProviderId } from "../../ground/http/actor.ts";
import { networkOf } from "../../ground/http/peer-address.ts";
import { createRateLimit } from "../../ground/http/rate-limit.ts";
import { route } from "../../ground/http/route.ts";
import { alreadyKnownLetter, signUpLetter } from "../../ground/mail/letters.ts";
import type { Mailer } from "../../ground/mail/mailer.ts";
import { findUnused, makeMailedToken, takeLinkTry, validHours } from "../../identity/credentials/mailed-tokens.ts";
import { hashPassword, passwordSchema } from "../../identity/credentials/password.ts";
import {
  endSession,
  refuseOtherOrigins,
  sessionCookie,
  sessionCookieOf,
  sessionPath,
} from "../../identity/log-in/browser-session.ts";
import { enterBrowser } from "../../identity/log-in/enter-browser.ts";
import { tabView } from "../../identity/log-in/session-routes.ts";
import { viewOf } from "../../identity/log-in/user-view.ts";
import { emailSchema, findProved } from "../../identity/users/users.ts";
import { ensurePlatform } from "../../tenancy/providers/platform.ts";
import { confirmSignUp, signUpLink, signUpOf, type WantedSignUp, wantedSignUp } from "./confirm-sign-up.ts";
import type { SetUpParts } from "./set-up-provider.ts";
import { endedSignUpBrowser, newSignUpBrowser, signUpBrowserOf } from "./sign-up-browser.ts";
import { refuseSignUp, type SignUpPolicy, signUpPolicies } from "./sign-up-policy.ts";

const name = z.string().trim().min(1).max(100);

/** What everybody chooses who makes a provider of their own. */
export const signUpFields = {
  providerName: name,
  name: name.default("Owner"),
  password: passwordSchema,
  currency: z.enum(currencyCodes).default("KES"),
  locale: z.enum(["en", "sw"]).default("en"),
  /** Left out: that of the currency's country. */
  utcOffsetMinutes: z.number().int().min(-720).max(840).optional(),
  supportPhone: z.string().trim().min(3).max(30).nullable().default(null),
};
/** Minutes east of UTC. */
export const zoneOf = (order: { readonly currency: Currency; readonly utcOffsetMinutes?: number | undefined }) =>
  order.utcOffsetMinutes ?? currencies[order.currency].utcOffsetMinutes;

export interface SignUpParts extends SetUpParts {
  readonly database: Database;
  readonly mailer: Mailer;
  readonly publicUrl: string;
  readonly modules: ModulesOn;
  readonly policy: SignUpPolicy;
}

export function signUpRoutes(parts: SignUpParts) {
  const { world, database, policy } = parts;
  const perAddress = createRateLimit(world.clock, { tries: 10, perSeconds: 3600 });
  const perEmail = createRateLimit(world.clock, { tries: 3, perSeconds: 3600 });
  const againPerAddress = createRateLimit(world.clock, { tries: 20, perSeconds: 3600 });
  const againPerEmail = createRateLimit(world.clock, { tries: 3, perSeconds: 3600 });
  const browserPerAddress = createRateLimit(world.clock, { tries: 20, perSeconds: 3600 });

  /**
   * A new link, or, where an account has proved the address, a letter that says so. The sign-up is kept in both cases: the log-in answers
   * its password alike, so that nobody learns by it which addresses have accounts.
   */
  async function sendLink(tx: Tx, email: string, detail: WantedSignUp): Promise<void> {
    const { token } = await makeMailedToken(world, tx, { ...signUpOf(email), detail });
    const known = await findProved(tx, email);
    if (known !== undefined) {
      const already = alreadyKnownLetter(email, detail.locale, parts.publicUrl);
      await parts.mailer.write(tx, known.providerId, already, "stranger");
      return;
    }
    const letter = { to: email, locale: detail.locale, validHours: validHours["sign-up"] };
    const link = `${parts.publicUrl}/#/sign-up/${token}`;
    await parts.mailer.write(tx, platformProviderId, signUpLetter({ ...letter, link }), "stranger");
  }

  return [
    route({
      method: "GET",
      path: "/api/v1/sign-up",
      summary: "Who may sign up: anybody, only who is invited, or nobody",
      permission: "public",
      response: z.object({ policy: z.enum(signUpPolicies) }),
      handle: async () => ({ policy }),
    }),
    route({
      method: "POST",
      path: "/api/v1/sign-up",
      summary: "Sign up: a link in a letter creates the provider",
      permission: "public",
      body: z.strictObject({ email: emailSchema, ...signUpFields }),
      status: 202,
      response: z.object({ accepted: z.literal(true) }),
      handle: async ({ body, remoteAddress }, _request, response) => {
        refuseSignUp(policy, "public");
        perAddress.take(networkOf(remoteAddress));
        perEmail.take(body.email);
        const { email, password, ...order } = body;
        const detail = { ...order, utcOffsetMinutes: zoneOf(order) };
        const passwordHash = await hashPassword(world.random, password);
        const browser = newSignUpBrowser(world, parts.publicUrl);
        await database.asPlatform("sign-up", async (tx) => {
          await ensurePlatform(world, tx);
          await sendLink(tx, email, { ...detail, passwordHash, browserHash: browser.hash });
        });
        response.append("Set-Cookie", browser.cookie);
        return { accepted: true as const };
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/sign-up/send-again",
      summary: "Send the letter of a sign-up again, with a new link; the answer is the same for every address",
      permission: "public",
      body: z.strictObject({ email: emailSchema }),
      status: 202,
      response: z.object({ accepted: z.literal(true) }),
      handle: async ({ body, remoteAddress }) => {
        refuseSignUp(policy, "public");
        againPerAddress.take(networkOf(remoteAddress));
        againPerEmail.take(body.email);
        await database.asPlatform("sign-up", async (tx) => {
          const signUp = await findUnused(tx, "sign-up", body.email);
          if (signUp !== undefined) await sendLink(tx, body.email, wantedSignUp.parse(signUp.detail));
        });
        return { accepted: true as const };
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/sign-up/confirm",
      summary: "Confirm the address with the link's token and create the provider; then log in",
      permission: "public",
      body: z.strictObject({
        token: z.string().max(200),
        /** Needed where several sign-ups of this address are open: it says which of them. */
        password: z.string().max(200).optional(),
      }),
      status: 201,
      response: z.object({ providerId: z.string(), email: z.string() }),
      handle: async ({ body, remoteAddress, requestId }) => {
        refuseSignUp(policy, "public");
        await takeLinkTry(world, database, perAddress, { ...signUpLink, token: body.token, remoteAddress });
        const made = await confirmSignUp(parts, { ...body, remoteAddress, requestId });
        return { providerId: made.providerId, email: made.email };
      },
    }),
    route({
      method: "POST",
      path: `${sessionPath}/sign-up`,
      summary: "Confirm the address in a browser, create the provider, and log that browser in",
      permission: "public",
      body: z.strictObject({
        token: z.string().max(200),
        /** Needed in another browser than the one that signed up. */
        password: z.string().max(200).optional(),
      }),
      status: 201,
      response: tabView,
      handle: async ({ body, remoteAddress, requestId }, request, response) => {
        refuseSignUp(policy, "public");
        refuseOtherOrigins(request, parts.publicUrl);
        await takeLinkTry(world, database, browserPerAddress, { ...signUpLink, token: body.token, remoteAddress });
        const browserHash = signUpBrowserOf(request);
        const made = await confirmSignUp(parts, { ...body, remoteAddress, requestId, proof: { browserHash } });
        const { actor, tokens } = await enterBrowser(world, database, { ...made, requestId, remoteAddress });
        await endSession(world, database, sessionCookieOf(request), requestId);
        response.append("Set-Cookie", sessionCookie(tokens.refreshToken, parts.publicUrl));
        response.append("Set-Cookie", endedSignUpBrowser(parts.publicUrl));
        return { token: tokens.token, expiresAtMs: tokens.expiresAtMs, user: viewOf(actor, parts.modules) };
      },
    }),
  ];
}
