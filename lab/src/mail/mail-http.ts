/** One page for the mail of everybody, newest first: what the hub sent to the simulated mail server. */
import type { World } from "@karibu/protocol/world";
import express, { type Express } from "express";
import { inboxPage } from "../http/inbox-page.ts";
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
  app.get("/", (_, response) => void response.type("html").send(mailPage));
  app.get("/lab/letters", (_, response) => void response.json({ items: letters }));
  return {
    app,
    take({ from, to, raw }) {
      letters.unshift({ ...readLetter(raw), from, to: to.join(", "), atMs: world.clock.wall().atMs });
      letters.length = Math.min(letters.length, lettersKeptMax);
    },
  };
}

const mailPage = inboxPage({
  title: "Simulated e-mail",
  intro: "Every e-mail that the hub sent, newest first. Nothing leaves this machine.",
  emptyText: "No e-mails yet.",
  path: "/lab/letters",
  // Addresses become links; all else stays text.
  card: `const text = node("p", "");
text.style.whiteSpace = "pre-line";
text.style.overflowWrap = "anywhere";
item.text.split(/(https?:\\/\\/\\S+)/).forEach((part, at) => {
  if (at % 2 === 0) return text.append(part);
  const link = node("a", part);
  link.href = part;
  text.append(link);
});
const made = node("article", "", "message");
const time = new Date(item.atMs).toLocaleTimeString();
made.append(node("p", "to " + item.to + ", " + time, "soft"), node("h2", item.subject), text);
return made;`,
});
