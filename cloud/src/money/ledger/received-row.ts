import type { Schema } from "../../ground/db/schema.ts";

/** What the list says of an entry, known to who posts it: the database then asks nobody, which costs more than the booking. */
export type ReceivedRow = Omit<Schema["money_received"], "provider_id" | "entry_id" | "at_ms">;
