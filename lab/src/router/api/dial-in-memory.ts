/** Connects the agent's real API client to the simulated router without sockets, under simulated time. */
import type { ApiDial } from "@karibu/agent/routeros/router-api";
import type { World } from "@karibu/protocol/world";
import type { Router } from "../device/router.ts";
import { converse } from "./api-server.ts";

/** `world` is the router's. Bytes arrive in the next turn of the event loop. A power cut ends the connection. */
export function dialInMemory(world: World, router: Router): ApiDial {
  const open = new Set<() => void>();
  router.onPower((on) => {
    if (!on) for (const end of [...open]) end();
  });
  return async () => {
    if (!router.running) throw new Error("no route to the router");
    let listeners: { data(bytes: Uint8Array): void; ended(why: string): void } | null = null;
    let alive = true;
    const end = () => {
      if (!alive) return;
      alive = false;
      open.delete(end);
      setImmediate(() => listeners?.ended("closed by the router"));
    };
    open.add(end);
    const hear = converse(world, router, {
      write: (bytes) => void setImmediate(() => alive && listeners?.data(bytes)),
      hangUp: () => void setImmediate(end),
      destroy: end,
    });
    return {
      write: (bytes) => void setImmediate(() => alive && hear(bytes)),
      listen(given) {
        listeners = given;
      },
      destroy: end,
    };
  };
}
