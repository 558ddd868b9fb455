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
    .select(["kind", "ordered_by_name", "answered_at_ms"])
    .where("site_id", "=", siteId)
    .where("state", "in", ["done", "differs", "unknown"])
    .where("answered_at_ms", ">", fromMs)
    .where("answered_at_ms", "<=", toMs)
    .orderBy("order_id", "desc")
    .limit(ordersMax)
    .execute();
  return rows.toReversed().map(({ kind, ordered_by_name: by, answered_at_ms: atMs }) => ({
    time: new Date(atMs ?? toMs).toISOString(),
    by,
    at: "karibu",
    via: "",
    what: kind,
  }));
}
