import type { RouterBackUps } from "../router-upgrades/router-back-ups.ts";
import { type BackUpParts, orderBackUp } from "./back-up-store.ts";

/** The way back of an upgrade: a whole back-up, with the router's own binary. An export alone brings no router back. */
export function backUpsForUpgrades(parts: Pick<BackUpParts, "world" | "emit">): RouterBackUps {
  return {
    begin: (tx, { providerId, siteId, by }) =>
      orderBackUp(parts, tx, { providerId, siteId }, { cause: "before-upgrade", by }),
    async state(tx, backUpId) {
      const row = await tx
        .selectFrom("router_back_ups")
        .select(["state", "binaryBytes"])
        .where("backUpId", "=", backUpId)
        .executeTakeFirst();
      if (row?.state === "done") return row.binaryBytes > 0 ? "done" : "failed";
      return row?.state === "waiting" || row?.state === "making" ? "waiting" : "failed";
    },
  };
}
