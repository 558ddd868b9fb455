/** What the portal's preview is told: as a site tells its portal, from what stands in the form. Pure. */
import { belowCss, belowHtml } from "@karibu/protocol/brand/below-html";
import { type BrandPicture, noticesAt, portalWords } from "@karibu/protocol/brand/brand";
import { colourPattern } from "@karibu/protocol/brand/brand-colours";
import { brandCss, lookOf } from "@karibu/protocol/brand/brand-css";
import type { PortalState } from "@karibu/protocol/portal-api";
import { bytes, cents, unixMs } from "@karibu/protocol/quantities";
import type { Plan } from "../../data/catalogue/plans.ts";
import type { Brand, Notice } from "../../data/tenancy/brand.ts";
import type { Picture } from "../../data/tenancy/pictures.ts";

export interface Preview {
  readonly state: PortalState;
  readonly css: string;
  readonly below: string;
}

export interface PreviewFacts {
  readonly brand: Brand;
  readonly notices: readonly Notice[];
  readonly plans: readonly Plan[];
  readonly pictures: readonly Picture[];
  /** Of each picture, as a `data:` address. */
  readonly sources: ReadonlyMap<string, string>;
  readonly providerName: string;
  readonly siteName: string;
  readonly currency: string;
  readonly nowMs: number;
}

const plansShown = 6;

export function previewOf(facts: PreviewFacts): Preview {
  const { brand, notices, plans, pictures, sources, providerName, siteName, currency, nowMs } = facts;
  // The preview knows a picture by its id: its hash is the hub's affair.
  const pictureOf = (pictureId: string | null): BrandPicture | undefined => {
    const picture = pictures.find((one) => one.pictureId === pictureId);
    return picture === undefined ? undefined : { ...picture, sha256: picture.pictureId };
  };
  const urlOf = ({ sha256 }: BrandPicture) => sources.get(sha256) ?? null;
  const live = noticesAt(
    notices.map(({ kind, texts, pictureId, link, fromMs, untilMs }) => ({
      kind,
      text: texts,
      picture: pictureOf(pictureId),
      link: link ?? undefined,
      fromMs: unixMs(fromMs),
      untilMs: unixMs(untilMs),
    })),
    nowMs,
  );
  const hasTerms = brand.terms.en !== undefined || brand.terms.sw !== undefined;
  const look = lookOf(
    {
      mainColour: colourOf(brand.mainColour),
      accentColour: colourOf(brand.accentColour),
      logo: pictureOf(brand.logoPictureId),
      top: pictureOf(brand.topPictureId),
    },
    urlOf,
  );
  return {
    css: brandCss(look) + belowCss(),
    below: belowHtml({ adverts: live.adverts, hasTerms }, urlOf),
    state: {
      site: {
        name: siteName,
        providerName: brand.name ?? providerName,
        currency,
        locale: "en",
        supportPhone: "0700 000 000",
      },
      words: {
        ...(brand.words.en === undefined ? {} : { en: portalWords(brand.words.en) }),
        ...(brand.words.sw === undefined ? {} : { sw: portalWords(brand.words.sw) }),
      },
      announcements: live.announcements.map(({ text }) => ({ ...text })),
      hub: "connected",
      buying: "open",
      plans: plans
        .filter(({ active }) => active)
        .slice(0, plansShown)
        .map(({ planId, name, priceCents, terms }) => ({
          planId,
          name,
          priceCents: cents(priceCents),
          currency,
          active: true,
          terms: { ...terms, dataBytes: terms.dataBytes === null ? null : bytes(terms.dataBytes) } as never,
        })),
      device: { mac: null, address: null },
      online: null,
      available: [],
      purchase: null,
    },
  };
}

/** While a colour is being typed, the one before stays away: half a colour is none. */
const colourOf = (typed: string | null): string | undefined => {
  const colour = typed?.toLowerCase();
  return colour !== undefined && colourPattern.test(colour) ? colour : undefined;
};
