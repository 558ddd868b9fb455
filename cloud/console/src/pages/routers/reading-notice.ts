/** How old what a page shows of a router is, and why there is nothing newer. */
import { html, nothing, type TemplateResult } from "lit";
import { rawText } from "../../components/raw-text.ts";
import type { Reading } from "../../data/fleet/routers.ts";
import { dateTimeSeconds, type Zone } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

export function readingNotice(reading: Reading | null, zone: Zone): TemplateResult | typeof nothing {
  if (reading === null) return nothing;
  const { state, why, words, readAtMs, isHere } = reading;
  const time = readAtMs === null ? null : dateTimeSeconds(readAtMs, zone);
  if (state === "live")
    return html`${isHere ? nothing : html`<p class="notice">${say("menuNotHere")}</p>`}
      <p class="soft panel" role="status">${time === null ? nothing : say("readAt", { time })}</p>`;
  return html`<div class="notice bad" role="status">
    <p>${why === null ? nothing : word("reading", why)} ${time === null ? say("neverRead") : say("lastKnownAt", { time })}</p>
    ${rawText(words)}
  </div>`;
}
