import { html, nothing, type TemplateResult } from "lit";
import { say } from "../strings/strings.ts";

/**
 * What another party wrote: a channel, a gateway, a mail server, the operating system. It stays in the language in which it came, so
 * it stands folded away and says whose words it is. The page itself says in its own words what happened.
 */
export function rawText(text: string | null): TemplateResult | typeof nothing {
  if (text === null || text === "") return nothing;
  return html`<details class="raw">
    <summary>${say("rawWords")}</summary>
    <p class="mono" lang="en">${text}</p>
  </details>`;
}
