/**
 * What the hub may see and change at this site's router. What answers it (`router-requests.ts`) is loaded when the site has started, or when the hub asks
 * for something of it; a site that knows its router by RADIUS alone never needs it.
 */
import type { World } from "@karibu/protocol/world";
import type { HubLink } from "../ground/hub-link.ts";
import { onceMade } from "../ground/once-made.ts";
import { type LaterMethods, servedLater } from "../ground/served-later.ts";
import { provedWays } from "./proof-choices.ts";
import type { RouterControlParts, RouterRequests } from "./router-requests.ts";

export const routerMethods: LaterMethods = {
  "read-router": "reads",
  "read-router-log": "reads",
  "read-connections": "reads",
  "read-old-system": "reads",
  "act-on-router": "changes",
  "rotate-secrets": "changes",
  "change-router-secret": "changes",
  "keep-router-secret": "changes",
  "back-up-router": "changes",
  "read-router-back-up": "reads",
  "restore-router": "changes",
  "try-router": "changes",
};

export function createRouterControl(world: World, parts: RouterControlParts): RouterRequests {
  let loaded: RouterRequests | null = null;
  let hub: Pick<HubLink, "call"> | null = null;
  let isStopped = false;
  const listeners: (() => void)[] = [];
  const load = onceMade(async () => {
    const { createRouterRequests } = await import("./router-requests.ts");
    loaded = createRouterRequests(world, parts);
    if (hub !== null) loaded.follow(hub);
    for (const listener of listeners) loaded.drift?.onLooked(listener);
    return loaded;
  });

  async function start(): Promise<void> {
    try {
      const { start: begin } = await load();
      if (!isStopped) begin();
    } catch (error) {
      world.log.error("router-control-not-loaded", { error: String(error) });
    }
  }

  return {
    requests: servedLater(routerMethods, async () => (await load()).requests),
    // Its scripts ask during what it has begun.
    answer: (request) => loaded?.answer(request) ?? null,
    logsInByApi: () => loaded?.logsInByApi() ?? true,
    ways: () => loaded?.ways() ?? provedWays([]),
    drift:
      parts.live === null
        ? null
        : {
            last: () => loaded?.drift?.last() ?? null,
            look: async () => (await (await load()).drift?.look()) ?? null,
            desired: () => loaded?.drift?.desired() ?? null,
            onLooked(listener) {
              listeners.push(listener);
              loaded?.drift?.onLooked(listener);
            },
            follow() {}, // with the rest
            start() {},
            stop() {},
          },
    follow(followed) {
      hub = followed;
      loaded?.follow(followed);
    },
    start() {
      if (parts.live !== null) void start();
    },
    stop() {
      isStopped = true;
      loaded?.stop();
    },
  };
}
