import type WaDialog from "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import { css } from "lit";
import { readAddress } from "../../address.ts";

/** An element that asks something, and calls `answer` once when it has closed. */
interface Asking<Answer> extends HTMLElement {
  answer: (answer: Answer) => void;
}

/**
 * Puts the dialog on the page and resolves to its answer; then the dialog is gone. It belongs to the page that it was opened on: when another one
 * opens, or another thing of it, it closes as if nobody had answered.
 */
export function openDialog<Answer>(name: string, properties: object = {}): Promise<Answer> {
  return new Promise((resolve) => {
    const dialog = document.createElement(name) as Asking<Answer>;
    Object.assign(dialog, properties);
    const from = readAddress(location.hash);
    const leave = () => {
      const to = readAddress(location.hash);
      const opened = dialog.shadowRoot?.querySelector<WaDialog>("wa-dialog");
      if ((from.path !== to.path || from.id !== to.id) && opened != null) opened.open = false;
    };
    window.addEventListener("hashchange", leave);
    dialog.answer = (answer) => {
      window.removeEventListener("hashchange", leave);
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
