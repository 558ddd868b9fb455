import type { ProviderBody } from "@karibu/protocol/feed";

export type PayWindow = NonNullable<ProviderBody["payWindow"]>;
