import { css, html } from "lit";
import { elementWith, property } from "../components/element-with.ts";
import { sharedStyles } from "../components/shared-styles.ts";
import { emptyState, stateStyles } from "../components/states/empty-state.ts";
import { say } from "../strings/strings.ts";

/**
 * The whole screen while the hub can't be reached at the start: what stands still, and what goes on without it. Dispatches `retry` at a press, and
 * by itself when the phone has a network again or is looked at again.
 */
class AwayPage extends elementWith({ language: property(""), isBusy: property(false) }) {
  static override styles = [
    sharedStyles,
    stateStyles,
    css`
      main {
        min-height: 100dvh;
        display: grid;
        place-content: center;
        justify-items: center;
        padding: 1.2rem;
        background: var(--paper);
      }
      .state {
        max-width: 30rem;
      }
      h1 {
        margin: 0;
        color: var(--ink);
      }
      button {
        min-height: 56px;
        min-width: 12rem;
        justify-content: center;
      }
    `,
  ];

  /** The network came back while a try was under way, which may have begun too early. */
  #isDue = false;

  readonly #again = () => {
    if (document.visibilityState !== "visible") return;
    this.#isDue = this.isBusy;
    if (!this.isBusy) this.dispatchEvent(new Event("retry"));
  };

  override updated() {
    if (this.#isDue && !this.isBusy) this.#again();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("online", this.#again);
    document.addEventListener("visibilitychange", this.#again);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("online", this.#again);
    document.removeEventListener("visibilitychange", this.#again);
  }

  override render() {
    document.title = `${say("awayTitle")} · ${say("product")}`;
    return html`<main>
      ${emptyState(say("awayWhat"), {
        picture: "signal",
        heading: say("awayTitle"),
        action: html`<p>${say("awayGoesOn")}</p>
          <button class="primary" ?disabled=${this.isBusy} @click=${this.#again}>${say(this.isBusy ? "awayTrying" : "retry")}</button>`,
      })}
    </main>`;
  }
}
customElements.define("away-page", AwayPage);
