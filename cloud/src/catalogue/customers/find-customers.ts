import { sql } from "kysely";
import type { Parties } from "../../ground/amounts/parties.ts";
import type { PhonePart } from "../../ground/amounts/phone-parts.ts";
import type { Tx } from "../../ground/db/database.ts";
import { beginsWith, type Finder, hit, hitsMax } from "../../ground/lists/search.ts";
import type { CustomerRow } from "./customers.ts";
import { withPart } from "./customers-by-part.ts";

/** By the phone number or one of its ends, or by how the name, or its last word, begins. */
export const customerFinder = (parties: Parties): Finder => ({
  permission: "customers.read",
  async find(tx, { text, party, phonePart, providerId }) {
    if (party !== null) return viewsOf(await customers(tx).where("phoneHash", "=", party).execute(), text, true);
    const halves = phonePart === null ? [] : await byPart(parties, tx, providerId, phonePart);
    const lower = text.toLowerCase();
    const byName = await customers(tx)
      .where(beginsWith(sql.ref("nameKey"), lower))
      .orderBy("nameKey")
      .limit(hitsMax)
      .execute();
    const byLastName = await customers(tx)
      .where(beginsWith(sql.ref("lastNameKey"), lower))
      .orderBy("lastNameKey")
      .limit(hitsMax)
      .execute();
    const found = new Map([...halves, ...byName, ...byLastName].map((row) => [row.customerId, row]));
    return viewsOf([...found.values()].slice(0, hitsMax), text, false);
  },
});

/** Ends of numbers first: they are what people read out. */
async function byPart(parties: Parties, tx: Tx, providerId: string, part: PhonePart): Promise<CustomerRow[]> {
  const { tail, head } = parties.keysWithPart(providerId, part);
  const rowsOf = (end: "tail" | "head", key: string | null) =>
    key === null ? [] : withPart(tx, providerId, end, key).selectAll().limit(hitsMax).execute();
  return [...(await rowsOf("tail", tail)), ...(await rowsOf("head", head))];
}

function customers(tx: Tx) {
  return tx.selectFrom("customers").selectAll().where("deletedAtMs", "is", null);
}

function viewsOf(rows: readonly CustomerRow[], text: string, isWholeNumber: boolean) {
  return rows.map((row) =>
    hit({
      kind: "customer",
      id: row.customerId,
      title: row.name,
      isExact: isWholeNumber || row.name.toLowerCase() === text.toLowerCase(),
      state: row.active ? "active" : "inactive",
      phone: row.phoneMasked,
      siteId: row.siteId,
      atMs: row.createdAtMs,
    }),
  );
}
