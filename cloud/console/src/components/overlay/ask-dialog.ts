import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import type WaDialog from "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import { css, html, nothing } from "lit";
import { say } from "../../strings/strings.ts";
import { elementWith, property, state } from "../element-with.ts";
import { dialogStyles, openDialog } from "./open-dialog.ts";
import "./web-awesome.ts";
import { sharedStyles } from "../shared-styles.ts";

/** Asks before an action that can't be undone. */
class AskDialog extends elementWith({
  question: property(""),
  /** What will happen, in a sentence. */
  note: property(""),
  yes: property(""),
  no: property(""),
  isDanger: property(false),
  isOpen: state(false),
}) {
  answer: (yes: boolean) => void = () => {};
  #isYes = false;

  static override styles = [
    sharedStyles,
    dialogStyles,
    css`
      wa-dialog.danger::part(dialog) {
        border-top-color: var(--danger);
      }
      .row {
        justify-content: flex-end;
      }
      .row button {
        min-width: 0;
        text-align: left;
        overflow-wrap: anywhere;
      }
    `,
  ];

  override firstUpdated() {
    // It takes the focus only when it opens after it was drawn.
    this.isOpen = true;
  }

  override render() {
    return html`<wa-dialog
      without-header
      class=${this.isDanger ? "danger" : ""}
      label=${this.question}
      ?open=${this.isOpen}
      @wa-after-hide=${() => this.answer(this.#isYes)}
    >
      <div class="inside" role="dialog" aria-labelledby="question">
        <p id="question" class="question">${this.question}</p>
        ${this.note === "" ? nothing : html`<p class="soft">${this.note}</p>`}
        <div class="row">
          <button class="quiet" autofocus @click=${() => this.#close(false)}>${this.no === "" ? say("cancel") : this.no}</button>
          <button class="primary ${this.isDanger ? "danger" : ""}" @click=${() => this.#close(true)}>${this.yes}</button>
        </div>
      </div>
    </wa-dialog>`;
  }

  #close(isYes: boolean) {
    this.#isYes = isYes;
    (this.renderRoot.querySelector("wa-dialog") as WaDialog).open = false;
  }
}
customElements.define("ask-dialog", AskDialog);

interface AskOptions {
  /** It takes something away: the button that confirms is red, and names the thing. */
  readonly danger?: boolean;
  readonly note?: string;
  /** Stands on the button too: what will be gone. */
  readonly thing?: string;
  /** Of the button that leaves things as they are, where "Cancel" would say the opposite. */
  readonly no?: string;
}

/** Resolves to the answer. Closing the dialog means no. `yes` is the text of the button that confirms. */
export function ask(
  question: string,
  yes: string,
  { danger = false, note = "", thing = "", no = "" }: AskOptions = {},
): Promise<boolean> {
  return openDialog("ask-dialog", {
    question,
    yes: thing === "" ? yes : `${yes}: ${thing}`,
    note,
    no,
    isDanger: danger,
  });
}
