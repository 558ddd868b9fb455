/** What the console has of the hub's modules. Written by `npm run schema-types` from the folders beside it. Nobody edits it; a test compares. */
import type { ConsoleModule, ConsoleModules } from "./console-module.ts";
import { domains } from "./domains/module.ts";
import { groupMessages } from "./group-messages/module.ts";
import { installations } from "./installations/module.ts";
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

const modules = {
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
} satisfies ConsoleModules;

export const consoleModules: Readonly<Record<string, ConsoleModule>> = modules;
