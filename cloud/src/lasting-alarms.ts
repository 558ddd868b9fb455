/** How the hub finds each alarm that lasts; modules add theirs (`alarms` of `HubModule`). A kind of `protocol/src/alarms/alarm-kinds.ts` that no room contributes does not compile. */
import { sessionAlarms } from "./catalogue/sessions/alarms.ts";
import { accessPointAlarms } from "./fleet/access-points/alarms.ts";
import { silenceAlarms } from "./fleet/alarms/site-silences.ts";
import { enrolmentAlarms } from "./fleet/enrolment/alarms.ts";
import { linkAlarms } from "./fleet/link/alarms.ts";
import { backUpAlarms } from "./fleet/router-back-ups/alarms.ts";
import { routerAlarms } from "./fleet/routers/alarms.ts";
import type { AlarmSources } from "./ground/lists/lasting-alarm.ts";
import { quotaAlarms } from "./ground/quotas/alarms.ts";
import { channelHealthAlarms } from "./money/channel-health/alarms.ts";
import { channelAlarms } from "./money/channels/alarms.ts";
import { receiptAlarms } from "./money/receipts/alarms.ts";
import { refundAlarms } from "./money/refunds/alarms.ts";

export const lastingAlarms: AlarmSources = {
  ...linkAlarms,
  ...enrolmentAlarms,
  ...quotaAlarms,
  ...silenceAlarms,
  ...accessPointAlarms,
  ...sessionAlarms,
  ...routerAlarms,
  ...backUpAlarms,
  ...channelAlarms,
  ...channelHealthAlarms,
  ...receiptAlarms,
  ...refundAlarms,
};
