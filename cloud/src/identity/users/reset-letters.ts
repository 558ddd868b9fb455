/**
 * Letters with links to a new password. Whoever asks learns nothing, also not by the time: for every address the request queues the same
 * job, and only the job looks whether somebody has it.
 */
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import type { Database } from "../../ground/db/database.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import { passwordResetLetter } from "../../ground/mail/letters.ts";
import type { Mailer } from "../../ground/mail/mailer.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { makeMailedToken, validHours } from "../credentials/mailed-tokens.ts";
import { isShut } from "./users.ts";

export interface ResetParts {
  readonly world: World;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly jobs: JobQueue;
  readonly mailer: Mailer;
  readonly publicUrl: string;
}

const resetJob = "notices.password-reset";
const context = "password-reset/address";
/** Jobs can be read by staff: the address is sealed. */
const jobSchema = z.object({ sealed: z.string() });

export async function askReset({ database, envelope, jobs }: ResetParts, email: string): Promise<void> {
  const sealed = Buffer.from(envelope.seal(Buffer.from(email), context)).toString("base64");
  await database.asPlatform("password-reset-asked", (tx) => jobs.send(tx, resetJob, { sealed }));
}

/** Before the queue starts. */
export async function writeResetLetters(parts: ResetParts): Promise<void> {
  await parts.jobs.work(resetJob, async (data) => {
    const { sealed } = jobSchema.parse(data);
    await writeLetter(parts, parts.envelope.open(Buffer.from(sealed, "base64"), context).toString());
  });
}

async function writeLetter({ world, database, mailer, publicUrl }: ResetParts, email: string): Promise<void> {
  await database.asPlatform("password-reset", async (tx) => {
    const user = await tx
      .selectFrom("users")
      .innerJoin("providers", "providers.provider_id", "users.provider_id")
      .select(["users.provider_id", "users.user_id", "users.active", "providers.state", "providers.locale"])
      .where("users.email", "=", email)
      .orderBy(isShut)
      .orderBy("users.address_elsewhere")
      .orderBy("users.created_at_ms")
      .limit(1)
      .executeTakeFirst();
    if (user === undefined || !user.active || user.state === "deleted") return;
    const { provider_id: providerId, user_id: userId, locale } = user;
    const { token } = await makeMailedToken(world, tx, { providerId, kind: "password-reset", email, userId });
    const link = `${publicUrl}/#/password/${token}`;
    const letter = passwordResetLetter({ to: email, locale, link, validHours: validHours["password-reset"] });
    await mailer.write(tx, providerId, letter, "password-reset");
  });
}
