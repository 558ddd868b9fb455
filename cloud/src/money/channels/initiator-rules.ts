/** What a channel says of the initiator: the name, password and certificate that sign its asynchronous calls. */
import type { Mail } from "../../ground/mail/mail.ts";
import type { ChannelSettings } from "./channel.ts";
import type { EnteredKeys } from "./key-fields.ts";

/** Why a channel refuses an initiator, in a word that screens and mails have a sentence for. */
export const initiatorReasons = ["name-or-password", "locked", "no-permission", "bad-request", "short-code"] as const;
export type InitiatorReason = (typeof initiatorReasons)[number];

export interface InitiatorRefusal {
  readonly reason: InitiatorReason;
  /** `everything`: the password itself is refused. `questions`: this initiator, or its short code, can't ask for a status. */
  readonly stops: "everything" | "questions";
}

export interface InitiatorRules {
  /** What a result code says against the initiator; null: nothing. */
  readRefusal(code: string): InitiatorRefusal | null;
  /** The channel gives this code only after it accepted the initiator's name and password. */
  provesInitiator(code: string): boolean;
  /** What of these keys stands in the clear in the row's settings. */
  settingsOf(keys: EnteredKeys): Partial<ChannelSettings>;
  /** Days of a password's life at which its owners are reminded; the last one is its end. */
  readonly passwordDays: readonly number[];
  /** Mail to the provider's owners. `locale`: `en` or `sw`. */
  refusedMail(to: string, locale: string, refused: InitiatorRefused): Mail;
  passwordMail(to: string, locale: string, ends: PasswordEnds): Mail;
}

export interface InitiatorRefused {
  readonly providerId: string;
  /** The channel's name. */
  readonly channel: string;
  readonly initiatorName: string;
  readonly reason: InitiatorReason;
  readonly stops: "everything" | "questions";
  /** The channel's code and words. */
  readonly problem: string;
}

export interface PasswordEnds {
  readonly channel: string;
  readonly daysLeft: number;
}
