/** The room of installations. */
import type { Database } from "../../ground/db/database.ts";
import type { District } from "../../ground/district.ts";
import type { MakePicture } from "../../tenancy/pictures/make-picture.ts";
import type { CompleteParts } from "./complete.ts";
import { installationPictureRoutes } from "./installation-picture-routes.ts";
import { installationRoutes } from "./installation-routes.ts";

export function createInstallations(
  parts: CompleteParts & { readonly database: Database; readonly makePicture: MakePicture },
): District {
  return {
    routes: [...installationRoutes(parts), ...installationPictureRoutes(parts, parts.database, parts.makePicture)],
  };
}
