/**
 * By what a person knows a row of a view. An action carries it as `was`, and the agent compares it with the row as it is now, so that an
 * `.id` which means another row by then changes nothing.
 */
import { cutText } from "@karibu/protocol/whole-text";
import type { RouterRow, RouterView } from "./router-views.ts";

/** The first that is not empty counts. */
const nameColumns: Partial<Record<RouterView, readonly string[]>> = {
  "hotspot-hosts": ["mac-address", "address"],
  "hotspot-active": ["user"],
  "hotspot-cookies": ["mac-address", "user"],
  "ip-bindings": ["mac-address", "address"],
  "walled-garden": ["dst-host", "path"],
  "walled-garden-ip": ["dst-address", "dst-host"],
  "dhcp-leases": ["mac-address", "client-id", "address"],
  "wifi-clients": ["mac-address"],
  "wireless-clients": ["mac-address"],
  "capsman-clients": ["mac-address"],
  "pppoe-servers": ["service-name", "interface"],
};

const charactersMax = 64;

/** At most 64 characters, none of them a control character. Rows of no name have their `.id`. Pure. */
export function routerRowName(view: RouterView, row: RouterRow): string {
  const columns = [...(nameColumns[view] ?? ["name"]), ".id"];
  const text = columns.map((column) => row[column] ?? "").find((value) => value.trim() !== "") ?? "";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an action refuses them
  return cutText(text.replace(/[\u0000-\u001f\u007f]/g, " "), charactersMax);
}
