/** Stories that once found a fault, shortened: each is a test of its own. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface KeptStory<Story> {
  readonly title: string;
  readonly story: Story;
}

export function keptStories<Story>(of: "sites" | "hubs"): KeptStory<Story>[] {
  const folder = join(import.meta.dirname, "kept", of);
  return readdirSync(folder)
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as KeptStory<Story>);
}
