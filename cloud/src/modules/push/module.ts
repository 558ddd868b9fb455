/** Alarms on the screens of people's phones and browsers, by web push. */
import type { HubModule } from "../hub-module.ts";
import { pushTeller, pushWay } from "./alarm-way.ts";
import { personalData } from "./personal-data.ts";
import { createPush, pushJob } from "./push.ts";
import { pushRoutes } from "./push-routes.ts";
import { restPush } from "./rest.ts";

const dayMs = 86_400_000;

export const push = {
  personalData,
  retention: [
    // What did not arrive is known as long as its notice.
    { table: "push_deliveries", column: "created_at_ms", keptMs: 30 * dayMs, only: "state = 'sent'" },
    { table: "push_deliveries", column: "created_at_ms", keptMs: 400 * dayMs },
  ],
  jobs: [pushJob],
  alarmWay: pushWay,
  upkeep: ({ world, database }, isOn) => (isOn ? [] : [restPush(world, database)]),
  open(parts) {
    const pushes = createPush(parts);
    return {
      routes: pushRoutes(parts.world, pushes),
      alarmTellers: [pushTeller(pushes)],
      registerJobs: pushes.registerJobs,
    };
  },
} satisfies HubModule;
