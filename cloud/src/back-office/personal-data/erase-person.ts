/**
 * One person is taken out of a provider's rows. The database does it in one function (`schema.sql`, and
 * `operations/personal-data/blank-person.sql` for the rows of each room), so that a restored hub erases in the same way;
 * once for each number that is theirs (`numbers.ts`), under a mark of its own. What is not reached: what the sites keep of their own (their journals,
 * whose lines are numbered and summed and can't be changed, until they are trimmed, seven days after the hub has them), and back-ups until they are
 * too old to be kept.
 */
import { newId } from "@karibu/protocol/identifiers";
import { sql } from "kysely";
import { type AccountParts, accountsOfCustomer, deleteAccount } from "../../catalogue/accounts/accounts.ts";
import type { CustomerRow } from "../../catalogue/customers/customers.ts";
import type { DeviceMark, Parties, Party } from "../../ground/amounts/parties.ts";
import { lockCopiedParties } from "../../ground/db/copied-parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { notFound, type Problem, refusal } from "../../ground/http/problem.ts";
import { type ErasureHurdle, erasureHurdles, type PersonalData } from "../../ground/jobs/person-data.ts";
import { lockCredit } from "../../money/ledger/credit.ts";
import { lockPhone } from "../../money/purchases/start-purchase.ts";
import { chosenNumbers, earlierNumbers } from "./numbers.ts";
import { withLists } from "./with-lists.ts";

export type Counts = Readonly<Record<string, number>>;

/** Whoever can be taken along or erased: a customer, or who only asked for something. */
export interface Subject {
  readonly providerId: string;
  /** As `person_erasures` calls them: the customer's id, or `lead:<id of what they asked for>`. */
  readonly name: string;
  /** What is typed again. */
  readonly calledName: string;
  /** Their rows as a customer. */
  readonly ids: readonly string[];
  /** Who only asked for something: its id. Null: a customer. */
  readonly lead: string | null;
}

/** What stands in the way of an erasure in one module; null: nothing. */
export type RefuseErasure = (tx: Tx, subject: Pick<Subject, "ids" | "lead">) => Promise<Problem | null>;

export interface ErasureParts {
  /** What each room holds of a person. */
  readonly personRooms: readonly PersonalData[];
  /** Of the modules that this hub is run with. */
  readonly erasureRefusals: readonly RefuseErasure[];
}

export const subjectOfCustomer = (row: CustomerRow, ids: readonly string[]): Subject => ({
  providerId: row.providerId,
  name: row.customerId,
  calledName: row.name,
  ids,
  lead: null,
});

/**
 * Also one who was deleted: their data is still there. Throws a Problem 404.
 * @param isLocked nobody gives them a subscription meanwhile; behind all money (`lockPerson`), for who books keeps the payer's row last
 */
export async function readPerson(
  tx: Tx,
  customerId: string,
  { isLocked = false }: { readonly isLocked?: boolean } = {},
): Promise<CustomerRow> {
  const rows = tx.selectFrom("customers").selectAll().where("customerId", "=", customerId);
  const row = await (isLocked ? rows.forUpdate() : rows).executeTakeFirst();
  if (row === undefined) throw notFound("customer");
  return row;
}

/** Their rows as a customer: who was deleted and came again with the same number is the same person. */
async function idsOfPerson(tx: Tx, person: Pick<CustomerRow, "customerId" | "phoneHash">): Promise<readonly string[]> {
  if (person.phoneHash === null) return [person.customerId];
  const rows = await tx
    .selectFrom("customers")
    .select("customerId")
    .where("phoneHash", "=", person.phoneHash)
    .execute();
  return rows.map((row) => row.customerId);
}

/** Their rows as a customer, and the numbers that are theirs: the one of now first. @param wanted as in `chosenNumbers` */
export async function partiesOfPerson(
  rooms: readonly PersonalData[],
  tx: Tx,
  person: CustomerRow,
  wanted: readonly string[] | null,
) {
  const ids = await idsOfPerson(tx, person);
  const numbers = await earlierNumbers(rooms, tx, ids, person.phoneHash);
  const earlier = chosenNumbers(numbers, wanted);
  const now = person.phoneHash === null ? [] : [person.phoneHash];
  return { ids, numbers, earlier, parties: [...now, ...earlier.map(({ party }) => party)] };
}

/** @param name as in `Subject` */
export async function isErased(tx: Tx, name: string): Promise<boolean> {
  const rows = tx.selectFrom("person_erasures").select("erasureId").where("customerId", "=", name);
  return (await rows.executeTakeFirst()) !== undefined;
}

/** What stands in the way; null: nothing. @param parties of the numbers that are theirs */
export async function refusalOf(
  { personRooms, erasureRefusals }: ErasureParts,
  tx: Tx,
  subject: Subject,
  parties: readonly Party[],
): Promise<Problem | null> {
  const hurdles = await readHurdles(personRooms, tx, subject.ids, parties);
  const first = erasureHurdles.find((hurdle) => hurdles[hurdle]) ?? null;
  if (first === "person-subscribed" || first === "person-has-deposit") return refusal(first);
  for (const refuse of erasureRefusals) {
    const refused = await refuse(tx, { ids: subject.ids.length === 0 ? [""] : subject.ids, lead: subject.lead });
    if (refused !== null) return refused;
  }
  return first === null ? null : refusal(first);
}

async function readHurdles(
  rooms: readonly PersonalData[],
  tx: Tx,
  ids: readonly string[],
  parties: readonly Party[],
): Promise<Readonly<Record<ErasureHurdle, boolean>>> {
  const columns = erasureHurdles.map((hurdle) => {
    const queries = rooms.flatMap(({ hurdles = {} }) => hurdles[hurdle] ?? []);
    const found = queries.map((query) => sql`exists (${withLists(query, { customers: ids, parties })})`);
    return sql`${sql.join(found, sql` or `)} as ${sql.id(hurdle)}`;
  });
  const { rows } = await sql<Record<ErasureHurdle, boolean>>`select ${sql.join(columns)}`.execute(tx);
  return rows[0] as Record<ErasureHurdle, boolean>;
}

/** Rows by table that an erasure would change: it is done and taken back, so that it can't differ. */
export async function countPerson(tx: Tx, { providerId, name }: Subject, parties: readonly Party[]): Promise<Counts> {
  const { rows } = await sql<{ counts: Counts }>`
    select karibu_count_person_of(${providerId}, ${name}, ${numbersOf(parties)}::text[]) as counts`.execute(tx);
  return rows[0]?.counts ?? {};
}

/**
 * Nobody starts a purchase with these numbers, spends their credit, or copies them into the figures, until the transaction ends: what one of them
 * would still write under the old name, nobody would find again. Before anything is read. Their rows of money are locked in the one order of all that
 * book (`money/evidence/money-locks.ts`); what an erasure locks beyond comes later, feeds and events last.
 */
export async function lockPerson(tx: Tx, providerId: string, parties: readonly Party[]): Promise<void> {
  await lockCopiedParties(tx, providerId);
  const inOrder = [...parties].sort();
  for (const party of inOrder) await lockPhone(tx, providerId, party);
  await sql`select karibu_lock_money_of_person(${providerId}, ${inOrder}::text[])`.execute(tx);
  for (const party of inOrder) await lockCredit(tx, providerId, party);
}

/** Cannot be undone; after `lockPerson`. Throws the Problems of `refusalOf`. */
export async function erasePerson(
  parts: AccountParts & ErasureParts & { readonly parties: Pick<Parties, "ofDevice"> },
  tx: Tx,
  subject: Subject,
  { parties, userId }: { readonly parties: readonly Party[]; readonly userId: string },
): Promise<Counts> {
  const refusal = await refusalOf(parts, tx, subject, parties);
  if (refusal !== null) throw refusal;
  const numbers = numbersOf(parties);
  await sql`select karibu_lock_feeds_of_person(${subject.providerId}, ${subject.name}, ${numbers}::text[])`.execute(tx);
  const devices = await devicesOfPerson(parts.parties, tx, subject, numbers);
  for (const id of subject.ids)
    for (const account of await accountsOfCustomer(tx, id)) await deleteAccount(parts, tx, account.accountId);
  const nowMs = parts.world.clock.wall().atMs;
  const { rows } = await sql<{ counts: Counts }>`
    select karibu_erase_person_of(${subject.providerId}, ${subject.name}, ${numbers}::text[], ${numbers.map(() => newId(parts.world))}::text[],
      ${numbers.map(() => Buffer.from(parts.world.random.bytes(32)).toString("hex"))}::text[], ${JSON.stringify(devices)}::jsonb, ${userId}, ${nowMs}::bigint) as counts`.execute(
    tx,
  );
  return rows[0]?.counts ?? {};
}

/** For each number the marks by which a restored hub recognises their devices. What names the customer counts with the first number. */
async function devicesOfPerson(
  marks: Pick<Parties, "ofDevice">,
  tx: Tx,
  { providerId, name }: Subject,
  numbers: readonly (Party | null)[],
): Promise<readonly (readonly DeviceMark[])[]> {
  const found: DeviceMark[][] = [];
  for (const [at, number] of numbers.entries()) {
    const { rows } = await sql<{ mac: string }>`
      select unnest(karibu_devices_of_person(${providerId}, ${at === 0 ? name : ""}, ${number})) as mac`.execute(tx);
    found.push(rows.map(({ mac }) => marks.ofDevice(providerId, mac)));
  }
  return found;
}

/** Who has no number is erased, too. */
const numbersOf = (parties: readonly Party[]): readonly (Party | null)[] => (parties.length === 0 ? [null] : parties);
