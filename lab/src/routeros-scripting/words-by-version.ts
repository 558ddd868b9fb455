/** Which words of a script a router does not know, by its version and packages. It parses a whole text before it runs the first line. */
import type { WhyUnknown } from "./parse-script.ts";

/** Commands of the language that 6.49 lacks. */
const newerThanSix = new Set([":onerror", ":convert", ":serialize", ":deserialize", ":retry", ":jobname"]);

export function whyUnknownTo(version: string, hasContainers: boolean): WhyUnknown {
  const isSix = version.startsWith("6.");
  return (path) => {
    if (isSix && (newerThanSix.has(path) || /^\/[^ ]+\//.test(path))) return `bad command name ${path}`;
    return !hasContainers && /^\/container(\/| |$)/.test(path) ? `bad command name ${path}` : null;
  };
}
