/**
 * Log-in by an account's name and password. Who attacks: somebody who guesses names or passwords. A name that nobody has does the same work as one
 * that somebody has, and gets the same answer; tries are counted by name and address together, by name and by address, in the database, before anything is
 * compared. Who types a neighbour's name again and again shuts them out only from many addresses: three times as many tries of a name count from everywhere.
 */
import { sha256Hex } from "@karibu/protocol/hash";
import type { World } from "@karibu/protocol/world";
import type { AccountRow } from "../../catalogue/accounts/account-row.ts";
import { accountCalled, isPasswordOf } from "../../catalogue/accounts/accounts.ts";
import type { Database } from "../../ground/db/database.ts";
import { createSharedTries } from "../../ground/quotas/shared-tries.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { placeOf, takeOf } from "./codes.ts";

export interface PasswordShown {
  readonly providerId: string;
  readonly username: string;
  readonly password: string;
  readonly address: string;
}

/** Null: name or password is wrong. Throws Problem 429 "too-many-tries". */
export type ProvePassword = (shown: PasswordShown) => Promise<AccountRow | null>;

const ofNameHere = { tries: 10, perSeconds: 3600 } as const;
const ofName = { tries: 30, perSeconds: 3600 } as const;
const ofAddress = { tries: 60, perSeconds: 3600 } as const;

export function createProvePassword({
  world,
  database,
  envelope,
}: {
  readonly world: World;
  readonly database: Database;
  readonly envelope: Envelope;
}): ProvePassword {
  const namesHere = createSharedTries(world.clock, "customer-password-here", ofNameHere);
  const names = createSharedTries(world.clock, "customer-password-name", ofName);
  const addresses = createSharedTries(world.clock, "customer-password-address", ofAddress);
  return async ({ providerId, username, password, address }) => {
    const key = username.toLowerCase();
    const tried = { providerId, subject: sha256Hex(key) };
    const triedHere = { providerId, subject: sha256Hex(`${key}/${placeOf(address)}`) };
    // Committed before the password is looked at: a hundred tries at once are a hundred.
    await database.asProvider(providerId, async (tx) => {
      await takeOf(addresses, tx, providerId, address);
      await namesHere.take(tx, triedHere);
      await names.take(tx, tried);
    });
    return database.asProvider(providerId, async (tx) => {
      const row = await accountCalled(tx, providerId, key);
      const isRight = isPasswordOf(envelope, row ?? null, password);
      if (row === undefined || !isRight || !row.active) return null;
      // Whoever knows the name would have the password: it opens the line, as in the system it came from, and no page.
      if (row.weakPassword === "is-name") return null;
      await names.forget(tx, tried);
      await namesHere.forget(tx, triedHere);
      await addresses.giveBack(tx, { providerId, subject: placeOf(address) });
      return row;
    });
  };
}
