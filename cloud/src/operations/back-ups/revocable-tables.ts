/** Rows by which people and devices get in, a table each; `schema.sql` beside this file has the triggers that note their changes. */
import type { RevocableTable, RevokedKind, RowNow } from "../../ground/restores/revocable-table.ts";
import { everyModule } from "../../modules/all-modules.ts";

/** The back-up may be of before the channel: then it has no address either. */
const channelIsThere =
  "exists (select from channels c where c.provider_id = r.provider_id and c.channel_id = r.channel_id)";

const ownTables: Readonly<Record<string, RevocableTable>> = {
  api_tokens: {
    key: ["provider_id", "token_id"],
    columns: ["revoked_at_ms", "token_hash"],
    name: "t.name",
    what: (changed, now) => [
      ...shutOr(changed, "revoked_at_ms", isSet(now.revoked_at_ms), "token-revoked"),
      ...any(changed, "token-renewed", "token_hash"),
    ],
  },
  users: {
    key: ["provider_id", "user_id"],
    columns: ["active", "role", "password_hash", "totp_sealed", "totp_confirmed", "recovery_hashes"],
    name: "t.name",
    what: (changed, now) => [
      ...shutOr(changed, "active", isOff(now), "person-dismissed", "person-reinstated"),
      ...any(changed, "role-changed", "role"),
      ...any(changed, "password-changed", "password_hash"),
      ...any(changed, "second-factor-changed", "totp_sealed", "totp_confirmed", "recovery_hashes"),
    ],
  },
  roles: {
    key: ["provider_id", "role_id"],
    columns: ["permissions"],
    name: "t.name",
    what: (changed) => any(changed, "role-permissions", "permissions"),
  },
  agents: {
    key: ["provider_id", "site_id"],
    columns: ["revoked_at_ms", "public_key"],
    name: nameOf("sites", "site_id"),
    what: (changed, now) => [
      ...shutOr(changed, "revoked_at_ms", isSet(now.revoked_at_ms), "device-revoked"),
      ...any(changed, "device-replaced", "public_key"),
    ],
  },
  hosts: {
    key: ["host_id"],
    columns: ["revoked_at_ms", "public_key"],
    name: "t.name",
    what: (changed, now) => [
      ...shutOr(changed, "revoked_at_ms", isSet(now.revoked_at_ms), "host-revoked"),
      ...any(changed, "host-replaced", "public_key"),
    ],
  },
  providers: {
    key: ["provider_id"],
    columns: ["state", "suspended_at_ms", "sells_until_ms", "deleted_at_ms", "purge_at_ms"],
    name: "t.name",
    what: (changed, now) =>
      changed.has("deleted_at_ms") && isSet(now.deleted_at_ms)
        ? ["provider-deleted"]
        : shutOr(changed, "state", now.state !== "active", "provider-suspended", "provider-resumed"),
  },
  second_factor_roles: {
    key: ["provider_id", "role"],
    columns: ["since_ms"],
    name: "t.role",
    what: () => ["second-factor-demanded"],
    missing: "made",
  },
  sellers: {
    key: ["provider_id", "seller_id"],
    columns: ["active", "pin_sealed"],
    name: "t.name",
    what: (changed, now) => [
      ...shutOr(changed, "active", isOff(now), "seller-dismissed", "seller-reinstated"),
      ...any(changed, "seller-pin", "pin_sealed"),
    ],
  },
  accounts: {
    key: ["provider_id", "account_id"],
    columns: ["active", "nt_hash_sealed", "password_sealed"],
    // Nobody's name: of who is erased next, the list would keep it.
    name: "t.account_id",
    what: (changed, now) => [
      ...shutOr(changed, "active", isOff(now), "line-off", "line-on"),
      ...any(changed, "line-password", "nt_hash_sealed", "password_sealed"),
    ],
  },
  seller_sites: {
    key: ["provider_id", "seller_id", "site_id"],
    columns: ["active"],
    name: nameOf("sellers", "seller_id"),
    what: (changed, now) => shutOr(changed, "active", isOff(now), "seller-left-site", "seller-at-site"),
  },
  wireguard_peers: {
    key: ["provider_id", "site_id"],
    columns: ["public_key", "next_public_key"],
    name: nameOf("sites", "site_id"),
    what: (changed, _, isRemoved) =>
      isRemoved ? ["tunnel-ended"] : any(changed, "tunnel-key", "public_key", "next_public_key"),
    unlike: ["public_key", "next_public_key"],
    removable: true,
  },
  channels: {
    key: ["provider_id", "channel_id"],
    columns: ["hook_token_hash", "notice_token_hash", "keys_sealed"],
    name: "t.name",
    what: () => ["callback-address"],
  },
  hook_tokens: {
    key: ["provider_id", "channel_id", "use", "token_hash"],
    columns: ["made_at_ms", "replaced_at_ms"],
    name: nameOf("channels", "channel_id"),
    what: () => ["callback-address"],
    missing: "written",
    removable: true,
    goesUnless: channelIsThere,
  },
  message_addresses: {
    key: ["provider_id", "channel_id", "token_hash"],
    columns: ["token_sealed", "made_at_ms", "replaced_at_ms"],
    name: nameOf("channels", "channel_id"),
    what: () => ["callback-address"],
    missing: "written",
    removable: true,
    goesUnless: channelIsThere,
  },
  person_erasures: {
    key: ["provider_id", "erasure_id"],
    columns: ["customer_id", "party", "grants", "devices", "pseudonym", "asked_by", "at_ms", "counts"],
    // Nobody's name: it was erased.
    name: "t.customer_id",
    what: () => ["person-erased"],
    missing: "made",
  },
};

export const revocableTables: Readonly<Record<string, RevocableTable>> = Object.assign(
  {},
  ownTables,
  ...everyModule.map(({ revocable }) => revocable),
);

/** Throws where no table has that name: only one of these notes its changes. */
export function revocableTable(name: string): RevocableTable {
  const table = Object.hasOwn(revocableTables, name) ? revocableTables[name] : undefined;
  if (table === undefined) throw new TypeError(`${name} is no table with what can be revoked`);
  return table;
}

function shutOr(
  changed: ReadonlySet<string>,
  column: string,
  isShut: boolean,
  shut: RevokedKind,
  open: RevokedKind | null = null,
): readonly RevokedKind[] {
  const kind = isShut ? shut : open;
  return kind === null || !changed.has(column) ? [] : [kind];
}

function any(changed: ReadonlySet<string>, kind: RevokedKind, ...columns: readonly string[]): readonly RevokedKind[] {
  return columns.some((column) => changed.has(column)) ? [kind] : [];
}

function isSet(value: unknown): boolean {
  return value != null;
}

function isOff({ active }: RowNow): boolean {
  return active === false;
}

/** The name of the row of another table that the key names; an empty text where there is none. */
function nameOf(table: string, key: string): string {
  return `coalesce((select n.name from ${table} n where n.provider_id = t.provider_id and n.${key} = t.${key}), '')`;
}
