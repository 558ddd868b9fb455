/**
 * Statements that the server keeps: it reads and plans each text once a connection, and only runs it from then on. Of a short statement on a table with
 * many indexes, that is half of the time. For transactions that ask for it: few texts, often asked, that find rows by keys. A kept plan does not look
 * at the values, so lists and reports are planned each time.
 *
 * The names belong to a connection: between the hub and PostgreSQL no pooler may hand a connection on between transactions (LISTEN needs that as well).
 */
import { sha256Hex } from "@karibu/protocol/hash";
import type { PostgresPoolClient } from "kysely";
import pg from "pg";

/** Texts above this number are planned each time: some statements have one text for each length of a list. */
const textsMax = 500;

/** What `begin` answers before it was sent. */
const noRows = { command: "BEGIN", rowCount: 0, rows: [] };

export interface Prepared {
  /**
   * The same connection, as Kysely uses it. `begin` goes with the statement after it, in one round trip: that one says whose transaction it is, and has
   * nothing but texts for values.
   */
  client(client: pg.PoolClient): PostgresPoolClient;
  /** Another process has changed a table meanwhile, and a kept plan no longer fits: from now on there are new ones. @returns false: it is another error */
  isStale(error: unknown): boolean;
}

/** @param isWanted does the transaction under way ask for it? */
export function createPrepared(isWanted: () => boolean): Prepared {
  const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  const names = new Map<string, string>();
  let generation = 0;

  function nameOf(text: string): string | undefined {
    const known = names.get(text);
    if (known !== undefined || names.size >= textsMax) return known;
    const name = `k${generation}_${sha256Hex(text).slice(0, 32)}`;
    names.set(text, name);
    return name;
  }

  return {
    client(client) {
      const known = clients.get(client);
      if (known !== undefined) return known;
      let begins = false;
      /** What comes after a transaction's end, and before its connection is given back, would see everybody's rows. */
      let hasEnded = false;
      const query = (text: unknown, values?: readonly unknown[]) => {
        // A commit that failed is rolled back.
        if (hasEnded && text !== "rollback")
          return Promise.reject(new Error("a statement came when its transaction had ended"));
        if (typeof text !== "string" || values === undefined) return client.query(text as string);
        hasEnded = text === "commit" || text === "rollback";
        if (text === "begin") {
          begins = true;
          return Promise.resolve(noRows);
        }
        if (begins) {
          begins = false;
          return client.query(`begin; ${withLiterals(text, values)}`).then(lastResult);
        }
        const name = values.length > 0 && isWanted() ? nameOf(text) : undefined;
        return client.query({ name, text, values: values as unknown[] });
      };
      const made = {
        query,
        release(isBroken?: boolean) {
          hasEnded = false;
          client.release(isBroken);
        },
      } as unknown as PostgresPoolClient;
      clients.set(client, made);
      return made;
    },
    isStale(error) {
      if (!isPlanStale(error)) return false;
      generation++;
      names.clear();
      return true;
    },
  };
}

/** Its message is in the server's language; the place in the server that says so has one name. */
export function isPlanStale(error: unknown): boolean {
  const { code, routine } = error as { code?: string; routine?: string };
  return code === "0A000" && routine === "RevalidateCachedQuery";
}

/** Two statements at once have no parameters. */
function withLiterals(text: string, values: readonly unknown[]): string {
  return text.replace(/\$(\d+)/g, (_, place: string) => {
    const value = values[Number(place) - 1];
    if (typeof value !== "string")
      throw new TypeError("a transaction begins with a statement that has nothing but texts");
    return pg.escapeLiteral(value);
  });
}

/** `query` of several statements returns an array, though its type doesn't say so. */
export const lastResult = (result: pg.QueryResult | pg.QueryResult[]): pg.QueryResult | undefined =>
  Array.isArray(result) ? result.at(-1) : result;
