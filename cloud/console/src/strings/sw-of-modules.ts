/** Words of modules. Written by `npm run schema-types` from the folders in `modules`. Nobody edits it; a test compares. */
import { swDomains } from "../modules/domains/words/sw.ts";
import { swExample } from "../modules/example/words/sw.ts";
import { swGroupMessages } from "../modules/group-messages/words/sw.ts";
import { swInstallations } from "../modules/installations/words/sw.ts";
import { swOperatorTunnels } from "../modules/operator-tunnels/words/sw.ts";
import { swOutageNotices } from "../modules/outage-notices/words/sw.ts";
import { swPlatformBilling } from "../modules/platform-billing/words/sw.ts";
import { swPush } from "../modules/push/words/sw.ts";
import { swRadiusLogIn } from "../modules/radius-log-in/words/sw.ts";
import { swReportSchedules } from "../modules/report-schedules/words/sw.ts";
import { swResellers } from "../modules/resellers/words/sw.ts";
import { swSiteImport } from "../modules/site-import/words/sw.ts";
import { swStock } from "../modules/stock/words/sw.ts";
import { swTakeover } from "../modules/takeover/words/sw.ts";
import { swTickets } from "../modules/tickets/words/sw.ts";
import { swVenues } from "../modules/venues/words/sw.ts";
import { swWebhooks } from "../modules/webhooks/words/sw.ts";

export const swOfModules = {
  ...swDomains,
  ...swExample,
  ...swGroupMessages,
  ...swInstallations,
  ...swOperatorTunnels,
  ...swOutageNotices,
  ...swPlatformBilling,
  ...swPush,
  ...swRadiusLogIn,
  ...swReportSchedules,
  ...swResellers,
  ...swSiteImport,
  ...swStock,
  ...swTakeover,
  ...swTickets,
  ...swVenues,
  ...swWebhooks,
};
