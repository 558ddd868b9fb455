import { html, nothing, type TemplateResult } from "lit";
import type { Site } from "../../data/fleet/sites.ts";
import { say, word } from "../../strings/strings.ts";

const tones: Record<Site["state"], string> = {
  online: "good",
  error: "bad",
  offline: "bad",
  pending: "warn",
  revoked: "bad",
};
/** In the order of the filter. */
export const siteStates = ["online", "error", "offline", "pending", "revoked"] as const;

export function siteBadge(state: Site["state"]): TemplateResult {
  return html`<span class="badge ${tones[state]}">${word("site", state)}</span>`;
}

/** Warns of a stick that is likely to fail; otherwise nothing. */
export function stickBadge(stick: Site["stick"]): TemplateResult | typeof nothing {
  if (stick === null) return nothing;
  return html`<span class="badge bad">${say("stickWears", { count: stick.weeks })}</span>`;
}

/** Warns of a disk that refuses to write; otherwise nothing. */
export function diskBadge(disk: Site["disk"]): TemplateResult | typeof nothing {
  return disk === "refuses" ? html`<span class="badge bad">${say("diskRefuses")}</span>` : nothing;
}
