/** Scripts of one RouterOS version, as the tests render them. */

import { dialectOf, type VersionDialect } from "./language/version-dialect.ts";
import { renderScripts } from "./render-scripts.ts";
import type { ImageRelease } from "./values/image-release.ts";
import { sampleImage, sampleValues } from "./values/sample-values.ts";
import type { ScriptValues } from "./values/script-values.ts";

/** Throws when the version is not supported. */
export function testDialect(version: string): VersionDialect {
  const found = dialectOf(version);
  if ("problem" in found) throw new Error(found.problem);
  return found.dialect;
}

/** All scripts of a site with a container, `update-image.rsc` included. */
export function renderVersion(version: string, values: ScriptValues = sampleValues, image: ImageRelease = sampleImage) {
  return renderScripts(values, testDialect(version), image);
}
