import type { Selectable } from "kysely";
import type { Schema } from "../../ground/db/schema.ts";

export const outageModes = ["off", "ask", "auto"] as const;
export type OutageMode = (typeof outageModes)[number];

export const outageStates = ["found", "told", "dismissed", "over", "cancelled"] as const;
export type OutageState = (typeof outageStates)[number];

export type OutageRow = Selectable<Schema["outages"]>;
