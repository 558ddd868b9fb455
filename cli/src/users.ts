/** `karibu users`: for the case that nobody can log in. It changes the database directly; the audit log records it. */
import { parseArgs } from "node:util";
import { createEmit } from "@karibu/cloud/ground/events/record";
import { revokeTokensOf } from "@karibu/cloud/identity/api-tokens/revoke-tokens";
import { writeAudit } from "@karibu/cloud/identity/audit/audit";
import { forgetGuesses, guessedName } from "@karibu/cloud/identity/credentials/guess-guard";
import { hashPassword, passwordSchema } from "@karibu/cloud/identity/credentials/password";
import { endAccess } from "@karibu/cloud/identity/users/end-access";
import { endSecondFactor } from "@karibu/cloud/identity/users/second-factor";
import { isShut } from "@karibu/cloud/identity/users/users";
import { type HubDatabase, withHubDatabase } from "./hub-database.ts";
import type { Output, Subcommand } from "./subcommand.ts";

export const users: Subcommand = {
  usage: "users list | users set-password EMAIL | users unlock EMAIL",
  summary:
    "Lists people, gives one a new password (read from NEW_PASSWORD; their second factor goes off; their log-ins, API tokens and open invitations end), or forgets the wrong passwords typed for one.",
  async run(words, output) {
    const asked = readWords(words, output);
    if (asked === null) return 2;
    return withHubDatabase(output, (hub) => {
      if (asked.verb === "list") return list(hub, output);
      return change(hub, asked.verb, asked.email, output);
    });
  },
};

async function list({ database }: HubDatabase, output: Output): Promise<number> {
  const rows = await database.asPlatform("cli-users", (tx) =>
    tx
      .selectFrom("users")
      .innerJoin("providers", "providers.providerId", "users.providerId")
      .select(["users.email", "users.name", "users.role", "users.active", "providers.name as provider"])
      .orderBy("providers.name")
      .orderBy("users.email")
      .execute(),
  );
  for (const row of rows) output.print(JSON.stringify(row));
  return 0;
}

async function change(
  hub: HubDatabase,
  verb: "set-password" | "unlock",
  email: string,
  output: Output,
): Promise<number> {
  const { world, database } = hub;
  const password = passwordSchema.safeParse(process.env.NEW_PASSWORD ?? "");
  if (verb === "set-password" && !password.success) {
    output.complain(`NEW_PASSWORD: ${password.error.issues[0]?.message}`);
    return 2;
  }
  const hash = verb === "set-password" ? await hashPassword(world.random, password.data as string) : null;
  const found = await database.asPlatform("cli-users", async (tx) => {
    const row = await tx
      .selectFrom("users")
      .innerJoin("providers", "providers.providerId", "users.providerId")
      .select(["users.providerId", "users.userId", "users.email", "users.addressElsewhere", "users.totpConfirmed"])
      .where("users.email", "=", email.trim().toLowerCase())
      // The account that the address opens, as at the log-in.
      .orderBy(isShut)
      .orderBy("users.addressProved", "desc")
      .orderBy("users.addressElsewhere")
      .orderBy("users.createdAtMs")
      .limit(1)
      .forUpdate("users")
      .executeTakeFirst();
    if (row === undefined) return null;
    const { providerId, userId } = row;
    const nowMs = world.clock.wall().atMs;
    await tx
      .updateTable("users")
      .set({ failedLogins: 0, lockedUntilMs: null, ...(hash === null ? {} : { passwordHash: hash, active: true }) })
      .where("userId", "=", userId)
      .execute();
    await forgetGuesses(tx, guessedName(row));
    if (hash !== null) {
      await endSecondFactor(tx, userId);
      // Whoever had the account may have made any of it.
      await endAccess(tx, revokeTokensOf, { userId, keptLoginId: null, nowMs });
      await createEmit(world)(tx, providerId, { topic: "user", id: userId, action: "log-ins-ended" });
    }
    const entry = { providerId, userId: null, requestId: null, target: userId, detail: {} };
    await writeAudit(world, tx, { ...entry, action: `command-line-${verb}` });
    return { hadFactor: row.totpConfirmed };
  });
  if (found === null) {
    output.complain(`there is nobody with the address ${email}`);
    return 1;
  }
  output.print(`done: ${email}`);
  if (hash !== null && found.hadFactor)
    output.print("their second factor is off now, with its recovery codes: they set it up anew");
  return 0;
}

function readWords(words: readonly string[], output: Output) {
  try {
    const [verb, email, ...more] = parseArgs({ args: [...words], allowPositionals: true, options: {} }).positionals;
    if (verb === "list" && email === undefined) return { verb } as const;
    if ((verb === "set-password" || verb === "unlock") && email !== undefined && more.length === 0)
      return { verb, email } as const;
    output.complain("say one of list, set-password EMAIL, unlock EMAIL");
  } catch (error) {
    output.complain((error as Error).message);
  }
  output.complain(`usage: karibu ${users.usage}`);
  return null;
}
