/** How a provider's printed vouchers look. */
import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import { type Picture, readPicture } from "../../tenancy/pictures/picture-routes.ts";
import { readProviderRow } from "../../tenancy/providers/providers.ts";

export interface VoucherDesign {
  /** Above each code; null: the provider's name. */
  readonly title: string | null;
  /** Below each code; null: how one uses it, in the customers' language. */
  readonly words: string | null;
  /** Of the title and the line around a voucher, `#rrggbb`; thermal paper knows black only. */
  readonly colour: string;
  readonly pictureId: string | null;
  readonly showsPrice: boolean;
  readonly showsQr: boolean;
}

const plainDesign: VoucherDesign = {
  title: null,
  words: null,
  colour: "#1d4d3a",
  pictureId: null,
  showsPrice: true,
  showsQr: true,
};

export async function readDesign(tx: Tx): Promise<VoucherDesign> {
  const row = await tx.selectFrom("voucher_designs").selectAll().executeTakeFirst();
  if (row === undefined) return plainDesign;
  return {
    title: row.title,
    words: row.words,
    colour: row.colour,
    pictureId: row.pictureId,
    showsPrice: row.showsPrice,
    showsQr: row.showsQr,
  };
}

export async function writeDesign(world: World, tx: Tx, providerId: string, design: VoucherDesign): Promise<void> {
  const columns = {
    title: design.title,
    words: design.words,
    colour: design.colour,
    pictureId: design.pictureId,
    showsPrice: design.showsPrice,
    showsQr: design.showsQr,
    updatedAtMs: world.clock.wall().atMs,
  };
  await tx
    .insertInto("voucher_designs")
    .values({ providerId, ...columns })
    .onConflict((on) => on.column("providerId").doUpdateSet(columns))
    .execute();
}

/** Everything that each voucher of a sheet has alike. */
export interface SheetLook {
  readonly title: string;
  readonly words: string;
  readonly colour: string;
  readonly logo: Picture | null;
  readonly showsPrice: boolean;
  readonly showsQr: boolean;
  readonly locale: "en" | "sw";
}

const howToUse = {
  en: { scan: "Join the Wi-Fi, then scan this picture or type the code.", type: "Join the Wi-Fi and type this code." },
  sw: {
    scan: "Unganisha Wi-Fi, kisha skani picha hii au andika msimbo.",
    type: "Unganisha Wi-Fi kisha andika msimbo huu.",
  },
} as const;

/** Of a sheet whose codes have no picture: what a provider worded stays, and ours never speaks of a picture that is not there. */
export const withoutPicture = (look: SheetLook): SheetLook =>
  look.words === howToUse[look.locale].scan ? { ...look, words: howToUse[look.locale].type } : look;

export async function readLook(tx: Tx, providerId: string): Promise<SheetLook> {
  const design = await readDesign(tx);
  const { name, locale } = await readProviderRow(tx, providerId);
  const language = locale === "sw" ? "sw" : "en";
  const { colour, showsPrice, showsQr } = design;
  return {
    title: design.title ?? name,
    words: design.words ?? howToUse[language][showsQr ? "scan" : "type"],
    colour,
    // It may have been deleted since.
    logo: design.pictureId === null ? null : await readPicture(tx, design.pictureId),
    showsPrice,
    showsQr,
    locale: language,
  };
}
