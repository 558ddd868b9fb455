import { readFile } from "node:fs/promises";
import { consoleModules } from "@karibu/console/modules/all-modules";
import { pages } from "@karibu/console/pages";
import { en } from "@karibu/console/strings/en";
import { sw } from "@karibu/console/strings/sw";
import { en as portalEn } from "@karibu/portal/strings/en-first";
import { enLater as portalEnLater } from "@karibu/portal/strings/en-later";
import { sw as portalSw } from "@karibu/portal/strings/sw-first";
import { swLater as portalSwLater } from "@karibu/portal/strings/sw-later";
import type { Plugin } from "esbuild";
import { type GuideWords, renderGuide } from "./render-guide.ts";

export const guideLanguages = ["en", "sw"] as const;

const ofConsole = {
  pages: new Map(pages.map(({ path, title }) => [path, title])),
  modules: new Set(Object.keys(consoleModules)),
};

export const guideWords: Readonly<Record<(typeof guideLanguages)[number], GuideWords>> = {
  en: { console: en, portal: { ...portalEn, ...portalEnLater }, ...ofConsole },
  sw: { console: sw, portal: { ...portalSw, ...portalSwLater }, ...ofConsole },
};

/** The console imports its guides (`guides/en/owner.md`); here they become what `Guide` says. A guide that is wrong fails the build. */
export const guidesPlugin: Plugin = {
  name: "guides",
  setup(build) {
    build.onLoad({ filter: /[/\\]guides[/\\](en|sw)[/\\]\w+\.md$/ }, async ({ path }) => {
      const [, language, name] = /(en|sw)[/\\](\w+)\.md$/.exec(path) ?? [];
      const words = guideWords[language as "en" | "sw"];
      const guide = renderGuide(`${language}/${name}`, await readFile(path, "utf8"), words);
      return { contents: `export default ${JSON.stringify({ ...guide, name })}`, loader: "js" };
    });
  },
};
