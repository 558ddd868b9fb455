import { css } from "lit";

/** An element that asks something, and calls `answer` once when it has closed. */
interface Asking<Answer> extends HTMLElement {
  answer: (answer: Answer) => void;
}

/** Puts the dialog on the page and resolves to its answer; then the dialog is gone. */
export function openDialog<Answer>(name: string, properties: object = {}): Promise<Answer> {
  return new Promise((resolve) => {
    const dialog = document.createElement(name) as Asking<Answer>;
    Object.assign(dialog, properties);
    dialog.answer = (answer) => {
      dialog.remove();
      resolve(answer);
    };
    document.body.append(dialog);
  });
}

/** How every dialog looks that asks one thing. */
export const dialogStyles = css`
  wa-dialog {
    --width: 440px;
    --spacing: 1.4rem;
  }
  wa-dialog::part(dialog) {
    border-top: 5px solid var(--sun);
  }
  .inside {
    display: grid;
    gap: 1.2rem;
  }
  .question {
    font-size: var(--text-heading);
    font-weight: 650;
    overflow-wrap: anywhere;
  }
`;
