import { createSmtp } from "@karibu/cloud/ground/mail/smtp";
import { startSmtpServer } from "@karibu/cloud/ground/mail/test-smtp-server";
import { expect, test } from "vitest";
import { readLetter } from "./read-letter.ts";

test.each([
  ["plain words", "Open it", "Follow the link:\n\nhttp://hub.test/#/sign-up/a.b\n"],
  [
    "words beyond ASCII",
    "Karibu — jambo, rafiki wa mtandao wa Nyota, na wengine wote pia",
    "Fungua…\n.\nhttp://hub.test/#/x/é=20\n",
  ],
  [
    "a line that is longer than mail allows",
    "Long",
    `${"word ".repeat(300)}http://hub.test/#/sign-up/${"a1".repeat(60)}\n`,
  ],
])("a letter of the hub is read back as it was written: %s", async (_name, subject, text) => {
  const server = await startSmtpServer();
  const smtp = createSmtp(server.url);
  await smtp.send({ to: "asha@example.test", subject, text });
  expect(readLetter(server.letters[0]?.raw ?? "")).toEqual({ subject, text: text.trimEnd() });
  smtp.close();
  await server.stop();
});
