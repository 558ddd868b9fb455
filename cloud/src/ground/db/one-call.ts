/**
 * A statement in one call of the embedded engine. PGlite's own `query` makes five (parse, describe, bind, execute, sync), and each enters the engine
 * anew: here all messages go together, with parameters as text, whose types the engine infers as a server does.
 * @see https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
 */
import { type PGlite, parse, protocol, type Results } from "@electric-sql/pglite";

const { serialize } = protocol;

export interface OneCall {
  readonly text: string;
  readonly values: readonly (string | null)[];
  /** The name of its kept plan. Null: it is planned for this time alone. */
  readonly kept: { readonly name: string; readonly isNew: boolean } | null;
}

/** Within a transaction that is open: nobody else's statements come between. Throws as PGlite's `query` does. */
export async function runInOneCall<Row>(pglite: PGlite, { text, values, kept }: OneCall): Promise<Results<Row>> {
  const name = kept === null ? {} : { name: kept.name };
  const statement = kept === null ? {} : { statement: kept.name };
  const message = Buffer.concat([
    ...(kept === null || kept.isNew ? [serialize.parse({ ...name, text })] : []),
    serialize.bind({ ...statement, values: [...values] }),
    serialize.describe({ type: "P" }),
    serialize.execute({}),
    serialize.sync(),
  ]);
  const { messages } = await pglite.runExclusive(() => pglite.execProtocol(message, { syncToFs: false }));
  return parse.parseResults(messages, pglite.parsers)[0] as Results<Row>;
}

/** Values as the protocol's texts, in the same forms as on a server. Null: one of them has no form that is the same whatever its type is (an object). */
export function textsOf(values: readonly unknown[]): readonly (string | null)[] | null {
  const texts: (string | null)[] = [];
  for (const value of values) {
    const text = Array.isArray(value) ? arrayOf(value) : textOf(value);
    if (text === undefined) return null;
    texts.push(text);
  }
  return texts;
}

function textOf(value: unknown): string | null | undefined {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  return value instanceof Uint8Array ? `\\x${Buffer.from(value).toString("hex")}` : undefined;
}

/** A list is an SQL array (`json` is for the others): each element in quotes, so that none is taken for `NULL` or for two. */
function arrayOf(values: readonly unknown[]): string | undefined {
  const elements: string[] = [];
  for (const value of values) {
    const text = textOf(value);
    if (text === undefined) return undefined;
    elements.push(text === null ? "NULL" : `"${text.replaceAll(/[\\"]/g, "\\$&")}"`);
  }
  return `{${elements.join(",")}}`;
}
