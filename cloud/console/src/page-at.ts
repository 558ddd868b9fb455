/** Which pages a user may open, and which one an address names. */
import { readAddress } from "./address.ts";
import type { User } from "./hub/api.ts";
import type { PageRow } from "./page-row.ts";
import { pages } from "./pages.ts";

/** A user's first page is the first of these that they may open: an installer begins with the sites, a seller with a sale. */
const firstPaths = ["", "platform", "sell", "sites"];

/** The pages that this user may open. */
export function pagesFor(user: User): readonly PageRow[] {
  return pages.filter(
    ({ permission, module }) =>
      (permission === null ? user.via !== "impersonation" : user.permissions.includes(permission)) &&
      (module === undefined || user.modules.includes(module)),
  );
}

/** The page of an address; an empty address: the user's first page. Null: there is no such page, or the user may not open it. */
export function pageAt(hash: string, user: User): { page: PageRow; id: string | null } | null {
  const { path, id } = readAddress(hash);
  const allowed = pagesFor(user);
  const find = (wanted: string) => allowed.find((row) => row.path === wanted);
  const page = path === "" ? (firstPaths.map(find).find((row) => row !== undefined) ?? allowed[0]) : find(path);
  return page === undefined ? null : { page, id };
}
