/**
 * Keeps one line about the agent at the router: the comment of a disabled entry of an address list that no rule uses. The removal script
 * takes it away with everything else that is tagged `karibu:`. The same commands from 7.18 to 7.24.
 */
import type { RouterApi, Row } from "./router-api.ts";

const menu = "/ip/firewall/address-list";
const list = "karibu-witness";
/** Reserved for documentation (RFC 5737): no host has it. */
const address = "192.0.2.1";

const find = (api: RouterApi): Promise<readonly Row[]> =>
  api.command([`${menu}/print`, "=.proplist=.id,comment", `?list=${list}`]);

/** Null: nothing was written down. */
export async function readWitnessComment(api: RouterApi): Promise<string | null> {
  return (await find(api))[0]?.comment ?? null;
}

export async function writeWitnessComment(api: RouterApi, comment: string): Promise<void> {
  const [row] = await find(api);
  const id = row?.[".id"];
  if (id !== undefined) await api.command([`${menu}/set`, `=.id=${id}`, `=comment=${comment}`], { repeatable: true });
  else
    await api.command([`${menu}/add`, `=list=${list}`, `=address=${address}`, "=disabled=yes", `=comment=${comment}`]);
}
