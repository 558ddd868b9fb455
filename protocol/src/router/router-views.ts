/**
 * What the hub may read of a site's router. The agent turns a view into sentences of its own list, with the columns that it names; no
 * menu, column or query comes from the hub. Rows carry RouterOS' own texts by RouterOS' own names: hostile text.
 */
import * as z from "zod/mini";

export const routerViews = [
  "system",
  "health",
  "interfaces",
  "ethernet",
  "logs",
  "api-calls",
  "hotspot-servers",
  "hotspot-users",
  "hotspot-user-profiles",
  "hotspot-hosts",
  "hotspot-active",
  "hotspot-cookies",
  "ip-bindings",
  "walled-garden",
  "walled-garden-ip",
  "dhcp-leases",
  "ppp-active",
  "ppp-profiles",
  "pppoe-servers",
  "wifi-clients",
  "wireless-clients",
  "capsman-clients",
  "access-points",
  "users",
  "services",
  "files",
  "snmp",
  "log-actions",
  "queues",
  "neighbours",
] as const;
export type RouterView = (typeof routerViews)[number];

/** Of a system that was here before, for a takeover (`rpc/read-old-system.ts`): no password and no script is among their columns. `old-ppp-passwords` has their NT hashes. */
export const oldSystemViews = [
  "old-hotspot-users",
  "old-hotspot-profiles",
  "old-ppp-secrets",
  "old-ppp-profiles",
  "old-ppp-passwords",
  "old-user-manager-users",
  "old-user-manager-profiles",
  "old-user-manager-limitations",
  "old-user-manager-profile-limitations",
  "old-user-manager-user-profiles",
  "old-user-manager-sessions",
] as const;
export type OldSystemView = (typeof oldSystemViews)[number];

/** A row as the router gave it; at most 64 columns of 1,000 characters, longer texts are cut. */
export const routerRowSchema = z.record(z.string(), z.string());
export type RouterRow = z.infer<typeof routerRowSchema>;
