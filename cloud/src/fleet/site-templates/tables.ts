import type { SetUpChoices } from "@karibu/protocol/router/set-up-choices";
import type { ColumnType } from "kysely";

export interface SiteTemplateTables {
  site_templates: {
    provider_id: string;
    template_id: string;
    name: string;
    region: string | null;
    district: string | null;
    interim_seconds: number;
    auto_log_in: boolean;
    choices: ColumnType<SetUpChoices | null, SetUpChoices | null, never>;
    made_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends SiteTemplateTables {}
}
