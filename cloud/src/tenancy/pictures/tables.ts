import type { GeneratedAlways } from "kysely";

export interface PictureTables {
  pictures: {
    provider_id: string;
    picture_id: string;
    name: string;
    media_type: "image/png" | "image/jpeg";
    bytes: Uint8Array;
    width: number;
    height: number;
    made_at_ms: number;
    /** Of the bytes, hex. */
    sha256: GeneratedAlways<string>;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends PictureTables {}
}
