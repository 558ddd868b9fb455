import type { Selectable } from "kysely";
import type { Schema } from "../../ground/db/schema.ts";

export const installationStates = ["lead", "planned", "working", "done", "cancelled"] as const;
export type InstallationState = (typeof installationStates)[number];

export interface CheckItem {
  readonly text: string;
  readonly doneBy: string | null;
  readonly doneAtMs: number | null;
}

export type InstallationRow = Selectable<Schema["installations"]>;
