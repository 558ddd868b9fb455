/** Web Awesome without what the console never shows: its own drawings (45 kB; `web-awesome.ts` registers ours), and comments and indentation in its styles. */
import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";
import { minifyStyles } from "./minify-styles.ts";

const chunks = /[/\\]@awesome\.me[/\\]webawesome[/\\]dist[/\\]chunks[/\\][^/\\]+\.js$/;
/** The comment by which the library's build marks the module. */
const systemIcons = "// src/components/icon/library.system.ts";
const noIcons = `export const icons = {}; export const library_system_default = { name: "system", resolver: () => "" };`;

/** The build fails where the library no longer has that module in a file of its own: its drawings would be back unseen. */
export const leanWebAwesome: Plugin = {
  name: "lean-web-awesome",
  setup(build) {
    let isLean = false;
    build.onLoad({ filter: chunks }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      if (source.includes(systemIcons)) {
        isLean = true;
        return { contents: noIcons, loader: "js" };
      }
      return source.includes("css`") ? { contents: await minifyStyles(source), loader: "js" } : undefined;
    });
    build.onEnd(() =>
      isLean ? {} : { errors: [{ text: `Web Awesome's icons were not found: no chunk says "${systemIcons}"` }] },
    );
  },
};
