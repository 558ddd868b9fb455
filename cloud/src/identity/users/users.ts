/** People who work for a provider (and the platform's people): rows of `users`. */
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { platformProviderId } from "../../ground/http/actor.ts";
import { type Problem, refusal } from "../../ground/http/problem.ts";

/** Trimmed and in lower case, because people type their address in different ways. */
export const emailSchema = z.string().trim().toLowerCase().max(200).pipe(z.email("This is not an e-mail address."));

/** A person lost their password, or somebody else set it: whoever knew the old one may have made API tokens. */
export type EndTokensOf = (tx: Tx, userId: string, nowMs: number) => Promise<void>;

export interface NewUser {
  readonly providerId: string;
  readonly email: string;
  readonly name: string;
  readonly role: string;
  /** Hashed outside the transaction, because hashing is slow. */
  readonly passwordHash: string;
}

/** Of this provider's people; whether others have the address nobody learns. Throws a Problem 409. */
export async function refuseTaken(tx: Tx, email: string): Promise<void> {
  const known = await tx.selectFrom("users").select("userId").where("email", "=", email).executeTakeFirst();
  if (known !== undefined) throw taken("email");
}

/** Who has proved this address, and is let in. In a transaction of the platform. */
export function findProved(tx: Tx, email: string): Promise<{ providerId: string } | undefined> {
  return tx
    .selectFrom("users")
    .innerJoin("providers", "providers.providerId", "users.providerId")
    .select("users.providerId")
    .where("users.email", "=", email)
    .where("users.addressProved", "=", true)
    .where(isLetIn)
    .limit(1)
    .executeTakeFirst();
}

/**
 * In a transaction of the platform, for who has proved the address, or is the platform. A person whom somebody added with the address and who never
 * proved it waits behind. Throws a Problem 409 that names `field` when another one has proved it, at any provider.
 */
export async function insertUser(world: World, tx: Tx, user: NewUser, field: string): Promise<string> {
  if ((await findProved(tx, user.email)) !== undefined) throw taken(field);
  await tx
    .updateTable("users")
    .set({ addressElsewhere: true })
    .where("email", "=", user.email)
    .where("addressElsewhere", "=", false)
    .execute();
  const userId = newId(world);
  const made = await tx
    .insertInto("users")
    .values({ ...rowOf(world, userId, user), addressProved: true })
    .onConflict((conflict) => conflict.column("email").where(sql<boolean>`not address_elsewhere`).doNothing())
    .returning("userId")
    .executeTakeFirst();
  if (made !== undefined) return userId;
  throw taken(field);
}

/**
 * For who may not learn which addresses other providers have: where one has this address, the row waits behind it. Throws a Problem 409
 * that names `field` when it is of this provider's own people.
 */
export async function insertUserAlike(world: World, tx: Tx, user: NewUser, field: string): Promise<string> {
  const userId = newId(world);
  const row = rowOf(world, userId, user);
  const made = await tx
    .insertInto("users")
    .values(row)
    .onConflict((conflict) => conflict.column("email").where(sql<boolean>`not address_elsewhere`).doNothing())
    .returning("userId")
    .executeTakeFirst();
  if (made !== undefined) return userId;
  const waiting = await tx
    .insertInto("users")
    .values({ ...row, addressElsewhere: true })
    .onConflict((conflict) => conflict.columns(["providerId", "email"]).doNothing())
    .returning("userId")
    .executeTakeFirst();
  if (waiting !== undefined) return userId;
  throw taken(field);
}

/** Beside `providers`: nobody gets in by this row, because the person was switched off or the provider deleted. */
export const isShut = sql<boolean>`not users.active or providers.state = 'deleted'`;
export const isLetIn = sql<boolean>`not (${isShut})`;

/** In a transaction of the platform, after rows went: who has proved the address has it now, else who waited longest, or the next who adds it would take it. */
export async function giveFreeAddresses(tx: Tx): Promise<void> {
  await sql`
    update users u set address_elsewhere = false from (
      select distinct on (email) provider_id, user_id from users w
      where address_elsewhere and not exists (select 1 from users o where o.email = w.email and not o.address_elsewhere)
      order by email, address_proved desc, created_at_ms, user_id
    ) next where u.provider_id = next.provider_id and u.user_id = next.user_id`.execute(tx);
}

function rowOf(world: World, userId: string, user: NewUser) {
  const nowMs = world.clock.wall().atMs;
  return {
    providerId: user.providerId,
    userId,
    email: user.email,
    name: user.name,
    role: user.role,
    passwordHash: user.passwordHash,
    addressProved: user.providerId === platformProviderId,
    active: true,
    lockedUntilMs: null,
    lastLoginAtMs: null,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
}

function taken(field: string): Problem {
  return refusal("email-taken", { field });
}

/**
 * A log-in succeeded. `change`: what the second factor writes. False: another log-in has just used the same code, or the password or the second factor
 * was changed since they were compared; so this one fails. Changing them ends the log-ins that stand, and this one would begin after that.
 */
export async function noteLogIn(
  tx: Tx,
  user: {
    readonly userId: string;
    readonly passwordHash: string | null;
    readonly totpConfirmed: boolean;
    readonly totpLastStep: number | null;
    readonly recoveryHashes: readonly string[];
  },
  { nowMs, change, isSpent }: { readonly nowMs: number; readonly change: object; readonly isSpent: boolean },
): Promise<boolean> {
  const noted = await tx
    .updateTable("users")
    .set({ failedLogins: 0, lockedUntilMs: null, lastLoginAtMs: nowMs, ...change })
    .where("userId", "=", user.userId)
    .where("passwordHash", "is not distinct from", user.passwordHash)
    .where("totpConfirmed", "=", user.totpConfirmed)
    .where((is) =>
      is.or([
        is.lit(!isSpent),
        is.and([
          is("totpLastStep", "is not distinct from", user.totpLastStep),
          sql<boolean>`recovery_hashes = ${JSON.stringify(user.recoveryHashes)}::jsonb`,
        ]),
      ]),
    )
    .executeTakeFirst();
  return noted.numUpdatedRows > 0n;
}

/** False: the person is no longer what they were, or was switched off. The same role again only asks that. */
export async function moveToRole(
  tx: Tx,
  userId: string,
  { from, to, nowMs }: { readonly from: string; readonly to: string; readonly nowMs: number },
): Promise<boolean> {
  const moved = await tx
    .updateTable("users")
    .set({ role: to, ...(from === to ? {} : { updatedAtMs: nowMs }) })
    .where("userId", "=", userId)
    .where("role", "=", from)
    .where("active", "=", true)
    .executeTakeFirst();
  return moved.numUpdatedRows > 0n;
}

/** In a transaction of the platform. For the list of people: how many wrong passwords, and how long guesses must wait. */
export async function noteFailedLogIns(
  tx: Tx,
  user: { readonly providerId: string; readonly userId: string },
  { failures, waitUntilMs }: { readonly failures: number; readonly waitUntilMs: number | null },
): Promise<void> {
  await tx
    .updateTable("users")
    .set({ failedLogins: failures, lockedUntilMs: waitUntilMs })
    .where("providerId", "=", user.providerId)
    .where("userId", "=", user.userId)
    .execute();
}
