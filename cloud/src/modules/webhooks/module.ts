/** Addresses of providers' own systems that the hub posts to: what happens in the business, and alarms. */
import type { HubModule } from "../hub-module.ts";
import { webhookTeller, webhookWay } from "./alarm-way.ts";
import { webhookAlarms } from "./alarms.ts";
import { personalData } from "./personal-data.ts";
import { createPostEvents } from "./post-events.ts";
import { restWebhooks } from "./rest.ts";
import { webhookRetention } from "./retention.ts";
import { revocable } from "./revocable.ts";
import { webhookRoutes } from "./webhook-routes.ts";
import { createWebhooks, webhookJobs } from "./webhooks.ts";

export const webhooks = {
  personalData,
  retention: webhookRetention,
  revocable,
  jobs: webhookJobs,
  alarms: webhookAlarms,
  alarmWay: webhookWay,
  upkeep: ({ world, database }, isOn) => (isOn ? [] : [restWebhooks(world, database)]),
  open(parts) {
    const hooks = createWebhooks(parts);
    const { start, stop } = createPostEvents({ ...parts, webhooks: hooks });
    return {
      routes: webhookRoutes(parts.world, hooks),
      alarmTellers: [webhookTeller(hooks)],
      registerJobs: hooks.registerJobs,
      start,
      stop,
    };
  },
} satisfies HubModule;
