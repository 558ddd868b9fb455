import type { HttpResponse } from "../../ground/http.ts";

export function jsonResponse(value: unknown): HttpResponse {
  return textResponse("application/json", JSON.stringify(value));
}

/** Never cached: every answer of the agent is about this moment. */
export function textResponse(contentType: string, body: string): HttpResponse {
  return { status: 200, headers: { "content-type": contentType, "cache-control": "no-store" }, body };
}

export function withCookies(response: HttpResponse, cookies: readonly string[]): HttpResponse {
  return { ...response, headers: { ...response.headers, "set-cookie": cookies } };
}
