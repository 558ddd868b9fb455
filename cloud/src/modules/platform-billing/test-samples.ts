import type { ModuleSamples } from "../test-samples.ts";

export const samples = {
  otherDoors: {
    "POST /api/v1/providers/{providerId}/platform-subscription/charges/{id}/settle":
      "wants a fresh code; the platform's own",
    "POST /api/v1/platform-subscription/charges/{id}/pay": "the provider pays the platform",
  },
} satisfies ModuleSamples;
