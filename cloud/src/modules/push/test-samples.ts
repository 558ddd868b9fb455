import type { ModuleSamples } from "../test-samples.ts";

export const samples = {
  noSecrets: { "/api/v1/user/push: publicKey": "half of a pair: with it browsers subscribe" },
} satisfies ModuleSamples;
