import type { tokenView } from "@karibu/cloud/identity/api-tokens/token-routes";
import type { z } from "zod";
import { type Page, post } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type ApiToken = z.output<typeof tokenView>;

const path = "/api/v1/tokens";
export const listTokens = (query: ListQuery, filters: { readonly state: string }): Promise<Page<ApiToken>> =>
  getList(path, query, filters);
export const addToken = (token: Body<"POST", "/api/v1/tokens">): Promise<ApiToken & { token: string }> =>
  post(path, token);
export const revokeToken = (tokenId: string): Promise<ApiToken> =>
  post(hubPath("/api/v1/tokens/{tokenId}/revoke", { tokenId }));
