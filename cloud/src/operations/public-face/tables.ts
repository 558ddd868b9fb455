import type { PublicPart, PublicState } from "./status-policy.ts";

export interface PublicFaceTables {
  public_standings: { part: PublicPart; state: PublicState; since_ms: number; judged_at_ms: number };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends PublicFaceTables {}
}
