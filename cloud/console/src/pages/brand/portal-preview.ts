import { css, html } from "lit";
import { elementWith, property } from "../../components/element-with.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { say } from "../../strings/strings.ts";
import type { Preview } from "./preview-state.ts";

/**
 * The portal as a customer's phone shows it: the very files that sites serve, in a frame. The frame has an origin of its own (`sandbox`), so that
 * nothing in it reaches this console; it is told what to show, and says nothing back.
 */
class PortalPreview extends elementWith({ preview: property<Preview | null>(null) }) {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: block;
      }
      iframe {
        display: block;
        box-sizing: border-box;
        width: min(360px, 100%);
        height: 720px;
        margin: 0 auto;
        border: 1px solid var(--edge);
        border-radius: 1.5rem;
        background: var(--raised);
      }
      @media (max-width: 70rem) {
        iframe {
          height: 480px;
        }
      }
    `,
  ];

  override render() {
    return html`<iframe
      src="/portal-preview/"
      sandbox="allow-scripts"
      title=${say("previewTitle")}
      @load=${() => this.#tell()}
    ></iframe>`;
  }

  override updated() {
    this.#tell();
  }

  #tell(): void {
    // The frame's origin is opaque: no name of it could be given here. What is said is what its customers may see.
    this.renderRoot.querySelector("iframe")?.contentWindow?.postMessage(this.preview, "*");
  }
}
customElements.define("portal-preview", PortalPreview);
