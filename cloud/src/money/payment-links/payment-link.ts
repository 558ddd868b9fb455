import type { Selectable } from "kysely";
import type { Schema } from "../../ground/db/schema.ts";

export type PaymentLinkRow = Selectable<Schema["payment_links"]>;
