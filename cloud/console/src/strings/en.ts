import { alarmWordsIn } from "@karibu/protocol/alarms/alarm-kinds";
import { problemWordsIn } from "@karibu/protocol/problems/problem-list";
import { enAlarmRules } from "./en/alarm-rules.ts";
import { enAlarms } from "./en/alarms.ts";
import { enApiPage } from "./en/api-page.ts";
import { enAudit } from "./en/audit.ts";
import { enAuditFields } from "./en/audit-fields.ts";
import { enBackups } from "./en/backups.ts";
import { enBooks } from "./en/books.ts";
import { enChannelHealth } from "./en/channel-health.ts";
import { enComponents } from "./en/components.ts";
import { enDocuments } from "./en/documents.ts";
import { enFrame } from "./en/frame.ts";
import { enGeneral } from "./en/general.ts";
import { enGuides } from "./en/guides.ts";
import { enHealth } from "./en/health.ts";
import { enHome } from "./en/home.ts";
import { enInitiator } from "./en/initiator.ts";
import { enLines } from "./en/lines.ts";
import { enMessages } from "./en/messages.ts";
import { enMoney } from "./en/money.ts";
import { enNetwork } from "./en/network/network.ts";
import { enRouter } from "./en/network/router.ts";
import { enRouterBackUps } from "./en/network/router-back-ups.ts";
import { enRouterHealth } from "./en/network/router-health.ts";
import { enRouterLogIns } from "./en/network/router-log-ins.ts";
import { enRouterServices } from "./en/network/router-services.ts";
import { enSetUp } from "./en/network/set-up.ts";
import { enSite } from "./en/network/site.ts";
import { enSites } from "./en/network/sites.ts";
import { enUsage } from "./en/network/usage.ts";
import { enOffers } from "./en/offers.ts";
import { enPeople } from "./en/people.ts";
import { enPlans } from "./en/plans.ts";
import { enQuotas } from "./en/quotas.ts";
import { enSales } from "./en/sales.ts";
import { enSettings } from "./en/settings.ts";
import { enStart } from "./en/start.ts";
import { enSupport } from "./en/support.ts";
import { enBrand } from "./en/tenancy/brand.ts";
import { enVouchers } from "./en/vouchers.ts";
import { enOfModules } from "./en-of-modules.ts";

/** Every word of the console, in English. `sw.ts` has the same keys; a missing one is a type error. */
export const en = {
  ...alarmWordsIn("en"),
  ...enAlarmRules,
  ...enAlarms,
  ...enApiPage,
  ...enAudit,
  ...enAuditFields,
  ...enBackups,
  ...enBooks,
  ...enChannelHealth,
  ...enDocuments,
  ...enFrame,
  ...enComponents,
  ...enGuides,
  ...enHealth,
  ...enHome,
  ...enInitiator,
  ...enLines,
  ...enMessages,
  ...enMoney,
  ...enNetwork,
  ...enOffers,
  ...enPeople,
  ...problemWordsIn("en"),
  ...enQuotas,
  ...enRouter,
  ...enRouterHealth,
  ...enRouterLogIns,
  ...enRouterServices,
  ...enRouterBackUps,
  ...enSetUp,
  ...enSite,
  ...enSites,
  ...enSales,
  ...enSettings,
  ...enStart,
  ...enSupport,
  ...enUsage,
  ...enPlans,
  ...enBrand,
  ...enVouchers,
  ...enGeneral,
  ...enOfModules,
};

export type Strings = Record<keyof typeof en, string>;
