/** A restore must not bring a server back that was taken away, nor the rights that it had. */
import type { RevocableTable } from "../../ground/restores/revocable-table.ts";

export const revocable: Readonly<Record<string, RevocableTable>> = {
  console_radius: {
    key: ["provider_id"],
    columns: [
      ...["host", "site_id", "port", "secret_sealed", "names", "roles", "role_attribute", "role_map"],
      ...["confirmed", "server_at_ms", "changed_at_ms"],
    ],
    // None: a site's router.
    name: "coalesce(t.host, '')",
    what: (_, __, isRemoved) => [isRemoved ? "radius-ended" : "radius-changed"],
    removable: true,
    // The back-up is of before the site whose router is asked. Then nobody is asked: what the back-up says was changed since.
    goesUnless: `r.site_id is null
      or exists (select from sites s where s.provider_id = r.provider_id and s.site_id = r.site_id)`,
  },
};
