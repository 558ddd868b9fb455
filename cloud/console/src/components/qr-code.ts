import { css, html, svg } from "lit";
import { elementWith, property } from "./element-with.ts";
import { qrPath } from "./qr-path.ts";

/** A QR code, dark on light in both themes: scanners need that. */
class QrCode extends elementWith({
  text: property(""),
  label: property(""),
}) {
  static override styles = css`
    svg {
      display: block;
      width: min(var(--qr-width, 240px), 100%);
      background: #fff;
      border-radius: 12px;
    }
  `;

  override render() {
    if (this.text === "") return html``;
    const { path, side } = qrPath(this.text);
    return html`<svg viewBox="0 0 ${side} ${side}" role="img" aria-label=${this.label}>
      ${svg`<path fill="#000" shape-rendering="crispEdges" d=${path}></path>`}
    </svg>`;
  }
}
customElements.define("qr-code", QrCode);
