/**
 * Long feed pages in little room: rows as JSON, deflated, in base64. Keys and bodies of one kind repeat themselves, so a
 * page shrinks to about a tenth; a site that was away for a month pays for its catch-up by the megabyte.
 */
import { deflateRawSync, inflateRawSync } from "node:zlib";
import * as z from "zod/mini";
import { type FeedRow, incomingRowSchema } from "../feed.ts";
import { complaint, inPlainWords } from "../schema.ts";

/** What a packed page may hold, and its bytes when unpacked. A peer's page must not fill our memory. */
export const packedPageMax = { rows: 5000, bytes: 1024 * 1024 } as const;

const rowsSchema = z.array(incomingRowSchema).check(z.maxLength(packedPageMax.rows));

export function packRows(rows: readonly FeedRow[]): string {
  return deflateRawSync(JSON.stringify(rows)).toString("base64");
}

/** Never throws: an error names the field. */
export function unpackRows(packed: string): { rows: FeedRow[] } | { refused: string } {
  let value: unknown;
  try {
    const json = inflateRawSync(Buffer.from(packed, "base64"), { maxOutputLength: packedPageMax.bytes });
    value = JSON.parse(json.toString("utf8"));
  } catch {
    return { refused: "packed: not a packed page" };
  }
  const parsed = rowsSchema.safeParse(value, inPlainWords);
  if (parsed.success) return { rows: parsed.data };
  const { field, message } = complaint(parsed.error);
  return { refused: `packed.${field}: ${message}` };
}
