/** The simulated mail server as a process. PORT: the inbox page (8009). SMTP_PORT: where the hub sends mail (8010). */

import { startSmtpServer } from "@karibu/cloud/ground/mail/test-smtp-server";
import { serve } from "../http/serve.ts";
import { realWorld } from "../world/real-world.ts";
import { createMailInbox } from "./mail-http.ts";

const inbox = createMailInbox(realWorld());
await startSmtpServer(undefined, { port: Number(process.env.SMTP_PORT ?? 8010), taken: inbox.take });
serve(inbox.app, "mail simulator", 8009);
