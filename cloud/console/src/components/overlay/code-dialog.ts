import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import type WaDialog from "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import { html } from "lit";
import { proveSecondFactor } from "../../data/identity/account.ts";
import { say } from "../../strings/strings.ts";
import type { Values } from "../action-form.ts";
import "../action-form.ts";
import { elementWith, state } from "../element-with.ts";
import { dialogStyles, openDialog } from "./open-dialog.ts";
import "./web-awesome.ts";
import { sharedStyles } from "../shared-styles.ts";

/** Asks for a code of the second factor, before something that a stolen log-in must not do. */
class CodeDialog extends elementWith({ isOpen: state(false) }) {
  answer: (isProved: boolean) => void = () => {};
  #isProved = false;

  static override styles = [sharedStyles, dialogStyles];

  override firstUpdated() {
    // It takes the focus only when it opens after it was drawn.
    this.isOpen = true;
  }

  override render() {
    return html`<wa-dialog without-header label=${say("codeWanted")} ?open=${this.isOpen} @wa-after-hide=${() => this.answer(this.#isProved)}>
      <div class="inside" role="dialog" aria-labelledby="question">
        <p id="question" class="question">${say("codeWanted")}</p>
        <p class="soft">${say("codeWantedWhy")}</p>
        <action-form
          .fields=${[
            {
              name: "code",
              label: say("code"),
              required: true,
              autocomplete: "one-time-code",
              hint: say("orRecoveryCode"),
            },
          ]}
          submitText=${say("goOn")}
          .submit=${(values: Values) => proveSecondFactor(String(values.code))}
          @done=${() => this.#close(true)}
          ><button type="button" class="quiet" @click=${() => this.#close(false)}>${say("cancel")}</button></action-form
        >
      </div>
    </wa-dialog>`;
  }

  #close(isProved: boolean) {
    this.#isProved = isProved;
    (this.renderRoot.querySelector("wa-dialog") as WaDialog).open = false;
  }
}
customElements.define("code-dialog", CodeDialog);

/** Resolves to whether a right code was entered. Closing the dialog means no. */
export function askForCode(): Promise<boolean> {
  return openDialog("code-dialog");
}
