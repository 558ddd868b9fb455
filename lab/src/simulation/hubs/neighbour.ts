/** Another provider on the same hub. Its program knows ids of this story's provider, and tries to read and change what they name. */
import type { NewFact } from "../judge/chronicle.ts";
import { begin } from "../sites/asks.ts";
import { type ConsoleAnswer, orNothing } from "./console.ts";
import type { HubDay, Player } from "./hub-day.ts";
import type { HubSide } from "./hub-side.ts";
import { type NeighbourReach, reaches } from "./neighbour-reaches.ts";

/** What it may ask for; nothing of the other provider is in it. */
const lists = ["payments", "cash-sales", "sellers", "vouchers", "grants", "sessions", "sites", "plans", "channels"];

export const neighbourPlayer: Player<"neighbour"> = (day, { reach, thing }) => begin(day, reachOut(day, reach, thing));

async function reachOut(day: HubDay, reach: NeighbourReach, thing: number): Promise<void> {
  const { side, town } = day;
  // "none" names nothing: who has sold nothing yet has nothing to reach for.
  const pick = (ids: readonly string[]) => ids[thing % Math.max(1, ids.length)] ?? "none";
  const vouchers = await orNothing(side.call("GET", "/api/v1/vouchers?limit=20"));
  const [method, path, body] = reaches[reach]({
    siteId: side.siteId,
    channelId: side.channelId,
    planId: pick([...side.planIds.keys()]),
    purchaseId: pick(day.orders.flatMap(({ purchaseId }) => purchaseId ?? [])),
    grantId: pick(town.rights.map(({ rightId }) => rightId)),
    voucherId: pick(((vouchers?.body.items ?? []) as { voucherId: string }[]).map(({ voucherId }) => voucherId)),
    sellerId: pick(side.sellerIds),
  });
  const answer = await orNothing(side.callAsNeighbour(method, `/api/v1${path}`, body));
  if (answer !== null) town.note(factOf(day, reach, answer));
}

/** At the end: each of its lists, and each of its rows. */
export async function readNeighbour(day: HubDay): Promise<void> {
  const { side, town } = day;
  for (const list of lists) {
    const answer = await orNothing(side.callAsNeighbour("GET", `/api/v1/${list}?limit=100`));
    if (answer !== null) town.note({ ...factOf(day, `list ${list}`, answer), isList: true });
  }
  const rows = await rowsSeenBy(side);
  town.note({ kind: "neighbour-heard", reach: "its own rows", status: 200, isList: true, saw: rows });
}

function factOf(day: HubDay, reach: string, { status, body }: ConsoleAnswer): NewFact & { kind: "neighbour-heard" } {
  const text = status < 300 ? JSON.stringify(body) : "";
  const ids = [
    ...day.orders.flatMap(({ purchaseId }) => purchaseId ?? []),
    ...day.town.rights.map(({ rightId }) => rightId),
    ...day.side.planIds.keys(),
    ...day.side.sellerIds,
    ...day.side.daraja.successes().map(({ receipt }) => receipt),
    day.side.siteId,
    day.side.channelId,
    day.side.providerId,
  ];
  return { kind: "neighbour-heard", reach, status, isList: false, saw: ids.filter((id) => text.includes(id)) };
}

/** In a transaction of the neighbour's the database itself shows no row of anybody else. */
function rowsSeenBy({ database, neighbourId, providerId }: HubSide): Promise<string[]> {
  const tables = ["purchases", "receipts", "ledger_entries", "grants", "sessions", "cash_sales", "plans"] as const;
  return database.asProvider(neighbourId, async (tx) => {
    const seen: string[] = [];
    for (const table of tables) {
      const row = await tx
        .selectFrom(table)
        .select("providerId")
        .where("providerId", "=", providerId)
        .executeTakeFirst();
      if (row !== undefined) seen.push(`a row of ${table}`);
    }
    return seen;
  });
}
