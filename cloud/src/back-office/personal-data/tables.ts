import type { ColumnType } from "kysely";

export interface PersonalDataTables {
  /** The database alone writes it (`karibu_erase_person_of`). */
  person_erasures: {
    provider_id: string;
    erasure_id: string;
    customer_id: string;
    party: string | null;
    pseudonym: string;
    asked_by: string;
    at_ms: number;
    counts: ColumnType<Readonly<Record<string, number>>, never, never>;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends PersonalDataTables {}
}
