import type { Selectable } from "kysely";
import type { Schema } from "../../ground/db/schema.ts";

export type DocumentRow = Selectable<Schema["documents"]>;
