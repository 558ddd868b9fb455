/** Callbacks that fit nothing. */
import type { strayPathView, strayView } from "@karibu/cloud/money/callbacks/stray-routes";
import type { z } from "zod";
import { get, type Page } from "../../hub/api.ts";
import { listPath } from "../../hub/list.ts";

export type Stray = z.output<typeof strayView>;
/** Whose path is no channel's: only the platform sees those. */
export type StrayPath = z.output<typeof strayPathView>;

export const listStrays = (cursor: string | null): Promise<Page<Stray>> =>
  get(listPath("/api/v1/stray-callbacks", { limit: 50, cursor }));
export const listStrayPaths = (cursor: string | null): Promise<Page<StrayPath>> =>
  get(listPath("/api/v1/platform/stray-callbacks", { limit: 50, cursor }));
