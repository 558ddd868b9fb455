import type { World } from "@karibu/protocol/world";
import { insertPlan } from "../../catalogue/plans/plans.ts";
import { standardPlans } from "../../catalogue/plans/standard-plans.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { insertUser } from "../../identity/users/users.ts";
import { insertProvider, type ProviderFields, type ProviderRow } from "../../tenancy/providers/providers.ts";

export interface SetUpParts {
  readonly world: World;
  readonly publish: Publish;
  /** With what modules let it begin. */
  readonly onNewProvider: readonly ((tx: Tx, providerId: string, nowMs: number) => Promise<void>)[];
}

export interface FirstOwner {
  readonly email: string;
  readonly name: string;
  /** Hashed outside the transaction, because hashing is slow. */
  readonly passwordHash: string;
}

/**
 * A new provider with its first owner and the six standard plans. In a transaction of the platform, because the provider
 * does not exist yet. Throws a Problem 409 that names `ownerEmail` where the address is taken.
 */
export async function setUpProvider(
  { world, publish, onNewProvider }: SetUpParts,
  tx: Tx,
  provider: ProviderFields,
  owner: FirstOwner,
): Promise<ProviderRow> {
  const row = await insertProvider(world, publish, tx, provider);
  const { providerId } = row;
  await insertUser(world, tx, { ...owner, providerId, role: "owner" }, "ownerEmail");
  for (const plan of standardPlans(provider.currency))
    await insertPlan(world, publish, tx, providerId, { ...plan, currency: provider.currency, active: true });
  for (const begin of onNewProvider) await begin(tx, providerId, world.clock.wall().atMs);
  return row;
}
