/** Reads feed pages for all links of a process. Links at the same position share one read. */
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
      .then((page) => page && { ...page, packed: packs ? packedForm(page) : null })
      .finally(() => underWay.get(name) === reading && underWay.delete(name));
    underWay.set(name, reading);
    return reading;
  };
}

/** A page that is too large for a frame must be packed; such pages always have many rows or long ones. */
function packedForm({ rows }: FeedPage): string | null {
  const isLong = rows.length >= worthPackingRows || JSON.stringify(rows).length > pageLimits.bytes;
  return isLong ? packRows(rows) : null;
}
