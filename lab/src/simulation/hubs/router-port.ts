/** Staff switch ports of the site's router through the hub; who switches off the one that leads to the hub cuts the site off. */

import { wanPort } from "../../router/api/config-shapes.ts";
import { treeOf } from "../../router/api/config-tree.ts";
import { begin } from "../sites/asks.ts";
import type { Call } from "./console.ts";
import type { HubDay, Player } from "./hub-day.ts";
import { order } from "./order.ts";

const portsOf = ({ town }: Pick<HubDay, "town">) => treeOf(town.router).rows("/interface");

/** From now on nothing passes while the router's own settings close its port to the hub. */
export function watchUplink({ town, side }: HubDay): void {
  let isOff = false;
  treeOf(town.router).onChange(() => {
    const isOffNow = portsOf({ town }).some(({ name, disabled }) => name === wanPort && disabled === "true");
    if (isOffNow === isOff) return;
    isOff = isOffNow;
    town.note({ kind: isOff ? "uplink-off" : "uplink-on" });
    town.router.knobs.wan = side.cutWan("port", isOff) ? "down" : "up";
  });
}

async function switchPort(day: HubDay, port: string, isOff: boolean): Promise<void> {
  const { side, town, story } = day;
  const row = portsOf(day).find(({ name }) => name === port);
  if (!story.site.routerApi || row === undefined) return;
  const act = day.acts++;
  town.note({ kind: "port-ordered", act, port, isOff });
  const action = { kind: "set-interface", id: row[".id"], was: port, disabled: isOff };
  await order(day, act, () => side.call("POST", `/api/v1/routers/${side.siteId}/orders`, { action }));
}

export const switchPortPlayer: Player<"switch-port"> = (day, { port, isOff }) =>
  begin(day, switchPort(day, port, isOff));

export async function readRouterOrders(call: Call, siteId: string): Promise<{ action: string; state: string }[]> {
  const listed = await call("GET", `/api/v1/routers/${siteId}/orders?limit=100`);
  return (listed.body.items as { action: { was?: string; disabled?: boolean }; state: string }[]).map(
    ({ action: { was = "", disabled }, state }) => ({ action: `${was} ${disabled === true ? "off" : "on"}`, state }),
  );
}
