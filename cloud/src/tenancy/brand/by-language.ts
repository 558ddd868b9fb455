import type { BrandWords } from "@karibu/protocol/brand/brand";

export type ByLanguage<Value> = { readonly en?: Value | undefined; readonly sw?: Value | undefined };

export type WordsByLanguage = ByLanguage<BrandWords>;
