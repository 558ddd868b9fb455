/** What a language of text messages is: all of it stands in one file, which `every-language.ts` names. */
import type { TemplateName } from "./template-list.ts";

export interface SmsWords {
  /** The usual words of each text (`template-list.ts` has their variables), in letters of GSM-7: one other letter makes each SMS hold less than half. */
  readonly templates: Readonly<Record<TemplateName, string>>;
  /** January first, as short as people write them. */
  readonly months: readonly string[];
  /** After a payment: what to do where the connection is lost. `code`: the text has one; `phone`: it has none. */
  readonly payHelp: { readonly code: string; readonly phone: string };
  /** How long what was paid for is good. */
  until(moment: string): string;
  fromLogIn(count: number, unit: "day" | "hour" | "minute"): string;
  /** With a one-time code. The provider's name is in plain letters. */
  logInCode(code: string, provider: string): string;
  trialCode(code: string, provider: string): string;
  /** @param digits of an amount, like `12,500.50` */
  amount(digits: string): string;
}
