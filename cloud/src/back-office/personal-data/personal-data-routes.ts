/**
 * One person's data. Who attacks this door: whoever got hold of a member of staff's screen or token, to carry a customer's life away or to wipe
 * out what would convict him. So it is the owner's alone, with a fresh code of the second factor, never an API token's by mistake (its scope must
 * name it) and never support's; who took or erased whose data is in the audit, and an erasure in a list that nobody can change. A slip of the
 * hand: there is a preview, the name is typed again, and whoever has a subscription or money under way is refused. Whoever lets a stranger's number be
 * written with a customer, to read or wipe the stranger's data: a number of another customer is never reached, one that was used since, or that was typed wrongly, not by itself.
 */
import { z } from "zod";
import type { AccountParts } from "../../catalogue/accounts/accounts.ts";
import type { Parties } from "../../ground/amounts/parties.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import { refusal } from "../../ground/http/problem.ts";
import { rawRoute, route } from "../../ground/http/route.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { countDocuments } from "../../money/documents/document-views.ts";
import {
  countPerson,
  type ErasureParts,
  erasePerson,
  isErased,
  lockPerson,
  partiesOfPerson,
  readPerson,
  refusalOf,
  subjectOfCustomer,
} from "./erase-person.ts";
import { findPerson } from "./export-person.ts";
import { answerPerson, creditOfPerson } from "./person-answers.ts";

export interface PersonalDataParts extends AccountParts, ErasureParts {
  readonly database: Database;
  readonly emit: Emit;
  readonly envelope: Envelope;
  readonly parties: Parties;
}

const params = z.object({ customerId: z.string().min(1).max(64) });
/** Ids of numbers that they had before, with commas; left out: those that are theirs (`numbers.ts`). */
const numbersQuery = z.object({ numbers: z.string().max(2000).optional() });
const wantedOf = (text: string | undefined): readonly string[] | null =>
  text === undefined ? null : text.split(",").filter((id) => id !== "");
const counts = z.record(z.string(), z.number().int());
export const erasurePreview = z.object({
  name: z.string(),
  erased: z.boolean(),
  /** Rows by table that would change. */
  counts,
  /** Code of what stands in the way; null: nothing. */
  refused: z.string().nullable(),
  /** What they had before; `included`: the counts are also of it. */
  numbers: z.array(
    z.object({
      numberId: z.string(),
      phoneMasked: z.string(),
      untilMs: z.number().int(),
      isAnothers: z.boolean(),
      isUsedSince: z.boolean(),
      isDoubtful: z.boolean(),
      included: z.boolean(),
    }),
  ),
  /** Issued documents stay as tax law wants them, with the name that stands on them. */
  documentsKept: z.number().int(),
  /** What they still have with the provider: afterwards it can be paid out to nobody. */
  creditCents: z.number().int(),
  currency: z.string(),
  /** Likewise, in currencies that are not the provider's own. */
  otherCredit: z.array(z.object({ creditCents: z.number().int(), currency: z.string() })),
});
export type ErasurePreview = z.output<typeof erasurePreview>;

export function personalDataRoutes(parts: PersonalDataParts) {
  return [
    rawRoute({
      method: "GET",
      path: "/api/v1/customers/{customerId}/personal-data",
      summary: "Everything the hub holds about one customer, as one JSON object; at most 10,000 rows of a table",
      permission: "customers.personal-data",
      params,
      query: numbersQuery,
      freshFactor: true,
      produces: "application/json",
      respond: (call, _request, response) => {
        const { customerId } = call.params;
        const find = (tx: Tx) => findPerson(parts, tx, customerId, wantedOf(call.query.numbers));
        return answerPerson(parts, call, { id: customerId, find }, response);
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/customers/{customerId}/erasure",
      summary: "What an erasure of this customer's data would change, and what stands in its way",
      permission: "customers.personal-data",
      params,
      query: numbersQuery,
      response: erasurePreview,
      handle: ({ params: { customerId }, query, providerId, transact }) =>
        transact(async (tx) => {
          const person = await readPerson(tx, customerId);
          const { ids, numbers, earlier, parties } = await partiesOfPerson(
            parts.personRooms,
            tx,
            person,
            wantedOf(query.numbers),
          );
          const subject = subjectOfCustomer(person, ids);
          const refusal = await refusalOf(parts, tx, subject, parties);
          return {
            name: person.name,
            erased: await isErased(tx, customerId),
            counts: await countPerson(tx, subject, parties),
            numbers: numbers.map(({ party: _, ...number }) => ({
              ...number,
              included: earlier.some(({ numberId }) => numberId === number.numberId),
            })),
            refused: refusal?.code ?? null,
            documentsKept: await countDocuments(tx, { customerId }),
            ...(await creditOfPerson(tx, providerId, parties)),
          };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/customers/{customerId}/erase",
      summary:
        "Erase a customer's data for ever; money rows keep their amounts under a pseudonym, issued documents stay",
      permission: "customers.personal-data",
      freshFactor: true,
      needsKey: true,
      params,
      /** The customer's name, typed again. The audit keeps of such a field only how long it was. */
      body: z.strictObject({
        nameText: z.string().trim().max(100),
        numbers: z.array(z.string().max(64)).max(50).optional(),
      }),
      response: z.object({ counts }),
      handle: ({ params: { customerId }, body, providerId, actor, transactOnce }) =>
        transactOnce(async (tx) => {
          const wanted = body.numbers ?? null;
          const met = await readPerson(tx, customerId);
          if (await isErased(tx, customerId)) return { counts: {} };
          if (body.nameText !== met.name) throw refusal("name-differs", { field: "nameText" });
          const { parties: before } = await partiesOfPerson(parts.personRooms, tx, met, wanted);
          await lockPerson(tx, providerId, before);
          // Erased while that was waited for, or called otherwise; and a number that somebody used since is theirs no more.
          const person = await readPerson(tx, customerId, { isLocked: true });
          if (await isErased(tx, customerId)) return { counts: {} };
          if (body.nameText !== person.name) throw refusal("name-differs", { field: "nameText" });
          const { ids, parties: now } = await partiesOfPerson(parts.personRooms, tx, person, wanted);
          const parties = now.filter((party) => before.includes(party));
          const subject = subjectOfCustomer(person, ids);
          const done = await erasePerson(parts, tx, subject, { parties, userId: actor.userId });
          await parts.emit(tx, providerId, { topic: "customer", id: customerId, action: "deleted" });
          return { counts: done };
        }),
    }),
  ];
}
