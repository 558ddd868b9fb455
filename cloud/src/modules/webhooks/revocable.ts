/** A restore must not post a provider's business to an address again that was taken away, switched off or replaced. */
import type { RevocableTable } from "../../ground/restores/revocable-table.ts";

export const revocable: Readonly<Record<string, RevocableTable>> = {
  webhooks: {
    key: ["provider_id", "webhook_id"],
    columns: ["url_sealed", "host", "secret_sealed", "active", "events"],
    name: "t.name",
    what: (changed, { active }, isRemoved) =>
      isRemoved || (changed.has("active") && active === false) ? ["webhook-ended"] : ["webhook-changed"],
    removable: true,
  },
};
