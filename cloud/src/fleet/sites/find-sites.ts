import { sql } from "kysely";
import { contains } from "../../ground/lists/list.ts";
import { type Finder, hit, hitsMax } from "../../ground/lists/search.ts";

/** By a part of the name: a provider has thousands of sites at most. Names that begin so come first. */
export const siteFinder: Finder = {
  permission: "sites.read",
  async find(tx, { text }) {
    const lower = text.toLowerCase();
    const sites = await tx
      .selectFrom("sites")
      .select(["site_id", "name", "region", "created_at_ms"])
      .where("deleted_at_ms", "is", null)
      .where(contains([sql.ref("name")], text))
      .orderBy(sql`not starts_with(lower(name), ${lower})`)
      .orderBy(sql`lower(name)`)
      .orderBy("site_id")
      .limit(hitsMax)
      .execute();
    return sites.map(({ site_id: id, name, created_at_ms: atMs }) =>
      hit({ kind: "site", id, title: name, isExact: name.toLowerCase() === lower, siteId: id, atMs }),
    );
  },
};
