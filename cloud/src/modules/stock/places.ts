/** Places as people name them, and whether there is such a place. */
import { readCustomer } from "../../catalogue/customers/customers.ts";
import type { Tx } from "../../ground/db/database.ts";
import { notFound } from "../../ground/http/problem.ts";
import { isOutside, type Place } from "./stock-policy.ts";

const storePlace = (storeId: string): Place => `store:${storeId}`;
export const vanPlace = (userId: string): Place => `van:${userId}`;
export const jobPlace = (installationId: string): Place => `job:${installationId}`;
export const customerPlace = (customerId: string): Place => `customer:${customerId}`;

/**
 * From where a person may take what is counted: also from the van of somebody who left, a store that was closed, and a customer who is gone; how much is
 * there, the balances know. Throws a Problem 404 that names the field. Jobs are places of the installations alone.
 */
export function refuseNoPlace(place: Place, field: string): void {
  if (isOutside(place) || /^(store|van|customer):./s.test(place)) return;
  throw notFound("place", field);
}

/** To where. Throws a Problem 404 that names the field. Jobs are places of the installations alone. */
export async function refuseUnknownPlace(tx: Tx, place: Place, field: string): Promise<void> {
  if (["sold", "lost"].includes(place)) return;
  const [kind = "", id = ""] = place.split(/:(.*)/s);
  if (kind === "customer") {
    await readCustomer(tx, id);
    return;
  }
  const row =
    kind === "store"
      ? await tx
          .selectFrom("stock_stores")
          .select("storeId")
          .where("storeId", "=", id)
          .where("active", "=", true)
          .executeTakeFirst()
      : kind === "van"
        ? await tx
            .selectFrom("users")
            .select("userId")
            .where("userId", "=", id)
            .where("active", "=", true)
            .executeTakeFirst()
        : undefined;
  if (row === undefined) throw notFound("place", field);
}

/** What stands after the colon has a name: of a store, a person, a customer, an installation. Others have none. */
export async function placeNames(tx: Tx, places: readonly Place[]): Promise<ReadonlyMap<Place, string>> {
  const idsOf = (kind: string) => [
    ...new Set(places.filter((place) => place.startsWith(`${kind}:`)).map((place) => place.slice(kind.length + 1))),
    "",
  ];
  const stores = await tx
    .selectFrom("stock_stores")
    .select(["storeId as id", "name"])
    .where("storeId", "in", idsOf("store"))
    .execute();
  const users = await tx
    .selectFrom("users")
    .select(["userId as id", "name"])
    .where("userId", "in", idsOf("van"))
    .execute();
  const customers = await tx
    .selectFrom("customers")
    .select(["customerId as id", "name"])
    .where("customerId", "in", idsOf("customer"))
    .execute();
  return new Map([
    ...stores.map(({ id, name }) => [storePlace(id), name] as const),
    ...users.map(({ id, name }) => [vanPlace(id), name] as const),
    ...customers.map(({ id, name }) => [customerPlace(id), name] as const),
  ]);
}
