/** Lit's styles are text in a script, which a minifier of scripts leaves as it is: comments, indentation and all. */
import { transform } from "esbuild";

/**
 * Each `css` template of a script's source, minified as a style sheet. One with code or escaped signs in it stays as it is:
 * it is no style sheet yet. Rejects where a template is no valid CSS.
 */
export async function minifyStyles(source: string): Promise<string> {
  const styles = [...source.matchAll(/(?<=[=,:([]\s*|return )css`([^`\\$]*)`/g)];
  let minified = "";
  let at = 0;
  for (const { 0: whole, 1: style = "", index } of styles) {
    const { code, warnings } = await transform(style, { loader: "css", minify: true, logLevel: "silent" });
    if (warnings.length > 0)
      throw new Error(`a style is no CSS: ${warnings[0]?.text}, in ${style.trim().slice(0, 80)}`);
    // What it needs to escape is not worth a byte.
    const isPlain = !/[`\\$]/.test(code);
    minified += source.slice(at, index) + (isPlain ? `css\`${code.trimEnd()}\`` : whole);
    at = index + whole.length;
  }
  return minified + source.slice(at);
}
