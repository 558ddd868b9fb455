/**
 * Scripts that the first view does not need: the build writes them beside the first one (`tools/src/build/build-portal.ts`), and each lays down what
 * it has under its name. They are tags, and no `import()`, which browsers before Chrome 63 do not know.
 */

/** What the scripts lay down, by name. */
interface WithParts {
  karibuParts?: Record<string, unknown>;
}

/** Made in the build from all scripts together: those of two versions do not know each other. */
const version = "karibu-version";

/** Again after a failure: a browser keeps a module's address that failed. */
let tries = 0;

/** Rejects where the script does not come. */
export async function loadPart<Part>(name: string): Promise<Part> {
  const place = window as WithParts;
  place.karibuParts ??= {};
  const parts = place.karibuParts;
  if (!(name in parts))
    await new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.type = "module";
      script.src = `/assets/${name}-${version}.js${tries === 0 ? "" : `?${tries}`}`;
      // Of a release that runs no more the agent has another script, which opens the page anew.
      script.onload = () => (name in parts ? resolve(null) : reject());
      script.onerror = reject;
      document.head.append(script);
    }).catch((error) => {
      tries++;
      throw error;
    });
  return parts[name] as Part;
}
