/** Providers (tenants), their settings, their pictures and their brand. */
import type { Ground } from "../ground/create-ground.ts";
import type { District } from "../ground/district.ts";
import type { DomainOwner, HubNames } from "../ground/http/host-gate.ts";
import { createBrand } from "./brand/create-brand.ts";
import { createPictureMaker, type MakePicture, photoSize } from "./pictures/make-picture.ts";
import { pictureRoutes } from "./pictures/picture-routes.ts";
import { ensurePlatformAdmin } from "./providers/platform.ts";
import { providerRoutes } from "./providers/provider-routes.ts";
import { certificateQuestion } from "./settings/certificate-question.ts";
import { createKnownSubdomains } from "./settings/known-subdomains.ts";
import { namesKeptMs } from "./settings/name-budget.ts";
import { settingsRoutes } from "./settings/settings-routes.ts";

export interface TenancyOptions {
  readonly hubNames: HubNames;
  /** Of names that are none of the hub's. */
  readonly domainOwner: DomainOwner;
  /** The first platform admin; null: there must be one already. */
  readonly admin: { readonly email: string; readonly password: string } | null;
}

export interface Tenancy extends District {
  /** Makes photos anew that people look at closely. */
  readonly makePhoto: MakePicture;
}

export function createTenancy(ground: Ground, { admin, hubNames, domainOwner }: TenancyOptions): Tenancy {
  const { world, database, publish } = ground;
  const brand = createBrand(ground);
  const subdomains = createKnownSubdomains(world.clock, database).current;
  return {
    makePhoto: createPictureMaker(ground.readFile, photoSize),
    routes: [
      ...providerRoutes(world, publish),
      ...settingsRoutes(world, database, publish),
      certificateQuestion({ hub: hubNames, subdomains, domainOwner }),
      ...pictureRoutes(world, database, createPictureMaker(ground.readFile), brand.onPictureDeleted),
      ...(brand.routes ?? []),
    ],
    rpcHandlers: brand.rpcHandlers ?? [],
    retention: [{ table: "subdomain_names", column: "chosen_at_ms", keptMs: namesKeptMs }],
    async start() {
      if (admin !== null) await ensurePlatformAdmin(world, database, admin);
    },
  };
}
