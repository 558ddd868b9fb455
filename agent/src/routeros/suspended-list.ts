/**
 * The addresses of suspended customers who are online, on the router's address list that the firewall leads to the page. An entry has a
 * time-out, so it stands in the router's memory only: no write to its flash, and none is left behind by an agent that is gone.
 */
import type { ListedAddress } from "../ground/router-control.ts";
import { suspendedList } from "../ground/suspended-list.ts";
import { type CommandOptions, type RouterApi, RouterTrap } from "./router-api.ts";

const menu = "/ip/firewall/address-list";
const comment = "karibu:suspended";
const now: CommandOptions = { lane: "enforcement", timeoutMs: 10_000, repeatable: true };

export async function readSuspended(api: RouterApi): Promise<readonly ListedAddress[]> {
  const words = [`${menu}/print`, "=.proplist=.id,address,comment,dynamic", `?list=${suspendedList}`];
  const rows = await api.command(words, now);
  return rows.flatMap(({ ".id": id, address, comment: said }) =>
    id === undefined || address === undefined
      ? []
      : [{ id, address: address.replace(/\/32$/, ""), isOwn: said === comment }],
  );
}

export async function addSuspended(api: RouterApi, address: string): Promise<void> {
  const entry = [`=list=${suspendedList}`, `=address=${address}`, "=timeout=1d", `=comment=${comment}`];
  try {
    await api.command([`${menu}/add`, ...entry], now);
  } catch (error) {
    // It came with the log-in, or by the try before this one.
    if (!(error instanceof RouterTrap && /already have such entry/.test(error.message))) throw error;
  }
}

export async function removeSuspended(api: RouterApi, id: string): Promise<void> {
  try {
    await api.command([`${menu}/remove`, `=.id=${id}`], now);
  } catch (error) {
    if (!(error instanceof RouterTrap && /no such item/.test(error.message))) throw error;
  }
}
