/** Rows of a router as they leave the site: known columns alone, each text cut, and so many rows as fit a frame. Pure. */

import type { RouterRow } from "@karibu/protocol/router/router-views";
import { cutText, storableText } from "@karibu/protocol/whole-text";

const charactersMax = 1000;
/** A frame of the link holds 256 KB; on a slow uplink other frames wait behind it. */
const answerBytesMax = 96 * 1024;

/** Nothing that a database or a page can't hold: no half characters, no NUL. */
export const rowText = (text: string, max = charactersMax): string => storableText(cutText(text, max));

/** `columns`: those that may leave, with the name that they leave under. */
export function pickColumns(row: RouterRow, columns: ReadonlyMap<string, string>): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const [name, text] of Object.entries(row)) {
    const as = columns.get(name);
    if (as !== undefined) picked[as] = rowText(text);
  }
  return picked;
}

/** At most `limit` rows from `offset` on, and no more than fit an answer; at least one, which always fits. */
export function pageOf(rows: readonly RouterRow[], offset: number, limit: number): RouterRow[] {
  const page: RouterRow[] = [];
  let bytes = 0;
  for (const row of rows.slice(offset, offset + limit)) {
    bytes += Buffer.byteLength(JSON.stringify(row)) + 1;
    if (page.length > 0 && bytes > answerBytesMax) break;
    page.push(row);
  }
  return page;
}
