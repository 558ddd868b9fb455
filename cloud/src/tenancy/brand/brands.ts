/** A provider's brand in the database and in the feed. */

import type { BrandBody, BrandWords } from "@karibu/protocol/brand/brand";
import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { brandPictureOf } from "./brand-pictures.ts";
import type { ByLanguage } from "./by-language.ts";

export interface Brand {
  /** `#rrggbb`; null: Karibu's. */
  readonly mainColour: string | null;
  readonly accentColour: string | null;
  readonly logoPictureId: string | null;
  readonly topPictureId: string | null;
  readonly words: ByLanguage<BrandWords>;
  readonly terms: ByLanguage<string>;
}

const plainBrand: Brand = {
  mainColour: null,
  accentColour: null,
  logoPictureId: null,
  topPictureId: null,
  words: {},
  terms: {},
};

export async function readBrand(tx: Tx, providerId: string): Promise<Brand> {
  const row = await tx.selectFrom("brands").selectAll().where("providerId", "=", providerId).executeTakeFirst();
  if (row === undefined) return plainBrand;
  return {
    mainColour: row.mainColour,
    accentColour: row.accentColour,
    logoPictureId: row.logoPictureId,
    topPictureId: row.topPictureId,
    words: row.words,
    terms: row.terms,
  };
}

export async function writeBrand(
  world: World,
  publish: Publish,
  tx: Tx,
  providerId: string,
  brand: Brand,
): Promise<void> {
  const columns = {
    mainColour: brand.mainColour,
    accentColour: brand.accentColour,
    logoPictureId: brand.logoPictureId,
    topPictureId: brand.topPictureId,
    words: json(brand.words),
    terms: json(brand.terms),
    updatedAtMs: world.clock.wall().atMs,
  };
  await tx
    .insertInto("brands")
    .values({ providerId, ...columns })
    .onConflict((on) => on.column("providerId").doUpdateSet(columns))
    .execute();
  await publishBrand(publish, tx, providerId);
}

/** Tells the provider's sites. A picture that was deleted meanwhile is left out. */
export async function publishBrand(publish: Publish, tx: Tx, providerId: string): Promise<void> {
  const brand = await readBrand(tx, providerId);
  const logo = await brandPictureOf(tx, brand.logoPictureId);
  const top = await brandPictureOf(tx, brand.topPictureId);
  const body: BrandBody = {
    ...(brand.mainColour === null ? {} : { mainColour: brand.mainColour }),
    ...(brand.accentColour === null ? {} : { accentColour: brand.accentColour }),
    ...(logo === null ? {} : { logo }),
    ...(top === null ? {} : { top }),
    ...(isEmpty(brand.words) ? {} : { words: brand.words }),
    ...(isEmpty(brand.terms) ? {} : { terms: brand.terms }),
  };
  await publish(tx, {
    providerId,
    target: { scope: "provider" },
    kind: "brand",
    key: "brand",
    body: isEmpty(body) ? null : body,
  });
}

const isEmpty = (some: object): boolean => Object.keys(some).length === 0;
