/**
 * A guide as the console shows it, from Markdown. Pure. Buttons and pages are not written but named: `{{addPlan}}` is filled from the console's
 * words, `{{portal:buy}}` from the Wi-Fi page's, `{{page:plans}}` becomes a link with the page's title, `{{hub:status}}` one to an address of this hub. So a guide that names a button which is no
 * longer there can't be built. What stands between `{{if:takeover}}` and `{{end}}` is told where that module's folder is there; a section of which nothing is left, is none. HTML in a guide is left out, and links lead into the console, to this hub, or by https.
 */
import type { Guide } from "@karibu/console/guides/guide-shape";
import { Marked } from "marked";

export interface GuideWords {
  readonly console: Readonly<Record<string, string>>;
  readonly portal: Readonly<Record<string, unknown>>;
  /** The key of each page's title, by its path. */
  readonly pages: ReadonlyMap<string, string>;
  /** Names of the modules that there are. */
  readonly modules: ReadonlySet<string>;
}

/** @throws naming the guide and what it names that is not there */
export function renderGuide(name: string, source: string, words: GuideWords): Guide {
  const [before = "", ...parts] = source.split(/^## /m);
  const [, title, lead] = /^# ([^\n]+)\n+([\s\S]*)$/.exec(before) ?? fail(name, "it must begin with # and a title");
  return {
    name,
    title: title as string,
    lead: plain(filled(name, lead as string, words)),
    sections: parts.flatMap((part) => {
      const [, heading, id, body] =
        /^([^\n]+?) \{#([a-z-]+)\}\n+([\s\S]*)$/.exec(part) ?? fail(name, `no {#id} in: ${part.slice(0, 40)}`);
      const markdown = filled(name, body as string, words);
      if (markdown.trim() === "") return [];
      return [{ id: id as string, title: heading as string, html: htmlOf(name, markdown), text: plain(markdown) }];
    }),
  };
}

function filled(name: string, text: string, words: GuideWords): string {
  const told = text.replaceAll(/\{\{if:([a-z-]+)\}\}([\s\S]*?)\{\{end\}\}/g, (_, module: string, part: string) =>
    words.modules.has(module) ? part : "",
  );
  return told.replaceAll(/\{\{([^}]*)\}\}/g, (_, named: string) => {
    const [, kind = "", key = ""] = /^(?:(page|portal|hub):)?([\w-]+)$/.exec(named) ?? [];
    if (kind === "hub") return `[/${key}](/${key})`;
    if (kind === "page") {
      const titleKey = words.pages.get(key);
      const title = titleKey === undefined ? undefined : words.console[titleKey];
      return title === undefined ? fail(name, `there is no page ${key}`) : `[${escaped(title)}](#/${key})`;
    }
    const word = kind === "portal" ? words.portal[key] : words.console[key];
    if (typeof word !== "string") return fail(name, `there is no word ${named}`);
    if (word.includes("{")) return fail(name, `${named} has places to fill`);
    return `**${escaped(word)}**`;
  });
}

/** A word is no Markdown. */
const escaped = (word: string): string => word.replaceAll(/[\\`*_[\]<>#|]/g, "\\$&");

function htmlOf(name: string, markdown: string): string {
  const marked = new Marked({
    async: false,
    renderer: {
      html: () => "",
      image: () => "",
      link: (href: string, _title: string | null | undefined, text: string) => {
        if (!/^(#\/|\/[a-z]|https:\/\/)/.test(href)) return fail(name, `a link to ${href}`);
        return `<a href="${href.replaceAll('"', "%22")}">${text}</a>`;
      },
    },
  });
  return (marked.parse(markdown) as string).trim();
}

/** Without Markdown's signs. */
function plain(markdown: string): string {
  return markdown
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll(/[*`\\]/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}

function fail(name: string, what: string): never {
  throw new Error(`guide ${name}: ${what}`);
}
