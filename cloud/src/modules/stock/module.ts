/** Equipment and material, where everything is, and what is lent to whom. */
import type { HubModule } from "../hub-module.ts";
import { askBackJob } from "./ask-back.ts";
import { refuseErasure } from "./lent.ts";
import { personalData } from "./personal-data.ts";
import { stockRoutes } from "./stock-routes.ts";

export const stock = {
  needs: ["tickets"],
  permissions: ["stock.read", "stock.manage"],
  personalData,
  recurring: ["ask-equipment-back"],
  refuseErasure,
  open: (parts) => ({ routes: stockRoutes(parts), maintenance: [askBackJob(parts)] }),
} satisfies HubModule;
