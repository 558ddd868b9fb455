/**
 * Statements in one call of the embedded engine. PGlite's own `query` makes five (parse, describe, bind, execute, sync), its `transaction` four more, and
 * each enters the engine anew: here all messages go together, with parameters as text, whose types the engine infers as a server does.
 * @see https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
 */
import { type messages, parse, protocol, type Results } from "@electric-sql/pglite";
import type { EmbeddedSession } from "./engine.ts";
import type { KeptPlan } from "./kept-plans.ts";

const { serialize } = protocol;

export interface Statement {
  readonly text: string;
  readonly values: readonly (string | null)[];
  /** Null: it is planned for this time alone. */
  readonly kept: KeptPlan<Columns> | null;
}

/** What the engine says of the rows of a statement: that there are none, or their columns. */
export type Columns = messages.BackendMessage;

export type Answer<Row> = Results<Row> & { readonly columns: Columns };

/** Ready to be sent. */
export interface Call {
  readonly message: Uint8Array;
  readonly statements: readonly Statement[];
}

/** @param begins a transaction begins with them */
export function callOf(statements: readonly Statement[], { begins }: { readonly begins: boolean }): Call {
  return { message: Buffer.concat([...(begins ? [begin] : []), ...statements.flatMap(messagesOf), sync]), statements };
}

/** Nobody else's statements come between. Throws as PGlite's `query` does; what stands behind the statement that failed is not run. */
export async function runInOneCall<Row>(
  session: EmbeddedSession,
  { message, statements }: Call,
): Promise<readonly Answer<Row>[]> {
  const { messages } = await session.runExclusive(() => session.execProtocol(message, { syncToFs: false }));
  const starts = messages.flatMap(({ name }, at) => (name === "bindComplete" ? [at + 1] : []));
  return statements.map(({ kept }, nth) => {
    const known = kept?.columns ?? null;
    const answer = messages.slice(starts[nth], starts[nth + 1]);
    const columns = known ?? answer.find((one) => one.name === "rowDescription") ?? noColumns;
    const [results] = parse.parseResults(known === null ? answer : [known, ...answer], session.parsers);
    return { ...(results as Results<Row>), columns };
  });
}

function messagesOf({ text, values, kept }: Statement): readonly Uint8Array[] {
  const name = kept?.name ?? "";
  const isKnown = (kept?.columns ?? null) !== null;
  return [
    // To close a plan that is not there is no error.
    ...(kept !== null && !isKnown ? [serialize.close({ type: "S", name })] : []),
    ...(isKnown ? [] : [serialize.parse({ name, text })]),
    serialize.bind({ statement: name, values: [...values] }),
    ...(isKnown ? [] : [describe]),
    execute,
  ];
}

const noColumns = protocol.messages.noData;
const begin = serialize.query("begin");
const describe = serialize.describe({ type: "P" });
const execute = serialize.execute({});
const sync = serialize.sync();

/** Throws where a statement had failed, and somebody caught its error: nothing was committed. */
export async function endInOneCall(session: EmbeddedSession, how: "commit" | "rollback"): Promise<void> {
  const { messages } = await session.runExclusive(() => session.execProtocol(ends[how]));
  const [{ command } = {}] = parse.parseResults(messages, session.parsers);
  if (how === "commit" && command !== "COMMIT")
    throw new Error("the transaction was rolled back: a statement of it had failed");
}

const ends = { commit: serialize.query("commit"), rollback: serialize.query("rollback") };

/** Values as the protocol's texts, in the same forms as on a server (`prepareValue` of node-postgres). */
export function textsOf(values: readonly unknown[]): readonly (string | null)[] {
  return values.map((value) => (Array.isArray(value) ? arrayOf(value) : textOf(value)));
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString("hex")}`;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A list is an SQL array (`json` is for the others): each element in quotes, so that none is taken for `NULL` or for two. */
function arrayOf(values: readonly unknown[]): string {
  const elements = values.map((value) => {
    if (Array.isArray(value)) return arrayOf(value);
    const text = textOf(value);
    return text === null ? "NULL" : `"${text.replaceAll(/[\\"]/g, "\\$&")}"`;
  });
  return `{${elements.join(",")}}`;
}
