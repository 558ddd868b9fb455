import { html, type TemplateResult } from "lit";
import "../../components/overlay/copy-button.ts";
import { say } from "../../strings/strings.ts";

/** What an installer does with a new enrolment token. */
export function tokenSteps(token: string): TemplateResult {
  const line = `"hub": { "url": "${location.origin}", "enrolToken": "${token}" }`;
  return html`<h3 class="below">${say("nextStep")}</h3>
    <p class="soft">${say("tokenStep")}</p>
    <pre class="mono next">${line}</pre>
    <p class="row">
      <copy-button text=${line} label=${say("copyTheLine")}></copy-button>
    </p>`;
}
