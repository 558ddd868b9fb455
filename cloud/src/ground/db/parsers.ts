/**
 * How column values become JavaScript values, the same on both engines. Keys are PostgreSQL's type OIDs (pg_type.dat).
 * Counts, cents and milliseconds are `bigint` columns and come back as numbers. A value that a number can't hold exactly is
 * an error, never a rounded amount. `bytea` is a Buffer. `json` is parsed.
 */
const oid = { bytea: 17, int8: 20, json: 114, numeric: 1700, int8Array: 1016, jsonb: 3802 } as const;

export const parsers: Readonly<Record<number, (text: string) => unknown>> = {
  [oid.bytea]: parseBytea,
  [oid.int8]: parseInteger,
  [oid.int8Array]: (text) => (text === "{}" ? [] : text.slice(1, -1).split(",").map(parseInteger)),
  [oid.json]: (text) => JSON.parse(text),
  [oid.jsonb]: (text) => JSON.parse(text),
  [oid.numeric]: (text) => (/^-?\d+$/.test(text) ? parseInteger(text) : Number(text)),
};

function parseInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} from the database does not fit a safe integer`);
  return value;
}

/** `\x…`, the hex format that every server since PostgreSQL 9 sends. */
function parseBytea(text: string): Buffer {
  return Buffer.from(text.slice(2), "hex");
}
