import type { World } from "@karibu/protocol/world";
import type { CustomerParts } from "./customer-parts.ts";

/** Dials the hub now and waits for it. Resolves when the hub is connected, or after `msMax`. */
export function waitForHub(world: Pick<World, "clock">, hub: CustomerParts["hub"], msMax: number): Promise<void> {
  const { onChange } = hub;
  if (hub.state !== "away" || onChange === undefined) return Promise.resolve();
  hub.redialSoon?.();
  return new Promise((resolve) => {
    const done = () => {
      timer.cancel();
      stopListening();
      resolve();
    };
    const timer = world.clock.after(msMax, done);
    const stopListening = onChange(() => hub.state === "connected" && done());
  });
}
