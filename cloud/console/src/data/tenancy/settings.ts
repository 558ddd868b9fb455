import type { providerView } from "@karibu/cloud/tenancy/providers/provider-view";
import type { z } from "zod";
import { getText, patch } from "../../hub/api.ts";

export type Settings = z.output<typeof providerView>;

export const settingsPath = "/api/v1/settings";
export const changeSettings = (change: object, etag: string | null): Promise<Settings> =>
  patch(settingsPath, change, { etag });
/** All data of the user's provider, one JSON object a line. */
export const exportEverything = (): Promise<string> => getText("/api/v1/settings/export");
