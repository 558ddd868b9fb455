/**
 * What an app on the owner's phone posts when M-Pesa's message has come: JSON or a form, under field names that such apps use. Of the
 * message only what `pasted-message.ts` knows is read. A phone forwards whatever comes, so all else is nobody's business here. Pure.
 */
import { readMessage } from "./pasted-message.ts";

export interface ForwardedMessage {
  readonly text: string;
  /** Null: the app does not say. */
  readonly sender: string | null;
}

const textFields = ["text", "message", "msg", "body", "content", "sms"] as const;
const senderFields = ["from", "sender", "phoneNumber", "number", "address", "contact"] as const;
/** Apps that put the message one level down. */
const wrappers = ["payload", "data"] as const;

/** Null: it has no text under a name that is known. */
export function readForwarded(body: string): ForwardedMessage | null {
  const fields = fieldsOf(body);
  const inside = wrappers.map((name) => fields[name]).find(isObject) ?? {};
  for (const each of [fields, inside]) {
    const text = firstText(each, textFields);
    if (text !== null) return { text, sender: firstText(each, senderFields) };
  }
  return null;
}

function fieldsOf(body: string): Record<string, unknown> {
  try {
    const read: unknown = JSON.parse(body);
    return isObject(read) ? read : {};
  } catch {
    return Object.fromEntries(new URLSearchParams(body));
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function firstText(fields: Record<string, unknown>, names: readonly string[]): string | null {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === "string" && value.trim() !== "") return value;
  }
  return null;
}

export interface MoneyTold {
  readonly receipt: string;
  readonly amountCents: number;
  readonly accountText: string | null;
}

const fromMpesa = /^M-?PESA$/i;
/** The owner's phone also tells of what its owner pays: that is no money of the provider's. */
const cameIn = /\b(?:received|umepokea)\b/i;
/** Into a wallet of the owner's own, or of a shop that uses one: no channel of the provider's got it. A paybill's says "received from", and what the paybill holds. */
const ofOwnWallet = /\byou have received\b|\bM-?PESA balance\b/i;
const wentOut = /\b(?:sent to|paid to|withdraw\w*|umetuma|umelipa|umetoa)\b/i;

/** Money that came in, as the message tells it; null: another message, or one whose form is not known. */
export function moneyTold({ text, sender }: ForwardedMessage): MoneyTold | null {
  return sender !== null && !fromMpesa.test(sender.trim()) ? null : moneyReceived(text);
}

/** The same of a message whose sender is known to be M-Pesa. */
function moneyReceived(text: string): MoneyTold | null {
  if (!cameIn.test(text) || wentOut.test(text) || ofOwnWallet.test(text)) return null;
  const { receipt, amountCents, accountText } = readMessage(text);
  return receipt === null || amountCents === null || amountCents === 0 ? null : { receipt, amountCents, accountText };
}

/** A modem may show a long message in parts. The first one is at least so long. */
const partLengthMin = 150;

/** The same where the text may be the first part of a longer one: an account at its end may lack letters, so it names none. */
export function moneyReceivedInPart(text: string): MoneyTold | null {
  const told = moneyReceived(text);
  if (told?.accountText == null) return told;
  const isCut = text.length >= partLengthMin && text.trimEnd().endsWith(told.accountText);
  return isCut ? { ...told, accountText: null } : told;
}
