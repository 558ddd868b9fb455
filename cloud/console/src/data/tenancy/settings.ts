import type { providerView } from "@karibu/cloud/tenancy/providers/provider-view";
import type { z } from "zod";
import { getText, patch } from "../../hub/api.ts";
import type { Body } from "../../hub/hub-path.ts";

export type Settings = z.output<typeof providerView>;

export const settingsPath = "/api/v1/settings";
export const changeSettings = (change: Body<"PATCH", "/api/v1/settings">, etag: string | null): Promise<Settings> =>
  patch(settingsPath, change, { etag });
/** All data of the user's provider, one JSON object a line. */
export const exportEverything = (): Promise<string> => getText("/api/v1/settings/export");
