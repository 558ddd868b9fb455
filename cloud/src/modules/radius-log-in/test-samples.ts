import type { ModuleSamples } from "../test-samples.ts";

export const samples = {
  doors: [
    "PUT /api/v1/settings/radius-log-in",
    "DELETE /api/v1/settings/radius-log-in",
    "POST /api/v1/settings/checks/radius-log-in",
  ],
} satisfies ModuleSamples;
