/** One page for the mail of everybody, newest first: what the hub sent to the simulated mail server. */
import type { World } from "@karibu/protocol/world";
import express, { type Express } from "express";
import { page } from "../http/page.ts";
import { type Letter, readLetter } from "./read-letter.ts";

interface KeptLetter extends Letter {
  readonly to: string;
  readonly from: string;
  readonly atMs: number;
}

export interface MailInbox {
  readonly app: Express;
  take(letter: { readonly from: string; readonly to: readonly string[]; readonly raw: string }): void;
}

const lettersKeptMax = 1000;

export function createMailInbox(world: World): MailInbox {
  const letters: KeptLetter[] = [];
  const app = express().disable("x-powered-by");
  app.get("/health", (_, response) => void response.json({ ok: true }));
  app.get("/", (_, response) => void response.type("html").send(inboxPage));
  app.get("/lab/letters", (_, response) => void response.json({ items: letters }));
  return {
    app,
    take({ from, to, raw }) {
      letters.unshift({ ...readLetter(raw), from, to: to.join(", "), atMs: world.clock.wall().atMs });
      letters.length = Math.min(letters.length, lettersKeptMax);
    },
  };
}

const inboxPage = page(
  "Simulated e-mail",
  `<main>
<h1>Simulated e-mail</h1>
<p class="soft">Every e-mail that the hub sent, newest first. Nothing leaves this machine.</p>
<section id="inbox" aria-live="polite" style="margin-top:1rem"><p class="idle">No e-mails yet.</p></section>
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
/** Addresses become links; all else stays text. */
function linked(text) {
  const made = node("p", "");
  made.style.whiteSpace = "pre-line";
  made.style.overflowWrap = "anywhere";
  text.split(/(https?:\\/\\/\\S+)/).forEach((part, at) => {
    if (at % 2 === 0) return made.append(part);
    const link = node("a", part);
    link.href = part;
    made.append(link);
  });
  return made;
}
async function look() {
  let items;
  try { ({ items } = await (await fetch("/lab/letters")).json()); } catch { return; }
  const key = JSON.stringify(items);
  if (key === shown) return;
  shown = key;
  inbox.replaceChildren(...items.map((letter) => {
    const card = node("article", "", "message");
    const time = new Date(letter.atMs).toLocaleTimeString();
    card.append(node("p", "to " + letter.to + ", " + time, "soft"), node("h2", letter.subject), linked(letter.text));
    return card;
  }));
}
look();
setInterval(look, 1000);
</script>`,
);
