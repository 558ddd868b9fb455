/** Providers (tenants), their settings, their pictures and their brand. */
import type { Ground } from "../ground/create-ground.ts";
import type { District } from "../ground/district.ts";
import { createBrand } from "./brand/create-brand.ts";
import { createPictureMaker, type MakePicture, photoSize, pictureLimits } from "./pictures/make-picture.ts";
import { pictureRoutes } from "./pictures/picture-routes.ts";
import { ensurePlatformAdmin } from "./providers/platform.ts";
import { providerRoutes } from "./providers/provider-routes.ts";
import { settingsRoutes } from "./settings/settings-routes.ts";

export interface TenancyOptions {
  /** The first platform admin; null: there must be one already. */
  readonly admin: { readonly email: string; readonly password: string } | null;
}

export interface Tenancy extends District {
  /** Makes photos anew that people look at closely. */
  readonly makePhoto: MakePicture;
}

export function createTenancy(ground: Ground, { admin }: TenancyOptions): Tenancy {
  const { world, database, publish } = ground;
  const brand = createBrand(ground);
  return {
    makePhoto: createPictureMaker(world.clock, pictureLimits.timeMs, photoSize),
    routes: [
      ...providerRoutes(world, publish),
      ...settingsRoutes(world, publish),
      ...pictureRoutes(world, database, createPictureMaker(world.clock), brand.onPictureDeleted),
      ...(brand.routes ?? []),
    ],
    rpcHandlers: brand.rpcHandlers ?? [],
    async start() {
      if (admin !== null) await ensurePlatformAdmin(world, database, admin);
    },
  };
}
