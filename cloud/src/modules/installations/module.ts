/** From somebody who would like a line to the line itself: visits, a checklist, what was put up there, photos. */
import type { HubModule } from "../hub-module.ts";
import { installationPictureRoutes } from "./installation-picture-routes.ts";
import { installationRoutes } from "./installation-routes.ts";
import { leadDataRoutes } from "./lead-data-routes.ts";
import { personalData } from "./personal-data.ts";

export const installations = {
  needs: ["stock", "tickets"],
  permissions: ["installations.read", "installations.manage", "installations.work"],
  personalData,
  builtOnCustomers: ["installations"],
  rights: leadDataRoutes,
  open: (parts) => ({
    routes: [...installationRoutes(parts), ...installationPictureRoutes(parts, parts.database, parts.makePhoto)],
  }),
} satisfies HubModule;
