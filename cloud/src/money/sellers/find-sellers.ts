import { sql } from "kysely";
import { contains } from "../../ground/lists/list.ts";
import { type Finder, hit, hitsMax } from "../../ground/lists/search.ts";

/** Sellers at the sites, by a part of the name: a provider has tens of them. */
export const sellerFinder: Finder = {
  permission: "ledger.read",
  async find(tx, { text }) {
    const sellers = await tx
      .selectFrom("sellers")
      .select(["sellerId", "name", "active", "createdAtMs"])
      .where(contains([sql.ref("name")], text))
      .orderBy("active", "desc")
      .orderBy("nameKey")
      .limit(hitsMax)
      .execute();
    return sellers.map((seller) =>
      hit({
        kind: "seller",
        id: seller.sellerId,
        title: seller.name,
        isExact: seller.name.toLowerCase() === text.toLowerCase(),
        state: seller.active ? "active" : "inactive",
        atMs: seller.createdAtMs,
      }),
    );
  },
};
