import type { ActionForm } from "./action-form.ts";

/**
 * A card that a button far above or below has opened, and that is read first: it comes into view, and the keyboard goes on in it. A form does so by itself
 * where it is there at once (`action-form.ts`).
 */
export async function bringIntoView(card: HTMLElement | null): Promise<void> {
  if (card === null) return;
  const form = card.querySelector<ActionForm>("action-form");
  await form?.updateComplete;
  const first = form?.renderRoot.querySelector<HTMLElement>("input, select, textarea") ?? card;
  first.focus({ preventScroll: true });
  card.scrollIntoView({ block: card.clientHeight < window.innerHeight ? "nearest" : "start" });
}
