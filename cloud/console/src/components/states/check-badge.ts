import { html, type TemplateResult } from "lit";
import { say } from "../../strings/strings.ts";

/** What a check found, before the words that say what. */
export const checkBadge = (isGood: boolean): TemplateResult =>
  html`<span class="badge ${isGood ? "good" : "bad"}">${say(isGood ? "checkGood" : "checkBad")}</span>`;
