/** What phones are told of the provider's own words and announcements. Pure. */
import { noticesAt, portalWords } from "@karibu/protocol/brand/brand";
import type { PortalState } from "@karibu/protocol/portal-api";
import type { Wall } from "@karibu/protocol/world";
import { brandOf, noticesOf } from "../../brand/brand-rows.ts";
import type { FeedStore } from "../../store/feed-store.ts";

/** The part of the portal's state that is the provider's own. */
export function brandState(feed: Pick<FeedStore, "rows">, wall: Wall): Pick<PortalState, "words" | "announcements"> {
  const own = brandOf(feed)?.words ?? {};
  const words = Object.entries(own).map(([language, said]) => [language, portalWords(said)] as const);
  const { announcements } = noticesAt(noticesOf(feed), timeOf(wall));
  return {
    ...(words.length === 0 ? {} : { words: Object.fromEntries(words) }),
    ...(announcements.length === 0 ? {} : { announcements: announcements.map(({ text }) => ({ ...text })) }),
  };
}

/** Null: nobody knows the time. */
export const timeOf = ({ quality, atMs }: Wall): number | null => (quality === "unknown" ? null : atMs);
