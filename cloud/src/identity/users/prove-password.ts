import type { World } from "@karibu/protocol/world";
import type { Database } from "../../ground/db/database.ts";
import type { Actor } from "../../ground/http/actor.ts";
import { Problem } from "../../ground/http/problem.ts";
import { createRateLimit } from "../../ground/http/rate-limit.ts";
import { passwordFits } from "../credentials/password.ts";

/**
 * A stolen token must not be enough to take over the account, or to outlive its log-in: such requests need the password again. Throws a
 * Problem 403 "wrong-password" that names `field`, or 429 after three wrong ones in an hour.
 */
export type ProvePassword = (actor: Actor, typed: string, field: string) => Promise<void>;

export function createProvePassword(world: World, database: Database): ProvePassword {
  const perAccount = createRateLimit(world.clock, { tries: 3, perSeconds: 3600 });
  return async (actor, typed, field) => {
    const row = await database.asProvider(actor.providerId, (tx) =>
      tx.selectFrom("users").select("password_hash").where("user_id", "=", actor.userId).executeTakeFirst(),
    );
    perAccount.take(actor.userId);
    if (!(await passwordFits(row?.password_hash ?? null, typed)))
      throw new Problem(403, "wrong-password", `${field}: This is not your password.`, { field });
    perAccount.forget(actor.userId);
  };
}
