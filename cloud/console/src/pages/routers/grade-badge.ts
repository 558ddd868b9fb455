import { html, type TemplateResult } from "lit";
import type { GradedRouter } from "../../data/fleet/router-health.ts";
import { say } from "../../strings/strings.ts";

const tones = { A: "good", B: "good", C: "warn", D: "warn", E: "bad", F: "bad" } as const;

/** The letter, told to screen readers as a grade. */
export function gradeBadge(grade: GradedRouter["grade"]): TemplateResult {
  if (grade === null) return html`<span class="badge">${say("gradeUnknown")}</span>`;
  return html`<span class="badge ${tones[grade]}" aria-label=${say("gradeOf", { grade })}>${grade}</span>`;
}
