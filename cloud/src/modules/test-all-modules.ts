/** What tests of the whole hub need of its modules. Written by `npm run schema-types` from the folders beside it. Nobody edits it; a test compares. */
import { samples as domains } from "./domains/test-samples.ts";
import { samples as groupMessages } from "./group-messages/test-samples.ts";
import { samples as installations } from "./installations/test-samples.ts";
import { samples as operatorTunnels } from "./operator-tunnels/test-samples.ts";
import { samples as outageNotices } from "./outage-notices/test-samples.ts";
import { samples as platformBilling } from "./platform-billing/test-samples.ts";
import { samples as push } from "./push/test-samples.ts";
import { samples as radiusLogIn } from "./radius-log-in/test-samples.ts";
import { samples as reportSchedules } from "./report-schedules/test-samples.ts";
import { samples as resellers } from "./resellers/test-samples.ts";
import { samples as stock } from "./stock/test-samples.ts";
import { samples as takeover } from "./takeover/test-samples.ts";
import type { ModuleSamples } from "./test-samples.ts";
import { samples as tickets } from "./tickets/test-samples.ts";
import { samples as venues } from "./venues/test-samples.ts";
import { samples as webhooks } from "./webhooks/test-samples.ts";

export const samplesOfModules: readonly ModuleSamples[] = [
  domains,
  groupMessages,
  installations,
  operatorTunnels,
  outageNotices,
  platformBilling,
  push,
  radiusLogIn,
  reportSchedules,
  resellers,
  stock,
  takeover,
  tickets,
  venues,
  webhooks,
];
