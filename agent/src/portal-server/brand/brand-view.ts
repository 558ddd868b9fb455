/** What phones are told of the provider's brand and notices. Pure. */
import { type BrandPicture, noticesAt, pictureUrl, portalWords } from "@karibu/protocol/brand/brand";
import type { AdvertsView, PortalState } from "@karibu/protocol/portal-api";
import type { Wall } from "@karibu/protocol/world";
import type { FeedStore } from "../../store/feed-store.ts";

type Rows = Pick<FeedStore, "rows">;

/** The part of the portal's state that is the provider's own. */
export function brandState(feed: Rows, wall: Wall): Pick<PortalState, "words" | "announcements" | "hasMore"> {
  const brand = feed.rows("brand").get("brand");
  const { announcements, adverts } = noticesAt(feed.rows("portal-notice").values(), timeOf(wall));
  const words = Object.entries(brand?.words ?? {}).map(([language, own]) => [language, portalWords(own)] as const);
  return {
    ...(words.length === 0 ? {} : { words: Object.fromEntries(words) }),
    ...(announcements.length === 0 ? {} : { announcements: announcements.map(({ text }) => ({ ...text })) }),
    ...(adverts.length > 0 || brand?.terms !== undefined ? { hasMore: true as const } : {}),
  };
}

/** `has`: is the picture here? An advert is shown without one that is still on its way. */
export function advertsView(feed: Rows, wall: Wall, has: (sha256: string) => boolean): AdvertsView {
  const { adverts } = noticesAt(feed.rows("portal-notice").values(), timeOf(wall));
  const shown = (picture: BrandPicture) => ({
    url: pictureUrl(picture),
    width: picture.width,
    height: picture.height,
  });
  return {
    adverts: adverts.map(({ text, picture, link }) => ({
      text: { ...text },
      ...(picture === undefined || !has(picture.sha256) ? {} : { picture: shown(picture) }),
      ...(link === undefined ? {} : { link }),
    })),
    hasTerms: feed.rows("brand").get("brand")?.terms !== undefined,
  };
}

const timeOf = ({ quality, atMs }: Wall): number | null => (quality === "unknown" ? null : atMs);
