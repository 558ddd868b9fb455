/** Wakes listeners after a commit, instead of by NOTIFY in it: many commits share one statement, and none waits for another. */
import { sleep, type World } from "@karibu/protocol/world";
import type { Database, Notice } from "./database.ts";

/** Returns at once. What is lost only delays: whoever listens also looks by itself now and then. */
export type Announce = (notices: readonly Notice[]) => void;

/** So long the notices that follow are gathered; the first one does not wait. */
const gatherMs = 20;

export function createAnnounce(world: World, database: Pick<Database, "notify">): Announce {
  const waiting = new Map<string, Notice>();
  let telling = false;

  async function tell(): Promise<void> {
    telling = true;
    while (waiting.size > 0) {
      const notices = [...waiting.values()];
      waiting.clear();
      await database
        .notify(notices)
        .catch((error: unknown) => world.log.warn("notices-lost", { notices: notices.length, error: String(error) }));
      await sleep(world.clock, gatherMs);
    }
    telling = false;
  }

  return (notices) => {
    for (const notice of notices) waiting.set(`${notice.channel} ${notice.payload}`, notice);
    if (!telling && waiting.size > 0) void tell();
  };
}
