/** A letter, and how one is sent. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** How to end such letters: becomes the headers of RFC 8058. It must be an https address, or mail programs ignore it. */
  readonly unsubscribeUrl?: string | undefined;
  /** In the provider's own name to a customer: its own mail server takes it, where there is one. Never what gives access. */
  readonly fromProvider?: true;
  /** Whom a mail program shows as the sender, before the address. Left out or null: the server's own name. */
  readonly fromName?: string | null | undefined;
  /** A file that goes with it; its bytes are stored sealed too. */
  readonly attachment?: Attachment;
}

export interface Attachment {
  /** `INV-2026-000007.pdf`: plain letters. */
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** Rejects when the mail server did not accept it. */
export type SendMail = (mail: Mail) => Promise<void>;
