import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { beginsWith, type Finder, hit, hitsMax } from "../../ground/lists/search.ts";
import type { CustomerRow } from "./customers.ts";

/** By the whole phone number, or by how the name, or its last word, begins. */
export const customerFinder: Finder = {
  permission: "customers.read",
  async find(tx, { text, party }) {
    if (party !== null) return viewsOf(await customers(tx).where("phone_hash", "=", party).execute(), text);
    const lower = text.toLowerCase();
    const byName = await customers(tx)
      .where(beginsWith(sql.ref("name_key"), lower))
      .orderBy("name_key")
      .limit(hitsMax)
      .execute();
    const byLastName = await customers(tx)
      .where(beginsWith(sql.ref("last_name_key"), lower))
      .orderBy("last_name_key")
      .limit(hitsMax)
      .execute();
    const found = new Map([...byName, ...byLastName].map((row) => [row.customer_id, row]));
    return viewsOf([...found.values()].slice(0, hitsMax), text);
  },
};

function customers(tx: Tx) {
  return tx.selectFrom("customers").selectAll().where("deleted_at_ms", "is", null);
}

function viewsOf(rows: readonly CustomerRow[], text: string) {
  return rows.map((row) =>
    hit({
      kind: "customer",
      id: row.customer_id,
      title: row.name,
      // A phone number is found only as a whole.
      isExact: !row.name.toLowerCase().includes(text.toLowerCase()) || row.name.toLowerCase() === text.toLowerCase(),
      state: row.active ? "active" : "inactive",
      phone: row.phone_masked,
      siteId: row.site_id,
      atMs: row.created_at_ms,
    }),
  );
}
