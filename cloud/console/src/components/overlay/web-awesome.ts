/**
 * What Web Awesome's parts need before the first is drawn: their icons, which would otherwise be fetched from a server that is not
 * ours, and their words in Swahili.
 */
import { registerIconLibrary } from "@awesome.me/webawesome/dist/components/icon/library.js";
import { registerTranslation, type Translation } from "@awesome.me/webawesome/dist/utilities/localize.js";

/** SVG paths of 24x24 icons, drawn by stroke; the names are Web Awesome's. */
const paths: Readonly<Record<string, string>> = {
  xmark: "M6 6l12 12M18 6L6 18",
  check: "M5 12.500l4.500 4.500L19 7.500",
  "chevron-right": "M9 5l7 7-7 7",
  "chevron-left": "M15 5l-7 7 7 7",
  "chevron-down": "M5 9l7 7 7-7",
};

// A "sprite sheet" is drawn without a request; the drawing itself is put in by the mutator, which is called again at each update.
const ours = {
  spriteSheet: true,
  resolver: (name: string) => `#${name}`,
  mutator: (svg: SVGElement, icon?: { name?: string }) => {
    const drawing = svg.querySelector("path") ?? svg.appendChild(document.createElementNS(svg.namespaceURI, "path"));
    drawing.setAttribute("d", paths[icon?.name ?? ""] ?? "");
    for (const [name, value] of Object.entries(stroke)) svg.setAttribute(name, value);
  },
};
const stroke = { viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": "2.4" };

registerIconLibrary("default", ours);
registerIconLibrary("system", ours);

// Only the words of the parts that we use; the library falls back to English for the others, which nobody sees.
registerTranslation({
  $code: "sw",
  $name: "Kiswahili",
  $dir: "ltr",
  close: "Funga",
  loading: "Inapakia",
} as Translation);
