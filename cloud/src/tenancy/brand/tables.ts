import type { BrandWords, PortalNotice } from "@karibu/protocol/brand/brand";
import type { ColumnType } from "kysely";

/** Written as JSON text. */
type Json<Value> = ColumnType<Value, string, string>;

export type ByLanguage<Value> = { readonly en?: Value | undefined; readonly sw?: Value | undefined };

export interface BrandTables {
  brands: {
    provider_id: string;
    /** Null: Karibu's. */
    main_colour: string | null;
    accent_colour: string | null;
    logo_picture_id: string | null;
    top_picture_id: string | null;
    words: Json<ByLanguage<BrandWords>>;
    terms: Json<ByLanguage<string>>;
    updated_at_ms: number;
  };
  portal_notices: {
    provider_id: string;
    notice_id: string;
    kind: PortalNotice["kind"];
    texts: Json<ByLanguage<string>>;
    picture_id: string | null;
    link: string | null;
    from_ms: number;
    until_ms: number;
    created_at_ms: number;
    updated_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends BrandTables {}
}
