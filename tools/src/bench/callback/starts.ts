/** How many purchases a second are started, as many as the hub can: alone, or beside callbacks at a fixed rate. */
import { beginCosts } from "./costs.ts";
import { send } from "./send.ts";
import { providers, withHub } from "./with-hub.ts";

/** @param besidePerSecond callbacks that come meanwhile; 0: none */
export function measureStarts(seconds: number, besidePerSecond: number) {
  return withHub("postgresql", Math.max(providers, besidePerSecond * seconds), async (at) => {
    const costs = await beginCosts(at);
    const [starts] = await Promise.all([
      at.hub.startPurchases({ perSecond: null, forMs: seconds * 1000 }),
      besidePerSecond === 0 ? null : send(at.hub.callbacks, besidePerSecond),
    ]);
    // Beside callbacks it is not known whose they are.
    const spent = besidePerSecond === 0 ? await costs(starts.started) : null;
    return { seconds, beside: besidePerSecond, ...starts, costs: spent };
  });
}
