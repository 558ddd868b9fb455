/** Rows of evidence that tests put into the database, with the text sealed as the product does. */
import type { Insertable } from "kysely";
import type { Schema } from "../../ground/db/schema.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { sealBody } from "./evidence-rows.ts";

type NewEvidence = Insertable<Schema["evidence"]>;

export const withBody = <Row extends Omit<NewEvidence, "keptBodySealed">>(
  envelope: Envelope,
  row: Row,
  body: string,
) => ({
  ...row,
  keptBodySealed: sealBody(envelope, row, body),
});
