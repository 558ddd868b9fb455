/** What a board's `/tool/fetch` finds: the hub under its name, and an internet where every page answers. */
import type { WebAnswer, WebRequest } from "../routeros-scripting/new-board.ts";

/** @param hub the name that routers know, and where it really listens. Rejects while it does not. */
export async function fetchFrom(
  hub: { readonly name: string; readonly url: string },
  { method, url, headers, body }: WebRequest,
): Promise<WebAnswer> {
  const asked = new URL(url);
  if (asked.hostname !== hub.name) return { status: 200, body: "{}" };
  const answer = await fetch(hub.url + asked.pathname + asked.search, {
    method,
    headers,
    ...(method === "GET" ? {} : { body }),
  });
  const content = Buffer.from(await answer.arrayBuffer());
  const isImage = /^\/enrol\/(packed-)?image\//.test(asked.pathname);
  return isImage
    ? { status: answer.status, body: "", sizeBytes: content.length }
    : { status: answer.status, body: content.toString() };
}
