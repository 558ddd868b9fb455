/**
 * A statement in one call of the embedded engine. PGlite's own `query` makes five (parse, describe, bind, execute, sync), its `transaction` four more, and
 * each enters the engine anew: here all messages go together, with parameters as text, whose types the engine infers as a server does.
 * @see https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
 */
import { type messages, parse, protocol, type Results } from "@electric-sql/pglite";
import type { EmbeddedSession } from "./engine.ts";
import type { KeptPlan } from "./kept-plans.ts";

const { serialize } = protocol;

export interface OneCall {
  readonly text: string;
  readonly values: readonly (string | null)[];
  /** Null: it is planned for this time alone. */
  readonly kept: KeptPlan<Columns> | null;
  /** A transaction begins with it. */
  readonly begins: boolean;
}

/** What the engine says of the rows of a statement: that there are none, or their columns. */
export type Columns = messages.BackendMessage;

/** Within a transaction that is open, or that begins with it: nobody else's statements come between. Throws as PGlite's `query` does. */
export async function runInOneCall<Row>(
  session: EmbeddedSession,
  call: OneCall,
): Promise<Results<Row> & { columns: Columns }> {
  const { text, values, kept } = call;
  const name = kept?.name ?? "";
  const known = kept?.columns ?? null;
  const message = Buffer.concat([
    ...(call.begins ? [begin] : []),
    // To close a plan that is not there is no error.
    ...(kept !== null && known === null ? [serialize.close({ type: "S", name })] : []),
    ...(known === null ? [serialize.parse({ name, text })] : []),
    serialize.bind({ statement: name, values: [...values] }),
    ...(known === null ? [describe] : []),
    run,
  ]);
  const { messages } = await session.runExclusive(() => session.execProtocol(message, { syncToFs: false }));
  const answer = messages.slice(messages.findIndex((one) => one.name === "bindComplete") + 1);
  const columns = known ?? answer.find((one) => one.name === "rowDescription") ?? noColumns;
  const [results] = parse.parseResults(known === null ? answer : [known, ...answer], session.parsers);
  return { ...(results as Results<Row>), columns };
}

const noColumns = protocol.messages.noData;
const begin = serialize.query("begin");
const describe = serialize.describe({ type: "P" });
const run = Buffer.concat([serialize.execute({}), serialize.sync()]);

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
