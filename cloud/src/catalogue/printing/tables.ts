export interface PrintingTables {
  voucher_designs: {
    provider_id: string;
    title: string | null;
    words: string | null;
    colour: string;
    picture_id: string | null;
    shows_price: boolean;
    shows_qr: boolean;
    updated_at_ms: number;
  };
  portal_addresses: { provider_id: string; site_id: string; address: string; updated_at_ms: number };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends PrintingTables {}
}
