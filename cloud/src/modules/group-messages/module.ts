/** A message to a group of customers, once to each. */
import type { HubModule } from "../hub-module.ts";
import { groupRoutes } from "./group-routes.ts";
import { groupsStopped } from "./groups-stopped.ts";
import { personalData } from "./personal-data.ts";
import { registerGroupJobs, stageJob } from "./send-group.ts";

export const groupMessages = {
  personalData,
  // Also one that never ended: its hub was run without this module since.
  retention: [{ table: "group_messages", column: "made_at_ms", keptMs: 400 * 86_400_000 }],
  jobs: [stageJob],
  endedByRestore: groupsStopped,
  // Texts that wait for their hour: where nobody can stop them any more, they are not sent.
  whereOff: ({ messaging }) => messaging.judge("group", async () => "stopped"),
  open: (parts) => ({ routes: groupRoutes(parts), registerJobs: () => registerGroupJobs(parts) }),
} satisfies HubModule;
