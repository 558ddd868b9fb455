import type { settingsView } from "@karibu/cloud/money/settings/money-settings-routes";
import type { z } from "zod";
import { patch } from "../../hub/api.ts";
import type { Body } from "../../hub/hub-path.ts";

export type MoneySettings = z.output<typeof settingsView>;

export const moneySettingsPath = "/api/v1/money-settings";
export const changeMoneySettings = (
  change: Body<"PATCH", "/api/v1/money-settings">,
  etag: string | null,
): Promise<MoneySettings> => patch(moneySettingsPath, change, { etag });
