/** Mail by the hub's own SMTP server. Providers' servers: `own-server.ts`. */
import { createTransport } from "nodemailer";
import type { Mail, SendMail } from "./mail.ts";
import { plainName } from "./plain-name.ts";

/** `url`: `smtp://user:password@host:587` or `smtps://…`. A query `?from=…` names the sender; the default is the user. */
export function createSmtp(url: string): { send: SendMail; close: () => void } {
  const address = new URL(url);
  const user = decodeURIComponent(address.username);
  const from = address.searchParams.get("from") ?? (user.includes("@") ? user : `karibu@${address.hostname}`);
  address.searchParams.delete("from");
  const transport = createTransport({
    url: address.href,
    pool: true,
    maxConnections: 2,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    send: async (mail) => {
      await transport.sendMail({ from: fromOf(from, mail), ...messageOf(mail) });
    },
    close: () => transport.close(),
  };
}

/** The sender's address under the letter's own name. A name of many words is a name still: a mail program shows it beside the address. */
export function fromOf(from: string, { fromName }: Pick<Mail, "fromName">): string | { name: string; address: string } {
  if (fromName == null) return from;
  return { name: plainName(fromName), address: /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from };
}

/** A letter as nodemailer takes it. */
export function messageOf({ unsubscribeUrl, attachment: file, to, subject, text }: Mail) {
  const headers =
    unsubscribeUrl === undefined
      ? {}
      : { "List-Unsubscribe": `<${unsubscribeUrl}>`, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" };
  const attachments =
    file === undefined ? [] : [{ filename: file.name, contentType: file.mediaType, content: Buffer.from(file.bytes) }];
  return { to, subject, text, headers, attachments };
}
