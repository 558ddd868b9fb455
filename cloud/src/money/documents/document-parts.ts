import type { Parties } from "../../ground/amounts/parties.ts";
import type { Database } from "../../ground/db/database.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import type { Mailer } from "../../ground/mail/mailer.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import type { Messaging } from "../../messaging/create-messaging.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import type { PaymentLinkOf } from "./document-pdf.ts";
import type { IssueParts } from "./issue-document.ts";

export interface DocumentParts extends IssueParts {
  readonly database: Database;
  readonly envelope: Envelope;
  readonly parties: Parties;
  readonly jobs: JobQueue;
  readonly ledger: Ledger;
  /** How browsers reach this hub, without a slash at its end. */
  readonly publicUrl: string;
  /** Null: no text message is sent. */
  readonly messaging: Messaging | null;
  /** Left out: no letter is sent. */
  readonly mailer?: Pick<Mailer, "write">;
  /** Left out: no document says where it can be paid by a link. */
  readonly paymentLinkOf?: PaymentLinkOf | undefined;
}
