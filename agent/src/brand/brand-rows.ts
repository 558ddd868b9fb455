/**
 * A provider's brand and notices as the feed has them, read once more. A row that came while this site's agent was older lies in the store unread, and
 * what it says becomes a style sheet, a file's name and a page's text: one that does not fit counts as none.
 */
import { type BrandBody, brandSchema, type PortalNotice, portalNoticeSchema } from "@karibu/protocol/brand/brand";
import type { FeedStore } from "../store/feed-store.ts";

type BrandFeed = Pick<FeedStore, "rows">;

/** By row: the same one gives the same object again, as who remembers what was made of it expects. */
const brands = new WeakMap<object, BrandBody | undefined>();
const notices = new WeakMap<object, PortalNotice | undefined>();

export const brandOf = (feed: BrandFeed): BrandBody | undefined =>
  readOnce(brands, feed.rows("brand").get("brand"), (row) => brandSchema.safeParse(row).data);

export const noticesOf = (feed: BrandFeed): PortalNotice[] =>
  [...feed.rows("portal-notice").values()].flatMap(
    (row) => readOnce(notices, row, (one) => portalNoticeSchema.safeParse(one).data) ?? [],
  );

function readOnce<Body>(
  known: WeakMap<object, Body | undefined>,
  row: unknown,
  read: (row: unknown) => Body | undefined,
) {
  if (typeof row !== "object" || row === null) return undefined;
  if (!known.has(row)) known.set(row, read(row));
  return known.get(row);
}
