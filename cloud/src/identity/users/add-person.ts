/**
 * Adds a person to a provider without telling whose addresses other providers have, and without taking the address from its owner: until somebody
 * proves it (`address_proved`), their sign-up goes on, and a letter of theirs says which account they mean (reset-letters.ts). An invitation proves
 * nothing: who invites has its link.
 * Who attacks: somebody with an account of their own who tries a list of addresses, to learn who works for which provider, or for whom a
 * log-in is worth guessing. What stops them: the answer, the list of people, the audit log and the export are the same for every address,
 * and the same job is queued; only the job looks, and its letter goes to the owner of the address, through their own provider's mail.
 * What is left: who chose the first password may try to log in with it, and learns by that whether the new account is the one that opens.
 * So additions are counted (user-routes.ts), each such try tells the owner of the address, and log-ins count it as a wrong one.
 */

import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import { addressElsewhereLetter } from "../../ground/mail/letters.ts";
import type { Mailer } from "../../ground/mail/mailer.ts";
import { insertUserAlike, type NewUser } from "./users.ts";

const addedJob = "notices.person-added";
const jobSchema = z.object({ providerId: z.string(), userId: z.string() });

/** Throws a Problem 409 that names `field` where the provider has this person already. @returns the person's id */
export async function addPerson(
  { world, jobs }: { readonly world: World; readonly jobs: JobQueue },
  tx: Tx,
  user: NewUser,
  field: string,
): Promise<string> {
  const userId = await insertUserAlike(world, tx, user, field);
  await jobs.send(tx, addedJob, { providerId: user.providerId, userId });
  return userId;
}

export interface AddedParts {
  readonly database: Database;
  readonly jobs: JobQueue;
  readonly mailer: Mailer;
  readonly publicUrl: string;
}

/** Before the queue starts. The owner of an address hears that somebody added it elsewhere; nobody else does. */
export async function tellAddressOwners({ database, jobs, mailer, publicUrl }: AddedParts): Promise<void> {
  await jobs.work(addedJob, async (data) => {
    const { providerId, userId } = jobSchema.parse(data);
    await database.asPlatform("person-added", async (tx) => {
      const added = await tx
        .selectFrom("users")
        .innerJoin("providers", "providers.providerId", "users.providerId")
        .select(["users.email", "users.addressElsewhere", "providers.name"])
        .where("users.providerId", "=", providerId)
        .where("users.userId", "=", userId)
        .executeTakeFirst();
      if (added === undefined || !added.addressElsewhere) return;
      const owner = await tx
        .selectFrom("users")
        .innerJoin("providers", "providers.providerId", "users.providerId")
        .select(["users.providerId", "providers.locale"])
        .where("users.email", "=", added.email)
        .where("users.addressElsewhere", "=", false)
        .where("users.addressProved", "=", true)
        .executeTakeFirst();
      // Whom another provider only added, too: they can read that one's letters.
      if (owner === undefined) return;
      const letter = { to: added.email, locale: owner.locale, link: publicUrl, providerName: added.name };
      // Through the provider whose person they are: the other one may read its own letters.
      await mailer.write(tx, owner.providerId, addressElsewhereLetter(letter), "stranger");
    });
  });
}
