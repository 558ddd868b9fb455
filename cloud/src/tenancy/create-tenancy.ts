/** Providers (tenants), their settings, their pictures and their brand. */
import type { Ground } from "../ground/create-ground.ts";
import type { District } from "../ground/district.ts";
import { createBrand } from "./brand/create-brand.ts";
import { certificateQuestion } from "./domains/certificate-question.ts";
import { domainRoutes } from "./domains/domain-routes.ts";
import { createKnownDomains, type KnownDomains } from "./domains/known-domains.ts";
import { domainJob } from "./domains/prove-domain.ts";
import { createPictureMaker, type MakePicture, photoSize } from "./pictures/make-picture.ts";
import { pictureRoutes } from "./pictures/picture-routes.ts";
import { ensurePlatformAdmin } from "./providers/platform.ts";
import { providerRoutes } from "./providers/provider-routes.ts";
import { namesKeptMs } from "./settings/name-budget.ts";
import { settingsRoutes } from "./settings/settings-routes.ts";

export interface TenancyOptions {
  /** Further names of this hub; left out: it has none. */
  readonly otherHosts?: readonly string[];
  /** The first platform admin; null: there must be one already. */
  readonly admin: { readonly email: string; readonly password: string } | null;
}

export interface Tenancy extends District {
  readonly domains: Pick<KnownDomains, "ownerOf">;
  /** Makes photos anew that people look at closely. */
  readonly makePhoto: MakePicture;
}

const dayMs = 86_400_000;

export function createTenancy(ground: Ground, { admin, otherHosts = [] }: TenancyOptions): Tenancy {
  const { world, database, publish, publicUrl } = ground;
  const brand = createBrand(ground);
  const known = createKnownDomains(world.clock, database);
  const names = { publicUrl, otherHosts };
  return {
    domains: known,
    makePhoto: createPictureMaker(ground.readFile, photoSize),
    routes: [
      ...providerRoutes(world, publish),
      ...settingsRoutes(world, database, publish),
      ...domainRoutes({ ...ground, known, names }),
      certificateQuestion(known, names),
      ...pictureRoutes(world, database, createPictureMaker(ground.readFile), brand.onPictureDeleted),
      ...(brand.routes ?? []),
    ],
    rpcHandlers: brand.rpcHandlers ?? [],
    maintenance: [domainJob({ ...ground, known })],
    retention: [
      { table: "provider_domains", column: "created_at_ms", keptMs: 30 * dayMs, only: "state = 'waiting'" },
      { table: "subdomain_names", column: "chosen_at_ms", keptMs: namesKeptMs },
    ],
    async start() {
      if (admin !== null) await ensurePlatformAdmin(world, database, admin);
    },
  };
}
