import { alarmWordsIn } from "@karibu/protocol/alarms/alarm-kinds";
import { problemWordsIn } from "@karibu/protocol/problems/problem-list";
import type { Strings } from "./en.ts";
import { swAlarmRules } from "./sw/alarm-rules.ts";
import { swAlarms } from "./sw/alarms.ts";
import { swApiPage } from "./sw/api-page.ts";
import { swAudit } from "./sw/audit.ts";
import { swAuditFields } from "./sw/audit-fields.ts";
import { swBackups } from "./sw/backups.ts";
import { swBooks } from "./sw/books.ts";
import { swChannelHealth } from "./sw/channel-health.ts";
import { swComponents } from "./sw/components.ts";
import { swDocuments } from "./sw/documents.ts";
import { swFrame } from "./sw/frame.ts";
import { swGeneral } from "./sw/general.ts";
import { swGuides } from "./sw/guides.ts";
import { swHealth } from "./sw/health.ts";
import { swHome } from "./sw/home.ts";
import { swInitiator } from "./sw/initiator.ts";
import { swLines } from "./sw/lines.ts";
import { swMessages } from "./sw/messages.ts";
import { swMoney } from "./sw/money.ts";
import { swNetwork } from "./sw/network/network.ts";
import { swRouter } from "./sw/network/router.ts";
import { swRouterBackUps } from "./sw/network/router-back-ups.ts";
import { swRouterHealth } from "./sw/network/router-health.ts";
import { swRouterLogIns } from "./sw/network/router-log-ins.ts";
import { swRouterServices } from "./sw/network/router-services.ts";
import { swSetUp } from "./sw/network/set-up.ts";
import { swSite } from "./sw/network/site.ts";
import { swSites } from "./sw/network/sites.ts";
import { swUsage } from "./sw/network/usage.ts";
import { swOffers } from "./sw/offers.ts";
import { swPeople } from "./sw/people.ts";
import { swPlans } from "./sw/plans.ts";
import { swQuotas } from "./sw/quotas.ts";
import { swSales } from "./sw/sales.ts";
import { swSettings } from "./sw/settings.ts";
import { swStart } from "./sw/start.ts";
import { swSupport } from "./sw/support.ts";
import { swBrand } from "./sw/tenancy/brand.ts";
import { swVouchers } from "./sw/vouchers.ts";
import { swOfModules } from "./sw-of-modules.ts";

export const sw: Strings = {
  ...alarmWordsIn("sw"),
  ...swAlarmRules,
  ...swAlarms,
  ...swApiPage,
  ...swAudit,
  ...swAuditFields,
  ...swBackups,
  ...swBooks,
  ...swChannelHealth,
  ...swDocuments,
  ...swFrame,
  ...swComponents,
  ...swGuides,
  ...swHealth,
  ...swHome,
  ...swInitiator,
  ...swLines,
  ...swMessages,
  ...swMoney,
  ...swNetwork,
  ...swOffers,
  ...swPeople,
  ...problemWordsIn("sw"),
  ...swQuotas,
  ...swRouter,
  ...swRouterHealth,
  ...swRouterLogIns,
  ...swRouterServices,
  ...swRouterBackUps,
  ...swSetUp,
  ...swSite,
  ...swSites,
  ...swSales,
  ...swSettings,
  ...swStart,
  ...swSupport,
  ...swUsage,
  ...swPlans,
  ...swBrand,
  ...swVouchers,
  ...swGeneral,
  ...swOfModules,
};
