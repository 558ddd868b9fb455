import { css, html } from "lit";
import { say } from "../strings/strings.ts";
import { elementWith, property } from "./element-with.ts";
import { sharedStyles } from "./shared-styles.ts";

/** Asks before an action that can't be undone. */
class AskDialog extends elementWith({
  question: property(""),
  yes: property(""),
}) {
  answer: (yes: boolean) => void = () => {};

  static override styles = [
    sharedStyles,
    css`
      dialog {
        width: min(440px, calc(100vw - 2rem));
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface);
        color: var(--ink);
        padding: 1.4rem;
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 0.45);
      }
      form {
        display: grid;
        gap: 1.2rem;
      }
      .row {
        justify-content: flex-end;
      }
    `,
  ];

  override firstUpdated() {
    this.#dialog.showModal();
  }

  get #dialog(): HTMLDialogElement {
    return this.renderRoot.querySelector("dialog") as HTMLDialogElement;
  }

  override render() {
    return html`<dialog aria-labelledby="question" @close=${() => this.answer(this.#dialog.returnValue === "yes")}>
      <form method="dialog">
        <p id="question">${this.question}</p>
        <div class="row">
          <button value="no" class="quiet" autofocus>${say("cancel")}</button>
          <button value="yes" class="primary">${this.yes}</button>
        </div>
      </form>
    </dialog>`;
  }
}
customElements.define("ask-dialog", AskDialog);

/** Resolves to the answer. Closing the dialog means no. `yes` is the text of the button that confirms. */
export function ask(question: string, yes: string): Promise<boolean> {
  return new Promise((resolve) => {
    const dialog = document.createElement("ask-dialog") as AskDialog;
    dialog.question = question;
    dialog.yes = yes;
    dialog.answer = (answer) => {
      dialog.remove();
      resolve(answer);
    };
    document.body.append(dialog);
  });
}
