/** Names for ids that the hub's answers carry. Whoever may not read the list sees no name; nothing fails for it. */
import { get, type Page, type User } from "../hub/api.ts";
import { listPath } from "../hub/list.ts";

const lists = {
  people: { path: "/api/v1/users", permission: "users.read", id: "userId" },
  sites: { path: "/api/v1/sites", permission: "sites.read", id: "siteId" },
  sellingPlaces: { path: "/api/v1/selling-places", permission: "payments.sell", id: "siteId" },
  channels: { path: "/api/v1/channels", permission: "channels.read", id: "id" },
  providers: { path: "/api/v1/providers", permission: "providers.read", id: "providerId" },
} as const;

/** Whoever has more than this has some of them without a name. */
const pagesMax = 10;

export async function readNames(what: keyof typeof lists, user: User): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  if (!user.permissions.includes(lists[what].permission)) return names;
  try {
    await readNamesInto(names, what);
  } catch {
    // What is known so far: the rest is shown without its name.
  }
  return names;
}

/** For those who can do nothing without them: fails when they can't be read. */
export async function readNamesOrFail(what: keyof typeof lists): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  await readNamesInto(names, what);
  return names;
}

async function readNamesInto(names: Map<string, string>, what: keyof typeof lists): Promise<void> {
  const { path, id } = lists[what];
  let cursor: string | null = null;
  for (let pages = 0; pages < pagesMax; pages++) {
    const page: Page<Record<string, string>> = await get(listPath(path, { limit: 100, cursor }));
    for (const row of page.items) names.set(String(row[id]), String(row.name));
    cursor = page.nextCursor;
    if (cursor === null) break;
  }
}
