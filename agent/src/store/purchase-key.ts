/**
 * The site's own key for its portal's cookies, in `purchase-key.json`. A disk that refuses it, or a new stick, costs a phone that is buying at that
 * moment its way back to the purchase; its receipt is another.
 */
import { newSecret } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { Folder } from "../ground/files/folder.ts";
import { readJsonFile, writeJsonFile } from "../ground/files/json-file.ts";

const fileName = "purchase-key.json";

/** Never rejects. */
export async function openPurchaseKey(
  world: Pick<World, "random" | "log">,
  folder: Pick<Folder, "read" | "rename" | "replace">,
): Promise<string> {
  const fresh = newSecret(world);
  try {
    const kept = await readJsonFile<{ key: string }>(folder, fileName);
    if (typeof kept?.key === "string" && /^[0-9a-f]{48}$/.test(kept.key)) return kept.key;
    await writeJsonFile(folder, fileName, { key: fresh });
  } catch (error) {
    world.log.warn("purchase-key-not-kept", { error: String(error) });
  }
  return fresh;
}
