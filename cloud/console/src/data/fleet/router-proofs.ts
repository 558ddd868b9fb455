import type { routerProofsView } from "@karibu/cloud/fleet/routers/proof-routes";
import type { z } from "zod";
import { post } from "../../hub/api.ts";

export type RouterProofs = z.output<typeof routerProofsView>;

export const proofsPath = (siteId: string) => `/api/v1/routers/${encodeURIComponent(siteId)}/proofs`;
export const tryRouter = (siteId: string): Promise<RouterProofs> => post(proofsPath(siteId), { yes: true });
