/**
 * A provider's brand as its sites have it: colours, pictures by their hash, words, terms; and what the portal announces or advertises.
 *
 * Attackers. Who writes a brand writes what strangers' phones show: colours are six digits and nothing else (they become a style sheet), pictures
 * are the hub's own PNG and JPEG, words and terms are shown as text, and a link leads to https alone, away from the page that it stands on.
 */
import * as z from "zod/mini";
import { unixMsSchema } from "../schema.ts";
import { colourPattern } from "./brand-colours.ts";

/** Of one picture, and of all that a site keeps. */
const pictureBytesMax = 40 * 1024;
export const sitePicturesBytesMax = 2 * 1024 * 1024;
export const noticesMax = 20;

const brandPictureSchema = z.object({
  sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  mediaType: z.enum(["image/png", "image/jpeg"]),
  bytes: z.int().check(z.gte(1), z.lte(pictureBytesMax)),
  width: z.int().check(z.gte(1), z.lte(10_000)),
  height: z.int().check(z.gte(1), z.lte(10_000)),
});
export type BrandPicture = z.infer<typeof brandPictureSchema>;

/** The sentences of the portal that a provider may put in its own words, and the most signs of each: more would not fit a small phone. */
export const brandWordSigns = {
  greeting: 24,
  invitation: 120,
  packages: 40,
  voucherTitle: 40,
  noPackages: 200,
  help: 60,
} as const;
export type BrandWordName = keyof typeof brandWordSigns;
export const brandWordNames = Object.keys(brandWordSigns) as BrandWordName[];

const word = (name: BrandWordName) => z.optional(z.string().check(z.minLength(1), z.maxLength(brandWordSigns[name])));
const brandWordsSchema = z.object({
  greeting: word("greeting"),
  invitation: word("invitation"),
  packages: word("packages"),
  voucherTitle: word("voucherTitle"),
  noPackages: word("noPackages"),
  help: word("help"),
});
export type BrandWords = z.infer<typeof brandWordsSchema>;

/** A text in each language that somebody wrote it in. Who reads another language gets what there is. */
const inLanguages = <Text extends z.ZodMiniType>(text: Text) =>
  z.object({ en: z.optional(text), sw: z.optional(text) });
export const termsSignsMax = 6000;
export const noticeSignsMax = 200;
const termsText = z.string().check(z.minLength(1), z.maxLength(termsSignsMax));
const noticeText = z.string().check(z.minLength(1), z.maxLength(noticeSignsMax));

const colourSchema = z.string().check(z.regex(colourPattern));

/** Scope provider, key `brand`. What is absent is Karibu's own. */
export const brandSchema = z.object({
  mainColour: z.optional(colourSchema),
  accentColour: z.optional(colourSchema),
  logo: z.optional(brandPictureSchema),
  /** Above the packages. */
  top: z.optional(brandPictureSchema),
  words: z.optional(inLanguages(brandWordsSchema)),
  /** What customers agree to when they buy. */
  terms: z.optional(inLanguages(termsText)),
});
export type BrandBody = z.infer<typeof brandSchema>;

export const noticeLink = /^https:\/\/[^\s"'<>\\`]{1,300}$/;

/** Scope provider, key = noticeId. Shown between two moments; while a site's clock is unknown it shows none. */
export const portalNoticeSchema = z.object({
  /** An advert may have a picture and a link. */
  kind: z.enum(["announcement", "advert"]),
  text: inLanguages(noticeText),
  picture: z.optional(brandPictureSchema),
  link: z.optional(z.string().check(z.regex(noticeLink))),
  fromMs: unixMsSchema,
  untilMs: unixMsSchema,
});
export type PortalNotice = z.infer<typeof portalNoticeSchema>;

/** Announcements above the packages; more would push them off a phone. */
const announcementsShown = 2;
const advertsShown = 3;

/** What a portal shows now, the newest first. `atMs` null: nobody knows the time. */
export function noticesAt(
  notices: Iterable<PortalNotice>,
  atMs: number | null,
): { readonly announcements: readonly PortalNotice[]; readonly adverts: readonly PortalNotice[] } {
  const live = atMs === null ? [] : [...notices].filter(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs);
  live.sort((a, b) => b.fromMs - a.fromMs);
  const of = (kind: PortalNotice["kind"], most: number) => live.filter((one) => one.kind === kind).slice(0, most);
  return { announcements: of("announcement", announcementsShown), adverts: of("advert", advertsShown) };
}

/** Where a site's portal has a picture: its name is its hash, so a phone may keep it. */
export const pictureUrl = ({ sha256, mediaType }: Pick<BrandPicture, "sha256" | "mediaType">): string =>
  `/brand/${sha256}.${mediaType === "image/png" ? "png" : "jpg"}`;

/** The provider's words under the names that the portal's own have: an invitation stands for each of its kinds. */
export function portalWords(words: BrandWords): Readonly<Record<string, string>> {
  const said = Object.entries(words).filter((one): one is [string, string] => one[1] !== undefined);
  return Object.fromEntries(
    said.flatMap(([name, text]) =>
      (name === "invitation" ? ["invitation", "invitationAny", "invitationVouchers"] : [name]).map((as) => [as, text]),
    ),
  );
}
