/**
 * A code as a picture that another phone's camera reads: it leads to this portal, which redeems what stands behind the `#` (browsers send that to
 * nobody). Who photographs it has the code, as who reads it from the screen has. Pure.
 */
import { generate } from "lean-qr";
import { escapeHtml } from "../http/escape-html.ts";

const quietModules = 4;

/** As SVG, black on white in any theme. `homeUrl`: where phones of this network reach the portal. `title`: for who does not see it. */
export function codePicture(homeUrl: string, code: string, title: string): string {
  const modules = generate(new URL(`/#v=${encodeURIComponent(code)}`, homeUrl).href);
  const side = modules.size + 2 * quietModules;
  let path = "";
  for (let y = 0; y < modules.size; y++) {
    for (let x = 0; x < modules.size; x++) {
      let dark = 0;
      while (modules.get(x + dark, y)) dark++;
      if (dark > 0) path += `M${x + quietModules} ${y + quietModules}h${dark}v1h-${dark}z`;
      x += dark;
    }
  }
  return `<svg class="scan" role="img" aria-label="${escapeHtml(title)}" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${side}v${side}H0z"/><path d="${path}"/></svg>`;
}
