import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

/**
 * Lit templates hold their indentation as text. Line breaks with indentation become one blank: the same page in fewer
 * bytes. Only whitespace that begins with a line break is touched, and the quotes around plain attributes, only in the folder given.
 * `before`: what is done with a script first.
 */
export function minifyTemplates(folder: string, before = (_path: string, source: string) => source): Plugin {
  return {
    name: "minify-templates",
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        if (!path.startsWith(folder) || path.includes("node_modules")) return undefined;
        const read = await readFile(path, "utf8");
        const source = before(path, read);
        if (source.includes("html`")) return { contents: squeezeTemplates(source), loader: "ts" };
        return source === read ? undefined : { contents: source, loader: "ts" };
      });
    },
  };
}

/** A plain attribute needs no quotes: they are bytes that every phone fetches. Before a slash they stay: it would belong to the value. */
const plainAttribute = /="([A-Za-z0-9_-]+)"(?=[\s>])/y;

/** Squeezes inside template literals, outside of their `${}`; a template within one is a template again. */
export function squeezeTemplates(source: string): string {
  let result = "";
  /** What we are inside of, innermost last: a template literal, or the code of a `${}` and its open braces. */
  const inside: ({ kind: "template" } | { kind: "code"; braces: number })[] = [{ kind: "code", braces: 0 }];
  for (let at = 0; at < source.length; at++) {
    const sign = source[at] as string;
    const where = inside[inside.length - 1] as (typeof inside)[number];
    if (where.kind === "template") {
      if (sign === "\\") result += sign + (source[++at] ?? "");
      else if (sign === "`") {
        inside.pop();
        result += sign;
      } else if (sign === "$" && source[at + 1] === "{") {
        inside.push({ kind: "code", braces: 0 });
        result += "${";
        at++;
      } else if (sign === "=" && source[at + 1] === '"') {
        plainAttribute.lastIndex = at;
        const found = plainAttribute.exec(source);
        result += found === null ? sign : `=${found[1]}`;
        at += found === null ? 0 : found[0].length - 1;
      } else if (sign === "\n") {
        while (/\s/.test(source[at + 1] ?? "")) at++;
        result += " ";
      } else result += sign;
      continue;
    }
    const text = codeText(source, at);
    if (text > 1) {
      result += source.slice(at, at + text);
      at += text - 1;
      continue;
    }
    if (sign === "`") inside.push({ kind: "template" });
    else if (sign === "{") where.braces++;
    else if (sign === "}") {
      if (where.braces === 0 && inside.length > 1) inside.pop();
      else where.braces--;
    }
    result += sign;
  }
  return result;
}

/** Length of the comment or plain string that begins here; 0 when none does. */
function codeText(source: string, at: number): number {
  const rest = source.slice(at, at + 2);
  if (rest === "//") return (source.indexOf("\n", at) + 1 || source.length) - at;
  if (rest === "/*") return source.indexOf("*/", at + 2) + 2 - at;
  const quote = rest[0];
  if (quote !== '"' && quote !== "'") return 0;
  let end = at + 1;
  while (end < source.length && source[end] !== quote) end += source[end] === "\\" ? 2 : 1;
  return end + 1 - at;
}
