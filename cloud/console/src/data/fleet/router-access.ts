import type { routerAccessView, routerTestView } from "@karibu/cloud/fleet/site-view/router-test-routes";
import type { z } from "zod";
import { post, put } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";

export type RouterAccess = z.output<typeof routerAccessView>;
export type RouterTest = z.output<typeof routerTestView>;

/** What was typed; what is left out is the kept one. */
export interface GivenAccess {
  readonly port?: number;
  readonly user?: string;
  readonly password?: string;
}

export const accessPath = (siteId: string) => hubPath("/api/v1/sites/{siteId}/router-access", { siteId });
export const testPath = (siteId: string) => hubPath("/api/v1/sites/{siteId}/router-test", { siteId });
export const testRouter = (siteId: string, access: GivenAccess): Promise<RouterTest> => post(testPath(siteId), access);
export const keepAccess = (
  siteId: string,
  access: Body<"PUT", "/api/v1/sites/{siteId}/router-access">,
): Promise<RouterAccess> => put(accessPath(siteId), access);
