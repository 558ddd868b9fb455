/**
 * The simulated Africa's Talking: `POST /version1/messaging`, form-encoded, with the key in a header. It takes and returns plain
 * values; `sms-http.ts` serves it on a port. All simulated gateways share one inbox.
 */
import { newSecret } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";

export interface SmsAccount {
  readonly username: string;
  readonly apiKey: string;
}

export const sampleSmsAccount: SmsAccount = { username: "sandbox", apiKey: "lab-sms-key" };

export interface Message {
  readonly id: string;
  readonly to: string;
  readonly from: string;
  readonly text: string;
  readonly status: string;
  readonly atMs: number;
}

export interface SimulatedAfricasTalking {
  send(apiKey: string | undefined, form: URLSearchParams): { readonly status: number; readonly body: string };
  /** Newest first. Refused messages are included, with their status. */
  messages(): readonly Message[];
}

/** Refused numbers, by their last three digits. Any other Kenyan number gets its message. */
export const refusedEndings: Readonly<Record<string, { readonly statusCode: number; readonly status: string }>> = {
  "403": { statusCode: 403, status: "InvalidPhoneNumber" },
  "405": { statusCode: 405, status: "InsufficientBalance" },
  "406": { statusCode: 406, status: "UserInBlacklist" },
  "500": { statusCode: 500, status: "InternalServerError" },
};

/** The messages of all phones and gateways, newest first. */
export interface Inbox {
  keep(message: Omit<Message, "atMs">): void;
  messages(): readonly Message[];
}

const messagesKeptMax = 1000;

export function createInbox(world: World): Inbox {
  const messages: Message[] = [];
  return {
    keep(message) {
      messages.unshift({ ...message, atMs: world.clock.wall().atMs });
      messages.length = Math.min(messages.length, messagesKeptMax);
    },
    messages: () => messages,
  };
}

/** Sends the delivery reports of a message. */
export type Report = (remoteId: string, to: string, refused: boolean) => void;

/** @param report left out: no delivery reports */
export function createSimulatedAfricasTalking(
  world: World,
  account: SmsAccount,
  inbox: Inbox = createInbox(world),
  report: Report = () => {},
): SimulatedAfricasTalking {
  const json = (status: number, value: unknown) => ({ status, body: JSON.stringify(value) });

  function deliver(number: string, from: string, text: string) {
    const refused = refusedEndings[number.slice(-3)];
    const valid = /^\+254[17]\d{8}$/.test(number);
    const { statusCode, status } = !valid
      ? { statusCode: 403, status: "InvalidPhoneNumber" }
      : (refused ?? { statusCode: 101, status: "Success" });
    const sent = statusCode === 101;
    const id = sent ? `ATXid_${newSecret(world, 16)}` : "None";
    inbox.keep({ id, to: number, from, text, status });
    if (sent) report(id, number, false);
    return { statusCode, number, cost: sent ? "KES 0.8000" : "0", status, messageId: id };
  }

  return {
    send(apiKey, form) {
      if (apiKey !== account.apiKey || form.get("username") !== account.username) {
        return { status: 401, body: "The supplied authentication is invalid" };
      }
      const to = (form.get("to") ?? "").split(",").filter((each) => each !== "");
      const text = form.get("message") ?? "";
      if (to.length === 0 || text === "")
        return { status: 400, body: `Request is missing required form field '${to.length === 0 ? "to" : "message"}'` };
      const from = form.get("from") ?? "AFRICASTKNG";
      // Africa's Talking answers 201 here too: a bad sender id shows as an empty list of recipients.
      if (from.length > 11) return json(201, { SMSMessageData: { Message: "InvalidSenderId", Recipients: [] } });
      const recipients = to.map((number) => deliver(number, from, text));
      const good = recipients.filter((each) => each.statusCode === 101).length;
      const cost = (good * 0.8).toFixed(4);
      const summary = `Sent to ${good}/${recipients.length} Total Cost: KES ${cost}`;
      return json(201, { SMSMessageData: { Message: summary, Recipients: recipients } });
    },
    messages: inbox.messages,
  };
}
