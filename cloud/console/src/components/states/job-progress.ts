import { css, html, nothing } from "lit";
import { say } from "../../strings/strings.ts";
import { elementWith, property } from "../element-with.ts";
import { sharedStyles } from "../shared-styles.ts";

/** How far a job is that does something with many things. `total` 0: not known yet. */
class JobProgress extends elementWith({
  /** What is being done: "Switching off 2,000 codes". */
  text: property(""),
  done: property(0),
  failed: property(0),
  total: property(0),
}) {
  static override styles = [
    sharedStyles,
    css`
      .line {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0 var(--space-4);
      }
      progress {
        display: block;
        width: 100%;
        height: 0.9rem;
        margin-top: var(--space-2);
        accent-color: var(--brand);
      }
      .bad {
        color: var(--bad);
        font-weight: 600;
      }
    `,
  ];

  override render() {
    const count = (value: number) => value.toLocaleString("en");
    const far = this.total === 0 ? "" : say("jobProgress", { done: count(this.done), total: count(this.total) });
    return html`<div class="line">
        <strong>${this.text}</strong>
        <span class="number" role="status">
          ${far} ${this.failed === 0 ? nothing : html`<span class="bad">· ${say("jobFailed", { count: count(this.failed) })}</span>`}
        </span>
      </div>
      <progress aria-label=${this.text} max=${this.total || nothing} value=${this.total === 0 ? nothing : this.done}></progress>`;
  }
}
customElements.define("job-progress", JobProgress);
