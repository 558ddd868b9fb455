/** Connects the agent's real API client to the simulated router without sockets, under simulated time. */
import type { ApiDial } from "@karibu/agent/routeros/router-api";
import type { World } from "@karibu/protocol/world";
import type { Router } from "../device/router.ts";
import { converse } from "./api-server.ts";

/**
 * `world` is the router's. Bytes arrive in the next turn of the event loop. A power cut ends the connection. `seen` gets each sentence after
 * the log-in.
 */
export function dialInMemory(
  world: World,
  router: Router,
  seen: (words: readonly string[]) => void = () => {},
): ApiDial {
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
      ended();
      setImmediate(() => listeners?.ended("closed by the router"));
    };
    open.add(end);
    const { hear, ended } = converse(
      world,
      router,
      {
        write: (bytes) => void setImmediate(() => alive && listeners?.data(bytes)),
        hangUp: () => void setImmediate(end),
        destroy: end,
      },
      (words) => words[0] !== "/login" && seen(words),
    );
    return {
      write: (bytes) => void setImmediate(() => alive && hear(bytes)),
      listen(given) {
        listeners = given;
      },
      destroy: end,
    };
  };
}
