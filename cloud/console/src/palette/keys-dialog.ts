import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import type WaDialog from "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import { css, html } from "lit";
import { elementWith, property, state } from "../components/element-with.ts";
import { dialogStyles, openDialog } from "../components/overlay/open-dialog.ts";
import "../components/overlay/web-awesome.ts";
import { sharedStyles } from "../components/shared-styles.ts";
import type { Room } from "../rooms.ts";
import { say } from "../strings/strings.ts";
import { roomKeys } from "./hotkey.ts";

/** All keys that do something, by what this user may open. */
class KeysDialog extends elementWith({ rooms: property<readonly Room[]>([]), isOpen: state(false) }) {
  answer: (nothing: null) => void = () => {};

  static override styles = [
    sharedStyles,
    dialogStyles,
    css`
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 0.4rem 1.2rem;
        margin: 0;
      }
      dd {
        margin: 0;
      }
      kbd {
        font: inherit;
        font-size: var(--text-small);
        padding: 0.05rem 0.5rem;
        border: 1px solid var(--edge);
        border-radius: 7px;
        white-space: nowrap;
      }
    `,
  ];

  override firstUpdated() {
    // It takes the focus only when it opens after it was drawn.
    this.isOpen = true;
  }

  override render() {
    return html`<wa-dialog without-header label=${say("keysTitle")} ?open=${this.isOpen} light-dismiss @wa-after-hide=${() => this.answer(null)}>
      <div class="inside" role="dialog" aria-labelledby="question">
        <p id="question" class="question">${say("keysTitle")}</p>
        <dl>
          <dt><kbd>/</kbd> <kbd>Ctrl K</kbd></dt>
          <dd>${say("keySearch")}</dd>
          ${this.rooms.map(
            ({ name, title }) => html`<dt><kbd>g</kbd> <kbd>${roomKeys[name]}</kbd></dt>
              <dd>${say(title)}</dd>`,
          )}
          <dt><kbd>↑</kbd> <kbd>↓</kbd> <kbd>Enter</kbd></dt>
          <dd>${say("keyRows")}</dd>
          <dt><kbd>Esc</kbd></dt>
          <dd>${say("keyShut")}</dd>
          <dt><kbd>?</kbd></dt>
          <dd>${say("keyList")}</dd>
        </dl>
        <div class="row"><button autofocus @click=${() => this.#close()}>${say("close")}</button></div>
      </div>
    </wa-dialog>`;
  }

  #close() {
    (this.renderRoot.querySelector("wa-dialog") as WaDialog).open = false;
  }
}
customElements.define("keys-dialog", KeysDialog);

/** Resolves when it is closed. */
export const showKeys = (rooms: readonly Room[]): Promise<null> => openDialog("keys-dialog", { rooms });
