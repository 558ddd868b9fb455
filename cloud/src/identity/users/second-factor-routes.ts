/** A person's own second factor: set up, prove, switch off. */
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import type { Database } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import type { Actor } from "../../ground/http/actor.ts";
import { refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { shownDevice } from "../credentials/device-cookie.ts";
import { type CountedTry, countTry, forgiveTries, guessedName } from "../credentials/guess-guard.ts";
import { familiarityOf } from "../credentials/login-places.ts";
import { demandStanding, endLoginsOf, noteFactor } from "../credentials/logins.ts";
import type { ProvePassword } from "../credentials/prove-password.ts";
import { beginSecondFactor, confirmSecondFactor, endSecondFactor, proveSecondFactor } from "./second-factor.ts";

export interface SecondFactorParts {
  readonly world: World;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly provePassword: ProvePassword;
  readonly emit: Emit;
}

const password = z.string().min(1).max(200);
const nowhere = z.null();

export function secondFactorRoutes({ world, database, envelope, provePassword, emit }: SecondFactorParts) {
  return [
    route({
      method: "GET",
      path: "/api/v1/user/second-factor",
      summary: "Whether my second factor is on, and whether my role must have one",
      permission: "person",
      beforeFactor: true,
      response: z.object({ on: z.boolean(), required: z.boolean(), recoveryCodesLeft: z.number().int() }),
      handle: async ({ actor, transact }) =>
        transact(async (tx) => {
          const row = await tx
            .selectFrom("users")
            .select(["totpConfirmed", "recoveryHashes"])
            .where("userId", "=", actor.userId)
            .executeTakeFirstOrThrow();
          return { on: row.totpConfirmed, required: isRequired(actor), recoveryCodesLeft: row.recoveryHashes.length };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/user/second-factor/begin",
      summary: "A new secret for my authenticator app; it counts after a code of it was entered",
      permission: "person",
      beforeFactor: true,
      body: z.strictObject({ password }),
      response: z.object({ secret: z.string(), uri: z.string() }),
      handle: async ({ actor, body, transact, auditTarget }) => {
        auditTarget(actor.userId);
        await provePassword(actor, body.password, "password");
        return transact((tx) => beginSecondFactor(world, envelope, tx, actor));
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/user/second-factor/confirm",
      summary: "Switch my second factor on; shows recovery codes, once; my other log-ins end",
      permission: "person",
      beforeFactor: true,
      body: z.strictObject({ code: z.string().max(20) }),
      response: z.object({ recoveryCodes: z.array(z.string()) }),
      handle: async ({ actor, body, remoteAddress, transact, auditTarget }, request) => {
        auditTarget(actor.userId);
        const nowMs = world.clock.wall().atMs;
        const cookies = request.headers.cookie;
        const counted = await countGuess(database, actor, { remoteAddress, cookies }, nowMs);
        const confirmed = await transact(async (tx) => {
          const codes = await confirmSecondFactor(world, envelope, tx, actor.userId, body.code);
          await noteFactor(tx, actor.credential.id, nowMs);
          // They were made with the password alone.
          await endLoginsOf(tx, actor.userId, { loginId: actor.credential.id, nowMs });
          await emit(tx, actor.providerId, { topic: "user", id: actor.userId, action: "log-ins-ended" });
          return codes;
        });
        await database.asPlatform("log-in-guess", (tx) => forgiveTries(tx, counted));
        return confirmed;
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/user/second-factor/prove",
      summary: "Enter a code, or a recovery code: for ten minutes this log-in may do what wants a fresh one",
      permission: "person",
      beforeFactor: true,
      body: z.strictObject({ code: z.string().max(40) }),
      status: 204,
      response: nowhere,
      handle: async ({ actor, body, remoteAddress, transact, auditTarget }, request) => {
        auditTarget(actor.userId);
        const nowMs = world.clock.wall().atMs;
        const cookies = request.headers.cookie;
        const counted = await countGuess(database, actor, { remoteAddress, cookies }, nowMs);
        await transact(async (tx) => {
          if (!(await proveSecondFactor(envelope, tx, actor.userId, { code: body.code, nowMs })))
            throw refusal("wrong-code", { status: 403, field: "code" });
          await noteFactor(tx, actor.credential.id, nowMs);
        });
        await database.asPlatform("log-in-guess", (tx) => forgiveTries(tx, counted));
        return null;
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/user/second-factor/end",
      summary: "Switch my second factor off",
      permission: "person",
      freshFactor: true,
      body: z.strictObject({ password }),
      status: 204,
      response: nowhere,
      handle: async ({ actor, body, transact, auditTarget }) => {
        auditTarget(actor.userId);
        if (isRequired(actor)) throw refusal("second-factor-of-role");
        await provePassword(actor, body.password, "password");
        await transact(async (tx) => {
          await demandStanding(tx, actor, "password");
          await endSecondFactor(tx, actor.userId);
        });
        return null;
      },
    }),
  ];
}

/** By the same counters as at the log-in: a stolen token gives no further guesses. Throws a Problem 429 "too-many-tries". */
function countGuess(
  database: Database,
  actor: Actor,
  { remoteAddress, cookies }: { readonly remoteAddress: string; readonly cookies: string | undefined },
  nowMs: number,
): Promise<CountedTry> {
  const person = { providerId: actor.providerId, userId: actor.userId };
  return database.asPlatform("log-in-guess", async (tx) => {
    const user = await tx
      .selectFrom("users")
      .select(["providerId", "email", "addressElsewhere"])
      .where("providerId", "=", actor.providerId)
      .where("userId", "=", actor.userId)
      .executeTakeFirstOrThrow();
    const from = { address: remoteAddress, device: shownDevice(cookies, user.email) };
    const familiarity = await familiarityOf(tx, person, from, nowMs);
    return countTry(tx, { ...from, email: guessedName(user), familiarity }, nowMs);
  });
}

function isRequired({ credential }: Actor): boolean {
  return credential.kind === "login" && credential.factor.isRequired;
}
