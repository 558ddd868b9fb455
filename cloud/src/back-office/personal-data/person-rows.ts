/** Which rows a person takes along, as each room says it of its own tables (`ground/jobs/person-data.ts`). */
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { auditTargets, type PersonalData, type PersonThing, personThings } from "../../ground/jobs/person-data.ts";

export interface Person {
  readonly providerId: string;
  /** The head of the file: whose it is, and the number. */
  readonly head: Readonly<Record<string, string | null>>;
  /** Who only asked for something: its id. Null: a customer. */
  readonly lead: string | null;
  readonly ids: readonly string[];
  readonly mails: readonly string[];
  /** The numbers that are theirs. */
  readonly parties: readonly string[];
}

type Things = Readonly<Record<PersonThing, readonly string[]>>;

/** What is found of them, in the order of `personThings`. */
export async function findThings(tx: Tx, rooms: readonly PersonalData[], person: Person): Promise<Things> {
  const things: Record<PersonThing, readonly string[]> = Object.fromEntries(
    personThings.map((thing) => [thing, []]),
  ) as never;
  things.customers = person.ids;
  things.mails = person.mails;
  const isKnown = new Set<PersonThing>(["customers", "mails"]);
  for (const thing of personThings.filter((each) => !isKnown.has(each)))
    for (const query of rooms.flatMap(({ finds }) => finds?.[thing] ?? []))
      for (const filled of filledForEach(query, person, things)) {
        const { rows } = await sql<{ found: string }>`select found from (${filled}) as of_person (found)`.execute(tx);
        things[thing] = [...new Set([...things[thing], ...rows.map(({ found }) => found)])];
      }
  return things;
}

export interface TakenTable {
  readonly where: RawBuilder<unknown>;
  /** Columns that stay here. */
  readonly without: ReadonlySet<string>;
}

/** By table. Those that are not in it say nothing of the person, or a room says why they stay here. */
export function takenTables(
  rooms: readonly PersonalData[],
  person: Person,
  things: Things,
): ReadonlyMap<string, TakenTable> {
  const all = rooms.flatMap(({ tables, named = {} }) => [
    ...Object.entries(tables).map(([table, { theirs, exported }]) => ({ table, theirs, exported })),
    ...Object.entries(named).map(([table, { exported }]) => ({ table, theirs: "false", exported })),
  ]);
  return new Map(
    all.flatMap(({ table, theirs, exported }): [string, TakenTable][] => {
      if (typeof exported === "object" && "not" in exported) return [];
      const { rows, without = {} } = exported === "theirs" ? { rows: theirs } : exported;
      const where = sql.join(
        filledForEach(rows, person, things).map((each) => sql`(${each})`),
        sql` or `,
      );
      return [[table, { where, without: new Set(Object.keys(without)) }]];
    }),
  );
}

/** Where a text names one number it is written once for each that is theirs; who has none is found by the rest of it. */
function filledForEach(text: string, person: Person, things: Things): readonly RawBuilder<unknown>[] {
  const parties = person.parties.length === 0 ? [null] : person.parties;
  return (/\$party\b/.test(text) ? parties : [null]).map((party) => filled(text, { person, things, party }));
}

interface Known {
  readonly person: Person;
  readonly things: Things;
  readonly party: string | null;
}

function filled(text: string, known: Known): RawBuilder<unknown> {
  const parts = text.split(/\$([a-z]+)/i);
  return sql.join(
    parts.map((part, at) => (at % 2 === 0 ? sql.raw(part) : knownOf(part, known))),
    sql``,
  );
}

function knownOf(word: string, { person, things, party }: Known): RawBuilder<unknown> {
  if (word === "provider") return sql`${person.providerId}::text`;
  if (word === "party") return sql`${party}::text`;
  if (word === "lead") return sql`${person.lead}::text`;
  if (word === "parties") return sql`${person.parties}::text[]`;
  if (word === "named") return sql`${auditTargets.flatMap((thing) => things[thing])}::text[]`;
  const thing = personThings.find((each) => each === word);
  if (thing === undefined) throw new TypeError(`$${word} is nothing that is known of a person`);
  return sql`${things[thing]}::text[]`;
}
