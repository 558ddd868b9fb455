/** Words of modules. Written by `npm run schema-types` from the folders in `modules`. Nobody edits it; a test compares. */
import { enDomains } from "../modules/domains/words/en.ts";
import { enExample } from "../modules/example/words/en.ts";
import { enGroupMessages } from "../modules/group-messages/words/en.ts";
import { enInstallations } from "../modules/installations/words/en.ts";
import { enOperatorTunnels } from "../modules/operator-tunnels/words/en.ts";
import { enOutageNotices } from "../modules/outage-notices/words/en.ts";
import { enPlatformBilling } from "../modules/platform-billing/words/en.ts";
import { enPush } from "../modules/push/words/en.ts";
import { enRadiusLogIn } from "../modules/radius-log-in/words/en.ts";
import { enReportSchedules } from "../modules/report-schedules/words/en.ts";
import { enResellers } from "../modules/resellers/words/en.ts";
import { enSiteImport } from "../modules/site-import/words/en.ts";
import { enStock } from "../modules/stock/words/en.ts";
import { enTakeover } from "../modules/takeover/words/en.ts";
import { enTickets } from "../modules/tickets/words/en.ts";
import { enVenues } from "../modules/venues/words/en.ts";
import { enWebhooks } from "../modules/webhooks/words/en.ts";

export const enOfModules = {
  ...enDomains,
  ...enExample,
  ...enGroupMessages,
  ...enInstallations,
  ...enOperatorTunnels,
  ...enOutageNotices,
  ...enPlatformBilling,
  ...enPush,
  ...enRadiusLogIn,
  ...enReportSchedules,
  ...enResellers,
  ...enSiteImport,
  ...enStock,
  ...enTakeover,
  ...enTickets,
  ...enVenues,
  ...enWebhooks,
};
