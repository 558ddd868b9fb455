/** The Debian mirror of this machine. The image's libraries come from there too, unless an option names another one. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The mirror without `/debian` at its end; null on a machine that is not Debian. */
export function systemMirror(folder = "/etc/apt"): string | null {
  const texts = [...aptFiles(join(folder, "sources.list.d")), join(folder, "sources.list")].map(readOrEmpty);
  for (const text of texts) {
    const mirror = mirrorIn(text);
    if (mirror !== null) return mirror;
  }
  return null;
}

/** The first http address that ends in `/debian`, in either of apt's two forms. @see sources.list(5) */
export function mirrorIn(text: string): string | null {
  for (const line of text.split("\n")) {
    const uri = /^\s*(?:deb\b(?:\s+\[[^\]]*\])?|URIs:)\s+(https?:\/\/\S+?)\/debian\/?(?:\s|$)/.exec(line)?.[1];
    if (uri !== undefined) return uri;
  }
  return null;
}

function aptFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
