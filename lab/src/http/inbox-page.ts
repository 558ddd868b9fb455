/** The page of a simulated inbox: it asks for what has arrived each second, newest first. */
import { page } from "./page.ts";

interface Inbox {
  readonly title: string;
  readonly intro: string;
  readonly emptyText: string;
  /** Where the page asks: the answer is `{ items }`. */
  readonly path: string;
  /** Script: what a function of `item` runs to return the card of one. It may use `node(name, text, className)`. */
  readonly card: string;
}

export function inboxPage(inbox: Inbox): string {
  return page(
    inbox.title,
    `<main>
<h1>${inbox.title}</h1>
<p class="soft">${inbox.intro}</p>
<section id="inbox" aria-live="polite" style="margin-top:1rem"><p class="idle">${inbox.emptyText}</p></section>
</main>
<script>
const inbox = document.getElementById("inbox");
let shown = "[]";
const node = (name, text, className) => {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
};
const card = (item) => {
${inbox.card}
};
async function look() {
  let items;
  try { ({ items } = await (await fetch("${inbox.path}")).json()); } catch { return; }
  const key = JSON.stringify(items);
  if (key === shown) return;
  shown = key;
  inbox.replaceChildren(...items.map(card));
}
look();
setInterval(look, 1000);
</script>`,
  );
}
