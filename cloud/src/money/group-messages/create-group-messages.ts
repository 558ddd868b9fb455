/** The room of messages to groups. */
import type { District } from "../../ground/district.ts";
import { groupRoutes } from "./group-routes.ts";
import { type GroupParts, registerGroupJobs } from "./send-group.ts";

export function createGroupMessages(parts: GroupParts): District {
  return {
    routes: groupRoutes(parts),
    registerJobs: () => registerGroupJobs(parts),
    retention: [
      { table: "group_messages", column: "made_at_ms", keptMs: 400 * 86_400_000, only: "state <> 'sending'" },
    ],
  };
}
