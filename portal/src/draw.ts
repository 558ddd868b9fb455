import { render, type TemplateResult } from "lit/html.js";
import { effect } from "./data/signals.ts";

/**
 * Draws a view, and draws it again when a signal that it reads changes: once for all changes of one moment. `after` runs after each
 * drawing. There is no element class: the page is one view, and each byte of the first script costs a customer time.
 */
export function draw(view: () => TemplateResult, root: HTMLElement, after: () => void): void {
  let isDrawing = true;
  const stop = effect(() => {
    if (isDrawing) render(view(), root);
    else
      void Promise.resolve().then(() => {
        stop();
        draw(view, root, after);
      });
    isDrawing = false;
  });
  after();
}
