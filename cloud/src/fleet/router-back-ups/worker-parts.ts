import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import type { Database } from "../../ground/db/database.ts";
import type { Sweeps } from "../../ground/sweeps/sweeps.ts";
import type { RouterReader } from "../routers/read-router.ts";
import type { BackUpParts } from "./back-up-store.ts";

/** What reaches sites for back-ups and restores works with. */
export interface BackUpWorkerParts extends BackUpParts {
  readonly database: Database;
  readonly callSite: CallSite;
  readonly reader: Pick<RouterReader, "ask">;
  readonly processId: string;
  readonly sweeps: Pick<Sweeps, "add">;
}
