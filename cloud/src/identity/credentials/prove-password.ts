import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import type { Database } from "../../ground/db/database.ts";
import type { Actor } from "../../ground/http/actor.ts";
import { refusal } from "../../ground/http/problem.ts";
import { createSharedTries } from "../../ground/quotas/shared-tries.ts";
import { createHashLimit, passwordFits } from "./password.ts";

/**
 * A stolen token must not be enough to take over the account, or to outlive its log-in: such requests need the password again. Throws a
 * Problem 403 "wrong-password" that names `field`, or 429 after three wrong ones in an hour, or very many right ones.
 */
export type ProvePassword = (actor: Actor, typed: string, field: string) => Promise<void>;

export function createProvePassword(world: World, database: Database): ProvePassword {
  const perAccount = createSharedTries(world.clock, "own-password", { tries: 3, perSeconds: 3600 });
  const hashes = createHashLimit(world.clock);
  return async (actor, typed, field) => {
    hashes.take(actor.userId);
    const who = { providerId: actor.providerId, subject: actor.userId };
    const row = await database.asProvider(actor.providerId, async (tx) => {
      await perAccount.take(tx, who);
      return tx.selectFrom("users").select("passwordHash").where("userId", "=", actor.userId).executeTakeFirst();
    });
    if (!(await passwordFits(row?.passwordHash ?? null, typed))) throw refusal("wrong-password", { field });
    await database.asProvider(actor.providerId, (tx) => perAccount.forget(tx, who));
  };
}

/** The field of a request that gives somebody access: the password of the person who asks, not of the new one. */
export const yourPassword = z.string().max(200).optional();

/**
 * Who gives another person a way in shows that they are themselves. A second factor does (`freshFactor` wants a code of the last ten
 * minutes); without one it is their password. `by-password`: a code is not enough, for the factor itself is at stake. A stolen token of a program is
 * nobody. Throws a Problem 403.
 */
export type ProveSelf = (actor: Actor, typed: string | undefined, how?: "by-password") => Promise<void>;

export function createProveSelf(world: World, provePassword: ProvePassword): ProveSelf {
  // What it opens has a new password hashed.
  const hashes = createHashLimit(world.clock);
  return async (actor, typed, how) => {
    const { credential } = actor;
    if (credential.kind !== "login") throw refusal("not-allowed", { rule: "person-alone" });
    if (credential.factor.isOn && how !== "by-password") return void hashes.take(actor.userId);
    if (typed === undefined || typed === "") throw refusal("password-required", { field: "yourPassword" });
    await provePassword(actor, typed, "yourPassword");
  };
}
