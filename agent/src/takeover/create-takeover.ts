/** A takeover at the site. Its code is loaded where one goes on, or when the hub asks for one. */

import { readJsonFile } from "../ground/files/json-file.ts";
import { onceMade } from "../ground/once-made.ts";
import { type LaterMethods, servedLater } from "../ground/served-later.ts";
import { shadowFile, switchFile } from "./takeover-files.ts";
import type { Takeover, TakeoverParts } from "./takeover-requests.ts";

export const takeoverMethods: LaterMethods = { "shadow-run": "changes", "switch-takeover": "changes" };

export function createTakeover(parts: TakeoverParts): Takeover {
  let loaded: Takeover | null = null;
  let isStopped = false;
  const load = onceMade(async () => {
    const { createTakeoverRequests } = await import("./takeover-requests.ts");
    loaded = createTakeoverRequests(parts);
    await loaded.start();
    if (isStopped) loaded.stop();
    return loaded;
  });
  return {
    requests: servedLater(takeoverMethods, async () => (await load()).requests),
    async start() {
      const kept = [shadowFile, switchFile].map((name) => readJsonFile(parts.folder, name).catch(() => null));
      if ((await Promise.all(kept)).every((file) => file === null)) return;
      await load().catch((error: unknown) => {
        parts.site.world.log.error("takeover-not-loaded", { error: String(error) });
      });
    },
    stop() {
      isStopped = true;
      loaded?.stop();
    },
  };
}
