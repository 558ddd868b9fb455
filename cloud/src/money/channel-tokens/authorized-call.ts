/** A call with an access token that all hub processes share. A refused token was not used, so in this case alone it is sent again. */
import type { HttpAnswer, HttpCall, HttpRequest } from "../../ground/http-client/http-call.ts";
import type { FreshToken, TokenStore } from "./shared-token.ts";

/** Status 0: no answer came; the other side may have done it all the same. Throws what `fetchToken` throws, before anything was sent. */
export async function authorizedCall(
  http: HttpCall,
  token: { readonly store: TokenStore; readonly fetch: () => Promise<FreshToken> },
  request: HttpRequest,
): Promise<HttpAnswer> {
  let refused: string | null = null;
  for (;;) {
    const value = await token.store.get(refused, token.fetch);
    const headers = { ...request.headers, authorization: `Bearer ${value}` };
    const answer = await http({ ...request, headers }).catch((): HttpAnswer => ({ status: 0, body: "" }));
    if (refused !== null || answer.status !== 401) return answer;
    refused = value;
  }
}
