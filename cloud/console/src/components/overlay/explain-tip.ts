import "@awesome.me/webawesome/dist/components/tooltip/tooltip.js";
import { css, html } from "lit";
import { say } from "../../strings/strings.ts";
import { elementWith, property } from "../element-with.ts";
import { sharedStyles } from "../shared-styles.ts";

/** A `?` that explains the word before it: on hover, on focus, and by a tap. */
class ExplainTip extends elementWith({ text: property("") }) {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: inline-block;
        vertical-align: middle;
      }
      button {
        min-height: 24px;
        width: 24px;
        padding: 0;
        justify-content: center;
        border-radius: 50%;
        font-size: 0.85rem;
        color: var(--ink-soft);
      }
      wa-tooltip {
        --max-width: 34ch;
      }
    `,
  ];

  constructor() {
    super();
    // Inside a label a click would go on to its field.
    this.addEventListener("click", (event) => event.preventDefault());
  }

  override render() {
    return html`<button id="why" type="button" aria-label=${say("whatIsThis")}>?</button>
      <wa-tooltip for="why" trigger="hover focus click">${this.text}</wa-tooltip>`;
  }
}
customElements.define("explain-tip", ExplainTip);
