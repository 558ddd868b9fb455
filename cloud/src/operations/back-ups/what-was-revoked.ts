/** What a revocation was, in people's terms: which row changed how, and what it is called. Pure. */
import type { RevokedKind } from "../restored/revoked-again.ts";
import type { Revocable, Revocation } from "./revocation.ts";

/** The columns that a restore changed in one row. */
export type ChangedColumns = ReadonlySet<string>;

/**
 * One row may have changed in more than one way. What is told is only what the restore had to do again: the back-up's row said otherwise.
 * `now` also has columns that are as they were.
 */
export function whatWasRevoked(
  { target, now, removed }: Pick<Revocation, "target" | "now" | "removed">,
  changed: ChangedColumns,
): readonly RevokedKind[] {
  const either = (column: string, isShut: (value: unknown) => boolean, shut: RevokedKind, open: RevokedKind | null) => {
    if (!changed.has(column)) return [];
    const kind = isShut(now[column]) ? shut : open;
    return kind === null ? [] : [kind];
  };
  const any = (kind: RevokedKind, ...columns: readonly string[]) =>
    columns.some((column) => changed.has(column)) ? [kind] : [];
  const isSet = (value: unknown) => value != null;
  const isFalse = (value: unknown) => value === false;
  switch (target) {
    case "api_tokens":
      return [...either("revoked_at_ms", isSet, "token-revoked", null), ...any("token-renewed", "token_hash")];
    case "users":
      return [
        ...either("active", isFalse, "person-dismissed", "person-reinstated"),
        ...any("role-changed", "role"),
        ...any("password-changed", "password_hash"),
        ...any("second-factor-changed", "totp_sealed", "totp_confirmed", "recovery_hashes"),
      ];
    case "roles":
      return any("role-permissions", "permissions");
    case "agents":
      return [...either("revoked_at_ms", isSet, "device-revoked", null), ...any("device-replaced", "public_key")];
    case "hosts":
      return [...either("revoked_at_ms", isSet, "host-revoked", null), ...any("host-replaced", "public_key")];
    case "providers":
      if (changed.has("deleted_at_ms") && isSet(now.deleted_at_ms)) return ["provider-deleted"];
      return either("state", (state) => state !== "active", "provider-suspended", "provider-resumed");
    case "second_factor_roles":
      return ["second-factor-demanded"];
    case "sellers":
      return [
        ...either("active", isFalse, "seller-dismissed", "seller-reinstated"),
        ...any("seller-pin", "pin_sealed"),
      ];
    case "accounts":
      return [
        ...either("active", isFalse, "line-off", "line-on"),
        ...any("line-password", "nt_hash_sealed", "password_sealed"),
      ];
    case "seller_sites":
      return either("active", isFalse, "seller-left-site", "seller-at-site");
    case "console_radius":
      return [removed ? "radius-ended" : "radius-changed"];
    case "wireguard_peers":
      return removed ? ["tunnel-ended"] : any("tunnel-key", "public_key", "next_public_key");
    case "person_erasures":
      return ["person-erased"];
    case "channels":
    case "hook_tokens":
    case "message_addresses":
      return ["callback-address"];
  }
}

/** Whose row it is: what a person looks for, and no hash. Addresses are named by their channel. */
export function subjectOf(key: Readonly<Record<string, string>>): { readonly providerId: string; readonly id: string } {
  const { provider_id: providerId = "platform", use: _, token_hash: __, ...rest } = key;
  return { providerId, id: Object.values(rest).join(" ") || providerId };
}

/** Where the name of a row stands: in itself, or in the row of another table that its key names. */
const nameIn: Readonly<
  Record<Revocable, "name" | "role" | "host" | "customer_id" | "account_id" | readonly [table: string, key: string]>
> = {
  api_tokens: "name",
  users: "name",
  roles: "name",
  agents: ["sites", "site_id"],
  hosts: "name",
  providers: "name",
  second_factor_roles: "role",
  sellers: "name",
  // Nobody's name either: of who is erased next, the list would keep it.
  accounts: "account_id",
  seller_sites: ["sellers", "seller_id"],
  // None: a site's router.
  console_radius: "host",
  wireguard_peers: ["sites", "site_id"],
  channels: "name",
  hook_tokens: ["channels", "channel_id"],
  message_addresses: ["channels", "channel_id"],
  // Nobody's name: it was erased.
  person_erasures: "customer_id",
};

/** The name of the row `t` as SQL; an empty text where nothing has it. */
export function nameSql(target: Revocable): string {
  const place = nameIn[target];
  if (typeof place === "string") return `t."${place}"`;
  const [table, key] = place;
  return `coalesce((select n."name" from "${table}" n where n.provider_id = t.provider_id and n."${key}" = t."${key}"), '')`;
}
