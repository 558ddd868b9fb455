/** The platform's row among the providers, and its first admin. */
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Database, Tx } from "../../ground/db/database.ts";
import { lockKeys } from "../../ground/db/lock-keys.ts";
import { platformProviderId } from "../../ground/http/actor.ts";
import { writeAudit } from "../../identity/audit/audit.ts";
import { hashPassword } from "../../identity/credentials/password.ts";
import { emailSchema, insertUser } from "../../identity/users/users.ts";

/** The first platform admin, from the settings. Later starts change nothing, because the password may have been changed since. */
export async function ensurePlatformAdmin(
  world: World,
  database: Database,
  admin: { email: string; password: string },
): Promise<void> {
  const email = emailSchema.parse(admin.email);
  const exists = await database.asPlatform("first-admin", (tx) =>
    tx.selectFrom("users").select("userId").where("providerId", "=", platformProviderId).executeTakeFirst(),
  );
  if (exists !== undefined) return;
  const passwordHash = await hashPassword(world.random, admin.password);
  await database.asPlatform("first-admin", async (tx) => {
    await sql`select pg_advisory_xact_lock(${lockKeys.firstAdmin})`.execute(tx); // several hubs may start at once
    const again = await tx
      .selectFrom("users")
      .select("userId")
      .where("providerId", "=", platformProviderId)
      .executeTakeFirst();
    if (again !== undefined) return;
    await ensurePlatform(world, tx);
    const user = { providerId: platformProviderId, email, name: "Platform admin", role: "platform-admin" };
    const userId = await insertUser(world, tx, { ...user, passwordHash }, "KARIBU_ADMIN_EMAIL");
    const entry = { providerId: platformProviderId, userId: null, requestId: null, detail: { email } };
    await writeAudit(world, tx, { ...entry, action: "first-admin-made", target: userId });
  });
}

/** The platform is a row of `providers`, because its people's rows refer to it. It sells nothing. */
export async function ensurePlatform(world: World, tx: Tx): Promise<void> {
  const nowMs = world.clock.wall().atMs;
  await tx
    .insertInto("providers")
    .values({
      providerId: platformProviderId,
      name: "Platform",
      state: "active",
      currency: "KES",
      locale: "en",
      utcOffsetMinutes: 180,
      supportPhone: null,
      bridgeSeconds: 0,
      bridgeDataBytes: 0,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    })
    .onConflict((conflict) => conflict.column("providerId").doNothing())
    .execute();
}
