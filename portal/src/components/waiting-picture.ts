import { html, svg, type TemplateResult } from "lit/html.js";

/** A picture of a phone: with the prompt, a tick, or a sign of failure. */
export function waitingPicture(picture: "prompt" | "asking" | "paid" | "failed" | "connecting"): TemplateResult {
  return html`<svg class="scene scene-${picture}" viewBox="0 0 220 180" aria-hidden="true" focusable="false">
    <circle class="wave wave-1" cx="110" cy="90" r="58" />
    <circle class="wave wave-2" cx="110" cy="90" r="74" />
    <rect class="phone" x="72" y="14" width="76" height="152" rx="14" />
    <rect class="screen" x="78" y="26" width="64" height="128" rx="6" />
    <rect class="speaker" x="100" y="19" width="20" height="3" rx="1.5" />
    ${content(picture)}
  </svg>`;
}

function content(picture: "prompt" | "asking" | "paid" | "failed" | "connecting") {
  if (picture === "paid") {
    return svg`<circle class="good" cx="110" cy="90" r="24"/><path class="stroke" d="M99 91l8 8 14-16"/>`;
  }
  if (picture === "failed") {
    return svg`<circle class="bad" cx="110" cy="90" r="24"/><path class="stroke" d="M110 78v14M110 101v1"/>`;
  }
  if (picture === "connecting") {
    return svg`<path class="wifi wifi-3" d="M88 84a31 31 0 0 1 44 0"/><path class="wifi wifi-2" d="M95 92a21 21 0 0 1 30 0"/><path class="wifi wifi-1" d="M102 100a11 11 0 0 1 16 0"/><circle class="wifi-dot" cx="110" cy="108" r="3.5"/>`;
  }
  return svg`<rect class="dialog" x="83" y="58" width="54" height="62" rx="6"/>
    <rect class="words" x="90" y="66" width="26" height="4" rx="2"/><rect class="words words-2" x="90" y="75" width="40" height="3" rx="1.5"/>
    <rect class="pin" x="90" y="86" width="40" height="13" rx="3"/>
    <circle class="dot dot-1" cx="98" cy="92.5" r="2.4"/><circle class="dot dot-2" cx="106" cy="92.5" r="2.4"/><circle class="dot dot-3" cx="114" cy="92.5" r="2.4"/><circle class="dot dot-4" cx="122" cy="92.5" r="2.4"/>
    <rect class="send" x="110" y="105" width="20" height="8" rx="3"/>`;
}
