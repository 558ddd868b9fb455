/** What is lent to somebody has to come back before they are erased: afterwards nobody knows who has it. */
import type { RefuseErasure } from "../../back-office/personal-data/erase-person.ts";
import { refusal } from "../../ground/http/problem.ts";
import { jobPlace } from "./places.ts";

export const refuseErasure: RefuseErasure = async (tx, { ids, lead }) => {
  const items = tx.selectFrom("stock_items").select("itemId");
  const atHouse = lead === null ? undefined : await items.where("place", "=", jobPlace(lead)).executeTakeFirst();
  if (atHouse !== undefined) return refusal("lead-has-equipment");
  const lent = await items
    .where("customerId", "in", [...ids])
    .where("holding", "=", "lent")
    .executeTakeFirst();
  return lent === undefined ? null : refusal("person-has-equipment");
};
