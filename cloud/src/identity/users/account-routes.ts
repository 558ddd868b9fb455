/** What a person does with their own account: password, where they are logged in. */

import { z } from "zod";
import type { Emit } from "../../ground/events/emit.ts";
import { notFound } from "../../ground/http/problem.ts";
import { createRateLimit } from "../../ground/http/rate-limit.ts";
import { route } from "../../ground/http/route.ts";
import { writeAudit } from "../audit/audit.ts";
import { shownDevice } from "../credentials/device-cookie.ts";
import { forgetGuesses, guessedName } from "../credentials/guess-guard.ts";
import { isKnownDevice, rememberAddress } from "../credentials/login-places.ts";
import { demandStanding, endOwnLogin, readLoginsOf } from "../credentials/logins.ts";
import { dropUnused, takeLinkTry, withMailedToken } from "../credentials/mailed-tokens.ts";
import { hashPassword, passwordSchema } from "../credentials/password.ts";
import type { ProvePassword } from "../credentials/prove-password.ts";
import { endAccess } from "./end-access.ts";
import { askReset, type ResetParts } from "./reset-letters.ts";
import { createResetLimits } from "./reset-limits.ts";
import { type EndTokensOf, emailSchema } from "./users.ts";

export interface AccountParts extends ResetParts {
  readonly provePassword: ProvePassword;
  /** Ends the API tokens that the person made. */
  readonly endTokensOf: EndTokensOf;
  readonly emit: Emit;
}

const password = z.string().min(1).max(200);

export const loginView = z.object({
  loginId: z.string(),
  /** The log-in of this request. */
  current: z.boolean(),
  /** By the console; false: by a program. */
  inBrowser: z.boolean(),
  /** `Chrome, Android`, as the browser said itself: no proof. Null: not known. */
  browser: z.string().nullable(),
  createdAtMs: z.number().int(),
  lastUsedAtMs: z.number().int(),
});

export function accountRoutes(parts: AccountParts) {
  const { world, database, provePassword, emit } = parts;
  const perAddress = createRateLimit(world.clock, { tries: 20, perSeconds: 3600 });
  const resets = createResetLimits(world.clock, (email, device) =>
    database.asPlatform("password-reset-device", (tx) => isKnownDevice(tx, email, device, world.clock.wall().atMs)),
  );

  return [
    route({
      method: "POST",
      path: "/api/v1/user/password",
      summary: "Change my password; my other log-ins, the API tokens and the open invitations that I made end",
      permission: "person",
      freshFactor: true,
      body: z.strictObject({ currentPassword: password, newPassword: passwordSchema }),
      status: 204,
      response: z.null(),
      handle: async ({ actor, body, transact, auditTarget }) => {
        auditTarget(actor.userId);
        await provePassword(actor, body.currentPassword, "currentPassword");
        const passwordHash = await hashPassword(world.random, body.newPassword);
        await transact(async (tx) => {
          await demandStanding(tx, actor, "currentPassword");
          const nowMs = world.clock.wall().atMs;
          const change = { passwordHash, updatedAtMs: nowMs };
          await tx.updateTable("users").set(change).where("userId", "=", actor.userId).execute();
          const { userId, credential } = actor;
          await endAccess(tx, parts.endTokensOf, { userId, keptLoginId: credential.id, nowMs });
          await emit(tx, actor.providerId, { topic: "user", id: actor.userId, action: "log-ins-ended" });
        });
        return null;
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/user/logins",
      summary: "My log-ins",
      permission: "person",
      response: z.object({ items: z.array(loginView) }),
      handle: async ({ actor, transact }) =>
        transact(async (tx) => {
          const logins = await readLoginsOf(tx, actor.userId);
          return {
            items: logins.map((row) => ({
              loginId: row.loginId,
              current: row.loginId === actor.credential.id,
              inBrowser: row.inBrowser,
              browser: row.browser,
              createdAtMs: row.createdAtMs,
              lastUsedAtMs: Math.max(row.refreshedAtMs, row.usedAtMs ?? 0),
            })),
          };
        }),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/user/logins/{loginId}",
      summary: "End one of my log-ins",
      permission: "person",
      params: z.object({ loginId: z.string().max(64) }),
      status: 204,
      response: z.null(),
      handle: async ({ actor, params, transact }) =>
        transact(async (tx) => {
          if (!(await endOwnLogin(tx, actor.userId, params.loginId))) throw notFound("log-in");
          await emit(tx, actor.providerId, { topic: "user", id: actor.userId, action: "log-ins-ended" });
          return null;
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/password-reset",
      summary: "Ask for a link to a new password; the answer is the same for every address",
      permission: "public",
      body: z.strictObject({ email: emailSchema }),
      status: 202,
      response: z.object({ accepted: z.literal(true) }),
      handle: async ({ body, remoteAddress }, request) => {
        const asker = await resets.take({
          email: body.email,
          remoteAddress,
          device: shownDevice(request.headers.cookie, body.email),
        });
        await askReset(parts, { email: body.email, isOwn: asker === "known-browser" });
        return { accepted: true as const };
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/password-reset/confirm",
      summary:
        "Choose a new password with the link's token; all log-ins, API tokens and open invitations of the person end",
      permission: "public",
      body: z.strictObject({ token: z.string().max(200), password: passwordSchema }),
      status: 204,
      response: z.null(),
      handle: async ({ body, remoteAddress, requestId }) => {
        // Hashing takes a tenth of a second of a processor: not for a link that is none.
        await takeLinkTry(world, database, perAddress, { token: body.token, kind: "password-reset", remoteAddress });
        const passwordHash = await hashPassword(world.random, body.password);
        const name = await withMailedToken(
          world,
          database,
          { token: body.token, kind: "password-reset" },
          async (tx, row) => {
            const userId = row.userId as string;
            const nowMs = world.clock.wall().atMs;
            const user = await tx
              .updateTable("users")
              .set({ passwordHash, failedLogins: 0, lockedUntilMs: null, updatedAtMs: nowMs })
              .$if(row.detail.proves === true, (change) => change.set({ addressProved: true }))
              .where("userId", "=", userId)
              .returning(["providerId", "email", "addressElsewhere"])
              .executeTakeFirst();
            await endAccess(tx, parts.endTokensOf, { userId, keptLoginId: null, nowMs });
            await dropUnused(tx, { providerId: row.providerId, kind: "password-reset", email: row.email });
            const entry = { providerId: row.providerId, userId, target: userId, requestId };
            await writeAudit(world, tx, { ...entry, action: "password-reset", detail: { from: remoteAddress } });
            // A person who has the mailbox is no guesser, whatever happened elsewhere.
            const person = { providerId: row.providerId, userId };
            await rememberAddress(tx, person, remoteAddress, nowMs);
            await emit(tx, row.providerId, { topic: "user", id: userId, action: "log-ins-ended" });
            return user === undefined ? row.email : guessedName(user);
          },
        );
        await database.asPlatform("password-reset", (tx) => forgetGuesses(tx, name));
        return null;
      },
    }),
  ];
}
