/**
 * The data of who only asked for a line and became no customer: taken along, and erased. Also where the module is off: they have a right to it. Who
 * attacks this door: as `personal-data-routes.ts`, with the same answers. And who would reach a customer's data round the customer: a job that became one, or whose number is one's or was, is refused here.
 */
import { z } from "zod";
import {
  countPerson,
  erasePerson,
  isErased,
  lockPerson,
  refusalOf,
  type Subject,
} from "../../back-office/personal-data/erase-person.ts";
import { chosenNumbers, earlierNumbers } from "../../back-office/personal-data/numbers.ts";
import { answerPerson, creditOfPerson } from "../../back-office/personal-data/person-answers.ts";
import type { Person } from "../../back-office/personal-data/person-rows.ts";
import { erasurePreview, type PersonalDataParts } from "../../back-office/personal-data/personal-data-routes.ts";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";
import { rawRoute, route } from "../../ground/http/route.ts";
import type { PersonalData } from "../../ground/jobs/person-data.ts";
import { countDocuments } from "../../money/documents/document-views.ts";
import type { InstallationRow } from "./installation.ts";
import { phoneOfInstallation, readInstallation } from "./installations.ts";

const params = z.object({ installationId: z.string().min(1).max(64) });
const path = "/api/v1/installations/{installationId}";

interface Lead {
  readonly row: InstallationRow;
  readonly subject: Subject;
  readonly parties: readonly Party[];
}

/** Under the job's lock. Throws Problems 404, and 409 "lead-is-customer". */
async function readLead(rooms: readonly PersonalData[], tx: Tx, installationId: string): Promise<Lead> {
  const row = await readInstallation(tx, installationId);
  const { providerId, phoneHash: party } = row;
  const customers =
    party === null
      ? []
      : await tx
          .selectFrom("customers")
          .select(["customerId", "deletedAtMs"])
          .where("providerId", "=", providerId)
          .where("phoneHash", "=", party)
          .execute();
  const isCustomer = row.customerId !== null || customers.some(({ deletedAtMs: atMs }) => atMs === null);
  if (isCustomer || (party !== null && (await wasCustomers(rooms, tx, providerId, party))))
    throw refusal("lead-is-customer");
  const subject = {
    providerId,
    name: `lead:${installationId}`,
    calledName: row.name,
    ids: customers.map(({ customerId: id }) => id),
    lead: installationId,
  };
  return { row, subject, parties: party === null ? [] : [party] };
}

/** A customer of now had the number before, and what was bought with it is theirs still (`numbers.ts`). */
async function wasCustomers(
  rooms: readonly PersonalData[],
  tx: Tx,
  providerId: string,
  party: Party,
): Promise<boolean> {
  const holders = await tx
    .selectFrom("customer_numbers as number")
    .innerJoin("customers as customer", (join) =>
      join
        .onRef("customer.providerId", "=", "number.providerId")
        .onRef("customer.customerId", "=", "number.customerId"),
    )
    .select(["customer.customerId", "customer.phoneHash"])
    .distinct()
    .where("number.providerId", "=", providerId)
    .where("number.phoneHash", "=", party)
    .where("customer.deletedAtMs", "is", null)
    .execute();
  // Two of them: then nobody can say whose it is.
  const [only] = holders;
  if (only === undefined || holders.length > 1) return false;
  const numbers = await earlierNumbers(rooms, tx, [only.customerId], only.phoneHash);
  return chosenNumbers(numbers, null).some((number) => number.party === party);
}

export function leadDataRoutes(parts: PersonalDataParts) {
  return [
    rawRoute({
      method: "GET",
      path: `${path}/personal-data`,
      summary: "Everything the hub holds about who asked for a line and is no customer, as one JSON object",
      permission: "customers.personal-data",
      params,
      freshFactor: true,
      produces: "application/json",
      respond: (call, _request, response) => {
        const { installationId } = call.params;
        const find = async (tx: Tx): Promise<Person> => {
          const { row, subject, parties } = await readLead(parts.personRooms, tx, installationId);
          const { providerId, ids } = subject;
          const head = { installationId, phone: phoneOfInstallation(parts, row) };
          return { providerId, head, lead: installationId, ids, mails: [], parties };
        };
        return answerPerson(parts, call, { id: installationId, find }, response);
      },
    }),
    route({
      method: "GET",
      path: `${path}/erasure`,
      summary: "What an erasure of who asked for a line would change, and what stands in its way",
      permission: "customers.personal-data",
      params,
      response: erasurePreview,
      handle: ({ params: { installationId }, providerId, transact }) =>
        transact(async (tx) => {
          const lead = await readLead(parts.personRooms, tx, installationId);
          const { subject, parties } = lead;
          return {
            name: subject.calledName,
            erased: await isErased(tx, subject.name),
            counts: await countPerson(tx, subject, parties),
            numbers: [],
            refused: (await refusalOf(parts, tx, subject, parties))?.code ?? null,
            documentsKept: await countDocuments(tx, { parties }),
            ...(await creditOfPerson(tx, providerId, parties)),
          };
        }),
    }),
    route({
      method: "POST",
      path: `${path}/erase`,
      summary: "Erase for ever who asked for a line and is no customer, with what was bought with the same number",
      permission: "customers.personal-data",
      freshFactor: true,
      needsKey: true,
      params,
      /** The name, typed again. The audit keeps of such a field only how long it was. */
      body: z.strictObject({ nameText: z.string().trim().max(100) }),
      response: z.object({ counts: z.record(z.string(), z.number().int()) }),
      handle: ({ params: { installationId }, body, providerId, actor, transactOnce }) =>
        transactOnce(async (tx) => {
          const before = await readLead(parts.personRooms, tx, installationId);
          if (await isErased(tx, before.subject.name)) return { counts: {} };
          if (body.nameText !== before.subject.calledName) throw refusal("name-differs", { field: "nameText" });
          await lockPerson(tx, providerId, before.parties);
          // They may have become a customer while that was waited for.
          const lead = await readLead(parts.personRooms, tx, installationId);
          const counts = await erasePerson(parts, tx, lead.subject, { parties: lead.parties, userId: actor.userId });
          await parts.emit(tx, providerId, { topic: "customer", id: installationId, action: "deleted" });
          return { counts };
        }),
    }),
  ];
}
