import { generate } from "lean-qr";
import { css, html, svg } from "lit";
import { elementWith, property } from "./element-with.ts";

const quietModules = 4;

/** A QR code, dark on light in both themes: scanners need that. */
class QrCode extends elementWith({
  text: property(""),
  label: property(""),
}) {
  static override styles = css`
    svg {
      display: block;
      width: min(240px, 100%);
      background: #fff;
      border-radius: 12px;
    }
  `;

  override render() {
    if (this.text === "") return html``;
    const code = generate(this.text);
    const size = code.size + 2 * quietModules;
    let path = "";
    for (let y = 0; y < code.size; y++) {
      for (let x = 0; x < code.size; x++) {
        if (code.get(x, y)) path += `M${x + quietModules} ${y + quietModules}h1v1h-1z`;
      }
    }
    return html`<svg viewBox="0 0 ${size} ${size}" role="img" aria-label=${this.label}>
      ${svg`<path fill="#000" shape-rendering="crispEdges" d=${path}></path>`}
    </svg>`;
  }
}
customElements.define("qr-code", QrCode);
