/** Reports that are sent by e-mail each day, week or month, to people of the provider. */
import type { HubModule } from "../hub-module.ts";
import { personalData } from "./personal-data.ts";
import { scheduleRoutes } from "./schedule-routes.ts";
import { reportLetters } from "./send-reports.ts";

export const reportSchedules = {
  personalData,
  recurring: ["report-letters"],
  open: (parts) => ({ routes: scheduleRoutes(parts), maintenance: [reportLetters(parts)] }),
} satisfies HubModule;
