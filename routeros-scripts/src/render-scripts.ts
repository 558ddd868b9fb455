/**
 * Every script for one router, as text by file name. Pure: the hub renders them when asked, `main.ts` writes them to a
 * folder, the tests read them.
 */
import { type ImageRelease, imageUpdateLines } from "./image-update/update-script.ts";
import { quote } from "./language/rsc-text.ts";
import type { Dialect } from "./language/version-dialect.ts";
import { preflightLines, versionIs } from "./scripts/preflight.ts";
import { removalLines } from "./scripts/removal.ts";
import { verificationLines } from "./scripts/verification.ts";
import { loginPage } from "./sections/login-page.ts";
import { setUpSections } from "./sections/set-up-sections.ts";
import { writeSection } from "./steps/write-steps.ts";
import { sampleValues } from "./values/sample-values.ts";
import type { ScriptValues } from "./values/script-values.ts";

export type ScriptName = "preflight.rsc" | "setup.rsc" | "verify.rsc" | "repair.rsc" | "remove.rsc" | "login.html";
export type Scripts = Readonly<Record<ScriptName, string>> & { readonly "update-image.rsc"?: string };

/** `values` as `checkValues` gave them. `image`: also the script that brings it to a router that has an agent. */
export function renderScripts(values: ScriptValues, dialect: Dialect, image: ImageRelease | null = null): Scripts {
  const sections = setUpSections(values, dialect);
  const setUp = sections.flatMap(writeSection);
  const about = (what: string) => [
    `# Karibu: ${what}`,
    `# RouterOS ${dialect.minor}. Made by Karibu: change the site's settings, not this file.`,
  ];
  const guard = [
    `:if (!(${versionIs(dialect)})) do={`,
    `  :error ${quote(`karibu: this script is for RouterOS ${dialect.minor}; nothing was changed`)}`,
    "}",
  ];
  const file = (...lines: readonly string[]) => `${lines.join("\n")}\n`;
  return {
    "preflight.rsc": file(...about("can this router carry it? Changes nothing."), ...preflightLines(values, dialect)),
    "setup.rsc": file(
      ...about("set-up. May be imported again at any time."),
      ...guard,
      ...setUp,
      "",
      ':put "karibu: done. Import verify.rsc in five minutes."',
    ),
    "verify.rsc": file(
      ...about("is all there, and does it work? Changes nothing."),
      ...verificationLines(sections, values),
    ),
    "repair.rsc": file(
      ...about("repair: puts back what is missing or was changed; the same as set-up."),
      ...guard,
      ...setUp,
      "",
      ':put "karibu: repaired. Import verify.rsc in five minutes."',
    ),
    "remove.rsc": file(
      ...about("removal: takes away what carries the tag karibu: and puts the router's own settings back."),
      "# It is the same for every site and knows none of its values: whatever the site uses now, all that it may have used goes.",
      "# The site's records stay in the folder karibu/data of the disk, for those who want them.",
      ...removalLines(setUpSections(sampleValues, dialect)),
      ':put "karibu: removed."',
    ),
    "login.html": loginPage(values),
    ...(image === null || values.agent.place === "hosted"
      ? {}
      : {
          "update-image.rsc": file(
            ...about(
              "a new image for the agent. Goes back to the old one by itself if the new one does not prove itself.",
            ),
            ...guard,
            ...imageUpdateLines(values, values.agent, image, dialect),
          ),
        }),
  };
}
