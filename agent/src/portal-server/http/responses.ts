import type { PortalResponse } from "../portal-parts.ts";

export function jsonResponse(value: unknown): PortalResponse {
  return textResponse("application/json", JSON.stringify(value));
}

/** Never cached: all that the agent says is of the moment. */
export function textResponse(contentType: string, body: string): PortalResponse {
  return { status: 200, headers: { "content-type": contentType, "cache-control": "no-store" }, body };
}
