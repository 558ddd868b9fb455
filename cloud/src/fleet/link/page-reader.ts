/** Reads feed pages for all links of a process. Links at the same position share one read. */
import { frameBytesMax } from "@karibu/protocol/link/frame";
import { packedPageMax, packRows } from "@karibu/protocol/link/packed-rows";
import type { Database } from "../../ground/db/database.ts";
import { type FeedPage, type FeedPosition, type PageLimits, readPage } from "../../ground/feed/read-pages.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";

/** A page as it is sent: `packed` instead of its rows, when the site supports that and it is smaller. */
export interface SendablePage extends FeedPage {
  readonly packed: string | null;
}

export type PageReader = (
  providerId: string,
  position: FeedPosition,
  how: { readonly packs: boolean; readonly isNews: boolean },
) => Promise<SendablePage | null>;

/** Far below the frame's limit: one more row must still fit. */
const pageLimits: PageLimits = { rows: 500, bytes: 96 * 1024 };
/** Below what a site can unpack (`packedPageMax`), and small enough that four pages on their way cost little memory. */
const packedPageLimits: PageLimits = { rows: packedPageMax.rows, bytes: 512 * 1024 };
/** The rest of a frame is for its own fields. A longer one would end the link, and the next link would begin with the same page. */
const packedBytesMax = frameBytesMax - 8 * 1024;
/** A short page is sent as it is. */
const worthPackingRows = 8;

export function createPageReader(
  database: Database,
  envelope: Envelope,
  limits: PageLimits = pageLimits,
  packedLimits: PageLimits = packedPageLimits,
): PageReader {
  const underWay = new Map<string, Promise<SendablePage | null>>();
  return (providerId, position, { packs, isNews }) => {
    const name = JSON.stringify([providerId, position.scope, position.cursor, position.snapshotOf, packs, isNews]);
    const shared = underWay.get(name);
    if (shared !== undefined) return shared;
    const reading = database
      .asProvider(
        providerId,
        (tx) => {
          underWay.delete(name); // a link that comes after the snapshot was taken must read again
          return readPage(tx, envelope, providerId, position, packs ? packedLimits : limits);
        },
        // Who has just paid waits for it, and must not wait for reports; nor for a thousand sites that catch up after an outage.
        isNews ? { urgent: "news" } : {},
      )
      .then((page) => page && (packs ? packedPage(page) : { ...page, packed: null }))
      .finally(() => underWay.get(name) === reading && underWay.delete(name));
    underWay.set(name, reading);
    return reading;
  };
}

/** As many of the page's rows as fit a frame: hashes and keys hardly shrink when they are packed. */
function packedPage(page: FeedPage): SendablePage {
  const packed = packedForm(page.rows);
  const { length } = page.rows;
  if (packed === null || packed.length <= packedBytesMax || length === 1) return { ...page, packed };
  const fitting = Math.floor((0.9 * length * packedBytesMax) / packed.length);
  const rows = page.rows.slice(0, Math.max(1, fitting));
  return packedPage({ ...page, rows, version: rows.at(-1)?.version ?? page.version, last: false });
}

/** Null: the rows are sent as they are. What is too large for a frame must be packed; such pages always have many rows or long ones. */
function packedForm(rows: FeedPage["rows"]): string | null {
  const isLong = rows.length >= worthPackingRows || Buffer.byteLength(JSON.stringify(rows)) > pageLimits.bytes;
  return isLong ? packRows(rows) : null;
}
