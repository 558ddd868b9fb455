import type { World } from "@karibu/protocol/world";
import type { PortalParts } from "../portal-parts.ts";

/** Has the link try now, and gives it a moment. Resolves when the hub is there, or the moment is over. */
export function hubWithin(world: Pick<World, "clock">, hub: PortalParts["hub"], msMax: number): Promise<void> {
  const { onChange } = hub;
  if (hub.state !== "away" || onChange === undefined) return Promise.resolve();
  hub.hurry?.();
  return new Promise((resolve) => {
    const done = () => {
      timer.cancel();
      forget();
      resolve();
    };
    const timer = world.clock.after(msMax, done);
    const forget = onChange(() => hub.state === "connected" && done());
  });
}
