/** Names for the ids in the hub's answers. A user who may not read a list sees ids without names. */

import type { Page, User } from "../hub/api.ts";
import { getList } from "../hub/list.ts";

const lists = {
  staff: { path: "/api/v1/users", permission: "users.read", id: "userId" },
  sites: { path: "/api/v1/sites", permission: "sites.read", id: "siteId" },
  sellingPlaces: { path: "/api/v1/selling-places", permission: "payments.sell", id: "siteId" },
  channels: { path: "/api/v1/channels", permission: "channels.read", id: "id" },
  providers: { path: "/api/v1/providers", permission: "providers.read", id: "providerId" },
} as const;

/** 1,000 names. The rest of a longer list has no names here. */
const pagesMax = 10;

export type Names = ReadonlyMap<string, string>;
export const noNames: Names = new Map();

export async function readNames(what: keyof typeof lists, user: User): Promise<Names> {
  const names = new Map<string, string>();
  if (!user.permissions.includes(lists[what].permission)) return names;
  try {
    await readNamesInto(names, what);
  } catch {
    // The names read so far are enough: the page shows ids for the others.
  }
  return names;
}

/** For a form that needs the names: fails when they can't be read. */
export async function readNamesOrFail(what: keyof typeof lists): Promise<Names> {
  const names = new Map<string, string>();
  await readNamesInto(names, what);
  return names;
}

async function readNamesInto(names: Map<string, string>, what: keyof typeof lists): Promise<void> {
  const { path, id } = lists[what];
  let cursor: string | null = null;
  for (let pages = 0; pages < pagesMax; pages++) {
    const page: Page<Record<string, string>> = await getList(path, { limit: 100, cursor });
    for (const row of page.items) names.set(String(row[id]), String(row.name));
    cursor = page.nextCursor;
    if (cursor === null) break;
  }
}
