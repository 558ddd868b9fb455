/** Names for the ids in the hub's answers. A user who may not read a list sees ids without names. */

import { onChange, type User } from "../hub/api.ts";
import { everyRow, getList } from "../hub/list.ts";

const lists = {
  staff: { path: "/api/v1/users", permission: "users.read", id: "userId" },
  sites: { path: "/api/v1/sites", permission: "sites.read", id: "siteId" },
  sellingPlaces: { path: "/api/v1/selling-places", permission: "payments.sell", id: "siteId" },
  channels: { path: "/api/v1/channels", permission: "channels.read", id: "id" },
  // Among which people choose: to pay out of, and to find money by. Neither has the till or customers' credit, nor what never took anything and is off.
  channelsToPay: { path: "/api/v1/channels", permission: "channels.read", id: "id", filters: { offered: "to-pay" } },
  channelsToFind: { path: "/api/v1/channels", permission: "channels.read", id: "id", filters: { offered: "to-find" } },
  providers: { path: "/api/v1/providers", permission: "providers.read", id: "providerId" },
} as const;
type What = keyof typeof lists;

/** 1,000 names. The rest of a longer list has no names here. */
const pagesMax = 10;

/**
 * Names are asked for with every page of a list, and 1,000 of them are ten requests: what was read is good for a minute, unless
 * something is changed in this tab. A name that somebody else changes meanwhile is shown as it was.
 */
const keptMs = 60_000;
const kept = new Map<What, { readonly atMs: number; readonly names: Promise<Names> }>();
onChange(() => kept.clear());

export type Names = ReadonlyMap<string, string>;
export const noNames: Names = new Map();

export async function readNames(what: What, user: User): Promise<Names> {
  if (!user.permissions.includes(lists[what].permission)) return noNames;
  // Without them the page shows ids.
  return readNamesOrFail(what).catch(() => noNames);
}

/** For a form that needs the names: fails when they can't be read. */
export function readNamesOrFail(what: What): Promise<Names> {
  const before = kept.get(what);
  if (before !== undefined && Date.now() - before.atMs < keptMs) return before.names;
  const names = readAll(what);
  const mine = { atMs: Date.now(), names };
  kept.set(what, mine);
  // What failed is asked for again.
  names.catch(() => kept.get(what) === mine && kept.delete(what));
  return names;
}

async function readAll(what: What): Promise<Names> {
  const list = lists[what];
  const rows = await everyRow<object>(
    (query) =>
      "filters" in list ? getList(list.path, query, { offered: list.filters.offered }) : getList(list.path, query),
    pagesMax,
  );
  return new Map((rows as readonly Record<string, string>[]).map((row) => [String(row[list.id]), String(row.name)]));
}
