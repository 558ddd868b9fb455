import type { routerProofsView } from "@karibu/cloud/fleet/routers/proof-routes";
import type { z } from "zod";
import { post } from "../../hub/api.ts";
import { hubPath } from "../../hub/hub-path.ts";

export type RouterProofs = z.output<typeof routerProofsView>;

export const proofsPath = (siteId: string) => hubPath("/api/v1/routers/{siteId}/proofs", { siteId });
export const tryRouter = (siteId: string): Promise<RouterProofs> => post(proofsPath(siteId), { yes: true });
