import type { routerAccessView, routerTestView } from "@karibu/cloud/fleet/site-view/router-test-routes";
import type { z } from "zod";
import { post, put } from "../../hub/api.ts";
import { sitePath } from "./sites.ts";

export type RouterAccess = z.output<typeof routerAccessView>;
export type RouterTest = z.output<typeof routerTestView>;

/** What was typed; what is left out is the kept one. */
export interface GivenAccess {
  readonly port?: number;
  readonly user?: string;
  readonly password?: string;
}

export const accessPath = (siteId: string) => `${sitePath(siteId)}/router-access`;
export const testPath = (siteId: string) => `${sitePath(siteId)}/router-test`;
export const testRouter = (siteId: string, access: GivenAccess): Promise<RouterTest> => post(testPath(siteId), access);
export const keepAccess = (siteId: string, access: GivenAccess): Promise<RouterAccess> =>
  put(accessPath(siteId), access);
