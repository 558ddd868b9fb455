/** Somebody by phone number, whether they are a customer or only bought once. */
import type { personView } from "@karibu/cloud/back-office/person/person-routes";
import type { z } from "zod";
import { withQuery } from "../../hub/list.ts";

export type Person = z.output<typeof personView>;
export type Verdict = NonNullable<Person["verdict"]>;

export const personPath = (phone: string) => withQuery("/api/v1/person", { phone });
