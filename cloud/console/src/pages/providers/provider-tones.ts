import type { Provider } from "../../data/providers.ts";

export const providerTones: Record<Provider["state"], string> = { active: "good", suspended: "warn", deleted: "bad" };
