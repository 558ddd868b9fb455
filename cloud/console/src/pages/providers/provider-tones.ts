import type { Provider } from "../../data/tenancy/providers.ts";

export const providerTones: Record<Provider["state"], string> = { active: "good", suspended: "warn", deleted: "bad" };
