import type { Tx } from "../../ground/db/database.ts";

const ordersMax = 20;

/** What was ordered here and done at a router in that time, oldest first: who, and what kind. */
export async function ordersBetween(
  tx: Tx,
  siteId: string,
  fromMs: number,
  toMs: number,
): Promise<{ time: string; by: string; at: "karibu"; via: string; what: string }[]> {
  const rows = await tx
    .selectFrom("router_orders")
    .select(["kind", "orderedByName", "answeredAtMs"])
    .where("siteId", "=", siteId)
    .where("state", "in", ["done", "differs", "unknown"])
    .where("answeredAtMs", ">", fromMs)
    .where("answeredAtMs", "<=", toMs)
    .orderBy("orderId", "desc")
    .limit(ordersMax)
    .execute();
  return rows.toReversed().map(({ kind, orderedByName: by, answeredAtMs: atMs }) => ({
    time: new Date(atMs ?? toMs).toISOString(),
    by,
    at: "karibu",
    via: "",
    what: kind,
  }));
}
