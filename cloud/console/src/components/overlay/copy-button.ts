import { css, html } from "lit";
import { say } from "../../strings/strings.ts";
import { elementWith, property, state } from "../element-with.ts";
import { sharedStyles } from "../shared-styles.ts";
import { toast } from "./toast.ts";

const shownMs = 2_000;

/** Copies a text, and says on the button that it did. `text`: what is copied; `label`: what stands on the button. */
class CopyButton extends elementWith({
  text: property(""),
  label: property(""),
  isCopied: state(false),
}) {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: inline-block;
      }
      button {
        min-width: 6rem;
        justify-content: center;
      }
      .done {
        color: var(--good);
        border-color: var(--good);
      }
    `,
  ];

  override render() {
    const text = this.isCopied ? say("isCopied") : this.label || say("copy");
    // What stands in a live region does not name the button around it.
    return html`<button type="button" aria-label=${text} class=${this.isCopied ? "done" : ""} @click=${this.#copy}>
      <span role="status">${text}</span>
    </button>`;
  }

  async #copy() {
    try {
      await navigator.clipboard.writeText(this.text);
    } catch {
      toast(say("copyFailed"), "bad"); // refused, or a page without HTTPS
      return;
    }
    this.isCopied = true;
    setTimeout(() => {
      this.isCopied = false;
    }, shownMs);
  }
}
customElements.define("copy-button", CopyButton);
