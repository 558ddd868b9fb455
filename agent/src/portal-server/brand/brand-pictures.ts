/** A provider's pictures, by their hash. They are for everybody, and the same for everybody; nobody is counted. */
import type { HttpResponse } from "../../ground/http.ts";
import { problemResponse } from "../http/problems.ts";

/** Null: the path is for something else. `pictures` null: no picture is kept here. */
export async function answerPicture(
  path: string,
  pictures: { read(sha256: string): Promise<Uint8Array | null> } | null,
): Promise<HttpResponse | null> {
  if (!path.startsWith("/brand/")) return null;
  const [, sha256, ending] = /^\/brand\/([0-9a-f]{64})\.(png|jpg)$/.exec(path) ?? [];
  const content = sha256 === undefined ? null : ((await pictures?.read(sha256)) ?? null);
  if (content === null) return problemResponse("not-found", { detail: path });
  return {
    status: 200,
    headers: {
      "content-type": ending === "png" ? "image/png" : "image/jpeg",
      "cache-control": "public, max-age=31536000, immutable",
    },
    body: content,
  };
}
