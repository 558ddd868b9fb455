/** Mail by the hub's own SMTP server. Providers' servers: `own-server.ts`. */
import { createTransport } from "nodemailer";
import type { Mail, SendMail } from "./mail.ts";

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
      await transport.sendMail({ from, ...messageOf(mail) });
    },
    close: () => transport.close(),
  };
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
