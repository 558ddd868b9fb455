/** The hub's modules. Written by `npm run schema-types` from the folders beside it. Nobody edits it; a test compares. */
import { domains } from "./domains/module.ts";
import { groupMessages } from "./group-messages/module.ts";
import type { HubModule, WaitingKindsOf } from "./hub-module.ts";
import { installations } from "./installations/module.ts";
import type { ModuleName } from "./names.ts";
import { operatorTunnels } from "./operator-tunnels/module.ts";
import { outageNotices } from "./outage-notices/module.ts";
import { platformBilling } from "./platform-billing/module.ts";
import { push } from "./push/module.ts";
import { radiusLogIn } from "./radius-log-in/module.ts";
import { reportSchedules } from "./report-schedules/module.ts";
import { resellers } from "./resellers/module.ts";
import { siteImport } from "./site-import/module.ts";
import { stock } from "./stock/module.ts";
import { takeover } from "./takeover/module.ts";
import { tickets } from "./tickets/module.ts";
import { venues } from "./venues/module.ts";
import { webhooks } from "./webhooks/module.ts";

export const allModules = {
  domains,
  "group-messages": groupMessages,
  installations,
  "operator-tunnels": operatorTunnels,
  "outage-notices": outageNotices,
  "platform-billing": platformBilling,
  push,
  "radius-log-in": radiusLogIn,
  "report-schedules": reportSchedules,
  resellers,
  "site-import": siteImport,
  stock,
  takeover,
  tickets,
  venues,
  webhooks,
} as const satisfies Readonly<Record<ModuleName, HubModule>>;

/** Also those that a hub is run without: for what is true of their rows all the same. */
export const everyModule: readonly HubModule[] = Object.values(allModules);

/** Kinds of what needs a person. */
export type ModuleWaiting = WaitingKindsOf<(typeof allModules)[ModuleName]>;

/** For the types of the API. */
export type ModuleRoutes = [
  typeof import("./domains/domain-routes.ts"),
  typeof import("./example/example-routes.ts"),
  typeof import("./group-messages/group-routes.ts"),
  typeof import("./installations/installation-picture-routes.ts"),
  typeof import("./installations/installation-routes.ts"),
  typeof import("./installations/lead-data-routes.ts"),
  typeof import("./operator-tunnels/operator-tunnel-routes.ts"),
  typeof import("./outage-notices/outage-routes.ts"),
  typeof import("./platform-billing/own-subscription-routes.ts"),
  typeof import("./platform-billing/platform-billing-routes.ts"),
  typeof import("./push/push-routes.ts"),
  typeof import("./radius-log-in/radius-routes.ts"),
  typeof import("./report-schedules/schedule-routes.ts"),
  typeof import("./resellers/reseller-routes.ts"),
  typeof import("./site-import/import-routes.ts"),
  typeof import("./stock/kind-routes.ts"),
  typeof import("./stock/stock-routes.ts"),
  typeof import("./takeover/apply-routes.ts"),
  typeof import("./takeover/customers/customer-takeover-routes.ts"),
  typeof import("./takeover/switch-routes.ts"),
  typeof import("./takeover/takeover-routes.ts"),
  typeof import("./tickets/my-ticket-routes.ts"),
  typeof import("./tickets/ticket-picture-routes.ts"),
  typeof import("./tickets/ticket-routes.ts"),
  typeof import("./tickets/ticket-rules-routes.ts"),
  typeof import("./venues/venue-routes.ts"),
  typeof import("./webhooks/webhook-routes.ts"),
];
