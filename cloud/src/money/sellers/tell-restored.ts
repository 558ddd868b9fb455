/** Sellers of whom a restore has told the sites nothing, because they were shut out after the back-up: their sites hear how they stand. */
import { sql } from "kysely";
import type { Database } from "../../ground/db/database.ts";
import { tellForgotten } from "../../ground/feed/forgotten.ts";
import { publishSeller, type SellerParts } from "./sellers.ts";

export function tellRestoredSellers(parts: SellerParts & { readonly database: Database }): Promise<void> {
  return tellForgotten(parts.database, "seller", {
    names: sql`select provider_id, site_id, seller_id as key from seller_sites where active`,
    tell: (tx, sellerId) => publishSeller(parts, tx, sellerId),
  });
}
