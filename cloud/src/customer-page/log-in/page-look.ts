/** How the page looks at this provider: the colours and the logo of its brand. Visitors see it before they log in: nothing in it is anybody's. */
import { z } from "zod";
import type { Database } from "../../ground/db/database.ts";
import { notFound } from "../../ground/http/problem.ts";
import { readBrand } from "../../tenancy/brand/brands.ts";
import { type Picture, readPicture } from "../../tenancy/pictures/picture-routes.ts";

export const pageLook = z.object({
  /** `#rrggbb`: the header, and buttons by day; null: Karibu's. */
  mainColour: z.string().nullable(),
  /** `#rrggbb`: buttons by night; null: Karibu's. */
  accentColour: z.string().nullable(),
  /** Of the logo; null: there is none. */
  logoPictureId: z.string().nullable(),
});

export const readPageLook = (database: Database, providerId: string): Promise<z.input<typeof pageLook>> =>
  database.asProvider(providerId, async (tx) => {
    const { mainColour, accentColour, logoPictureId } = await readBrand(tx, providerId);
    return { mainColour, accentColour, logoPictureId };
  });

/** No other picture of the provider's than its logo of today. Throws Problem 404. */
export async function readPageLogo(database: Database, providerId: string, pictureId: string): Promise<Picture> {
  const logo = await database.asProvider(providerId, async (tx) => {
    const { logoPictureId } = await readBrand(tx, providerId);
    return logoPictureId === pictureId ? readPicture(tx, pictureId) : null;
  });
  if (logo === null) throw notFound("picture");
  return logo;
}
