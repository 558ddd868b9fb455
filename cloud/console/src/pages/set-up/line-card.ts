import { css, html } from "lit";
import "../../components/overlay/copy-button.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { duration } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

/** The line to paste, how to paste it, and how long it works. */
class LineCard extends elementWith({
  line: property(""),
  expiresAtMs: property(0),
  nowMs: state(0),
}) {
  #timer: ReturnType<typeof setInterval> | null = null;

  static override styles = [
    sharedStyles,
    css`
      pre {
        margin: var(--space-3) 0;
        padding: var(--space-3);
        max-height: 11rem;
        overflow: auto;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        background: var(--well);
        border-radius: var(--radius-small);
      }
      ol {
        margin: var(--space-3) 0 0;
        padding-left: 1.3rem;
        display: grid;
        gap: var(--space-2);
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.nowMs = Date.now();
    this.#timer = setInterval(() => {
      this.nowMs = Date.now();
    }, 1000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  override render() {
    const leftSeconds = Math.max(0, Math.round((this.expiresAtMs - this.nowMs) / 1000));
    return html`<ol>
        <li>${say("lineStep_open")}</li>
        <li>${say("lineStep_paste")}</li>
        <li>${say("lineStep_watch")}</li>
      </ol>
      <pre class="mono" tabindex="0" aria-label=${say("theLine")}>${this.line}</pre>
      <p class="row">
        <copy-button text=${this.line} label=${say("copyTheLine")}></copy-button>
        <span class="soft number">${
          leftSeconds === 0 ? say("lineExpired") : say("lineTimeLeft", { left: duration(leftSeconds) })
        }</span>
      </p>`;
  }
}
customElements.define("line-card", LineCard);
