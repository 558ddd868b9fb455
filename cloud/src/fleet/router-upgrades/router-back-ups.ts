/** What an upgrade needs of whoever keeps back-ups of routers: nothing is upgraded without one, for there would be no way back. */
import type { Tx } from "../../ground/db/database.ts";
import type { Orderer } from "../router-orders/order-store.ts";

export interface RouterBackUps {
  /** Begins one, in this transaction. Returns its id. */
  begin(tx: Tx, of: { readonly providerId: string; readonly siteId: string; readonly by: Orderer }): Promise<string>;
  state(tx: Tx, backUpId: string): Promise<"waiting" | "done" | "failed">;
}
