/**
 * Letters with links to a new password. Whoever asks learns nothing, also not by the time: for every address the request queues the same
 * job, and only the job looks whether somebody has it. An address that nobody has proved may stand at several providers, and its owner may know none
 * of them: each account has a letter that names its provider, and whose link is followed has the address. Such a letter is the platform's, because a
 * provider's own people can read the letters of that one.
 */
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import type { Database } from "../../ground/db/database.ts";
import { platformProviderId } from "../../ground/http/actor.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import { passwordResetLetter } from "../../ground/mail/letters.ts";
import type { MailCause, Mailer } from "../../ground/mail/mailer.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { lastMailedAtMs, makeMailedToken, validHours } from "../credentials/mailed-tokens.ts";
import { isLetIn } from "./users.ts";

export interface ResetParts {
  readonly world: World;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly jobs: JobQueue;
  readonly mailer: Mailer;
  readonly publicUrl: string;
}

const resetJob = "notices.password-reset";
/** Of one address that nobody has proved: more than a person works for. */
const accountsMax = 5;
const context = "password-reset/address";
/** Jobs can be read by staff: the address is sealed. */
const jobSchema = z.object({ sealed: z.string(), isOwn: z.boolean() });

/** @param isOwn asked for in a browser in which its person logged in before */
export async function askReset(
  { database, envelope, jobs }: ResetParts,
  { email, isOwn }: { readonly email: string; readonly isOwn: boolean },
): Promise<void> {
  const sealed = Buffer.from(envelope.seal(Buffer.from(email), context)).toString("base64");
  await database.asPlatform("password-reset-asked", (tx) => jobs.send(tx, resetJob, { sealed, isOwn }));
}

/** Before the queue starts. */
export async function writeResetLetters(parts: ResetParts): Promise<void> {
  await parts.jobs.work(resetJob, async (data) => {
    const { sealed, isOwn } = jobSchema.parse(data);
    const email = parts.envelope.open(Buffer.from(sealed, "base64"), context).toString();
    await writeLetter(parts, email, isOwn ? "own-password-reset" : "password-reset");
  });
}

async function writeLetter(
  { world, database, mailer, publicUrl }: ResetParts,
  email: string,
  cause: MailCause,
): Promise<void> {
  await database.asPlatform("password-reset", async (tx) => {
    const users = await tx
      .selectFrom("users")
      .innerJoin("providers", "providers.providerId", "users.providerId")
      .select(["users.providerId", "users.userId", "users.addressProved", "providers.locale", "providers.name"])
      .where("users.email", "=", email)
      .where(isLetIn)
      .orderBy("users.addressProved", "desc")
      .orderBy("users.addressElsewhere")
      // In turn: strangers who add the address to providers of their own, before its owner has an account, keep no letter from it.
      .orderBy(lastMailedAtMs("password-reset"), (order) => order.asc().nullsFirst())
      .orderBy("users.createdAtMs")
      .limit(accountsMax)
      .execute();
    const meant = users[0]?.addressProved === true ? users.slice(0, 1) : users;
    for (const { providerId, userId, addressProved: isProved, locale, name } of meant) {
      const detail = { proves: !isProved };
      const { token } = await makeMailedToken(world, tx, { providerId, kind: "password-reset", email, userId, detail });
      const link = `${publicUrl}/#/password/${token}`;
      const to = { to: email, locale, link, validHours: validHours["password-reset"] };
      const letter = passwordResetLetter({ ...to, providerName: isProved ? null : name });
      await mailer.write(tx, isProved ? providerId : platformProviderId, letter, cause);
    }
  });
}
