import { html, type TemplateResult } from "lit";
import type { Site } from "../../data/sites.ts";
import { word } from "../../strings/strings.ts";

const tones: Record<Site["state"], string> = { online: "good", offline: "bad", pending: "warn", revoked: "bad" };

export function siteBadge(state: Site["state"]): TemplateResult {
  return html`<span class="badge ${tones[state]}">${word("site", state)}</span>`;
}
