import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import type WaDialog from "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import { html } from "lit";
import { say } from "../../strings/strings.ts";
import type { Values } from "../action-form.ts";
import "../action-form.ts";
import { elementWith, state } from "../element-with.ts";
import { dialogStyles, openDialog } from "./open-dialog.ts";
import "./web-awesome.ts";
import { sharedStyles } from "../shared-styles.ts";

/** Asks for the person's own password, before something that gives somebody access: a stolen log-in does not know it. */
class PasswordDialog extends elementWith({ isOpen: state(false) }) {
  answer: (password: string | null) => void = () => {};
  #typed: string | null = null;

  static override styles = [sharedStyles, dialogStyles];

  override firstUpdated() {
    // It takes the focus only when it opens after it was drawn.
    this.isOpen = true;
  }

  override render() {
    return html`<wa-dialog without-header label=${say("passwordWanted")} ?open=${this.isOpen} @wa-after-hide=${() => this.answer(this.#typed)}>
      <div class="inside" role="dialog" aria-labelledby="question">
        <p id="question" class="question">${say("passwordWanted")}</p>
        <p class="soft">${say("passwordWantedWhy")}</p>
        <action-form
          .fields=${[
            {
              name: "password",
              label: say("password"),
              type: "password",
              required: true,
              autocomplete: "current-password",
            },
          ]}
          submitText=${say("goOn")}
          .submit=${async (values: Values) => {
            this.#typed = String(values.password);
          }}
          @done=${() => this.#close()}
          ><button type="button" class="quiet" @click=${() => this.#close()}>${say("cancel")}</button></action-form
        >
      </div>
    </wa-dialog>`;
  }

  #close() {
    (this.renderRoot.querySelector("wa-dialog") as WaDialog).open = false;
  }
}
customElements.define("password-dialog", PasswordDialog);

/** Resolves to what was typed; the hub says whether it is right. Closing the dialog: null. */
export function askForPassword(): Promise<string | null> {
  return openDialog("password-dialog");
}
