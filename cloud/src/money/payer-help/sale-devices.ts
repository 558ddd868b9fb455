/** Puts a device on what a payment opened, at the site that has it. */
import { admitDevice } from "@karibu/protocol/rpc/admit-device";
import { askSite, notHere, refusedDevice } from "../../catalogue/grants/site-devices.ts";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";

/** `bound`: it has the grant, and goes online when its owner opens the Wi-Fi page. Throws a Problem. */
export async function putOnline(
  call: CallSite,
  siteId: string,
  order: { readonly purchaseId: string; readonly mac: string; readonly moves: boolean },
): Promise<"online" | "bound"> {
  const result = await askSite(call, siteId, admitDevice, order);
  if (result.kind === "not-here") throw notHere();
  if (result.kind === "refused") throw refusedDevice(result.reason);
  return result.kind;
}
