/** Sellers of whom a restore has told the sites nothing, because they were shut out after the back-up: their sites hear how they stand. */
import type { Database } from "../../ground/db/database.ts";
import { readTombstones } from "../../ground/feed/forgotten.ts";
import { publishSeller, type SellerParts } from "./sellers.ts";

/** At each start, before a site is answered. A seller of a site has a row there; without a restore none lacks it. */
export async function tellRestoredSellers(parts: SellerParts & { readonly database: Database }): Promise<void> {
  const { database } = parts;
  const forgotten = await database.asPlatform("restored-sellers", async (tx) => {
    const active = await tx
      .selectFrom("seller_sites")
      .select(["provider_id", "site_id", "seller_id as key"])
      .where("active", "=", true)
      .execute();
    return readTombstones(tx, "seller", active);
  });
  const sellers = new Map(forgotten.map(({ provider_id: providerId, key }) => [key, providerId]));
  for (const [sellerId, providerId] of sellers)
    await database.asProvider(providerId, (tx) => publishSeller(parts, tx, sellerId));
}
