import type { hitView } from "@karibu/cloud/ground/lists/search";
import type { z } from "zod";
import { get } from "../hub/api.ts";
import { withQuery } from "../hub/list.ts";

/** One thing that a search found. `title` is what a person knows it by: a code, a receipt, a phone, a name. */
export type Found = z.output<typeof hitView>;

/** What the user may see of all that matches, exact matches first. Too short a text finds nothing. */
export const searchAll = (
  text: string,
): Promise<{ readonly items: readonly Found[]; readonly notAsked: readonly string[] }> =>
  get(withQuery("/api/v1/search", { q: text }));
