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
      .select(["siteId", "name", "region", "createdAtMs"])
      .where("deletedAtMs", "is", null)
      .where(contains([sql.ref("name")], text))
      .orderBy(sql`not starts_with(lower(name), ${lower})`)
      .orderBy(sql`lower(name)`)
      .orderBy("siteId")
      .limit(hitsMax)
      .execute();
    return sites.map(({ siteId: id, name, createdAtMs: atMs }) =>
      hit({ kind: "site", id, title: name, isExact: name.toLowerCase() === lower, siteId: id, atMs }),
    );
  },
};
