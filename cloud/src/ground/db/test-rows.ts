/** Rows that others need, for tests that make them without a hub. */
import type { Tx } from "./database.ts";

export function insertProvider(tx: Tx, providerId: string): Promise<unknown> {
  const named = { providerId, name: providerId, state: "active", currency: "KES", locale: "en" } as const;
  const rest = { utcOffsetMinutes: 180, bridgeSeconds: 1800, bridgeDataBytes: 100_000_000, supportPhone: null };
  return tx
    .insertInto("providers")
    .values({ ...named, ...rest, createdAtMs: 1, updatedAtMs: 1 })
    .execute();
}

/** An owner of the provider. */
export function insertOwner(tx: Tx, providerId: string, { userId, name }: { userId: string; name: string }) {
  const logIn = { email: `${providerId}@example.com`, role: "owner", passwordHash: "x", active: true } as const;
  return tx
    .insertInto("users")
    .values({
      ...{ providerId, userId, name, ...logIn, lockedUntilMs: null, lastLoginAtMs: null },
      ...{ createdAtMs: 1, updatedAtMs: 1 },
    })
    .execute();
}
