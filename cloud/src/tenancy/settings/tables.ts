export interface SettingsTables {
  /** Names below the hub's that a provider chose, each a certificate of the hub's own domain. */
  subdomain_names: { provider_id: string; name: string; chosen_at_ms: number };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends SettingsTables {}
}
