import type { Place } from "@karibu/protocol/offers/place-price";
import type { Tx } from "../../ground/db/database.ts";

/** Where a price may be another one. A site that is deleted still stands where it stood. */
export async function readPlace(tx: Tx, siteId: string): Promise<Place> {
  const site = await tx.selectFrom("sites").select("region").where("siteId", "=", siteId).executeTakeFirst();
  return { siteId, region: site?.region ?? null };
}
