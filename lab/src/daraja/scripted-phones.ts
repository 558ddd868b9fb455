/** Phones that act by a script. Any other number waits until a person opens `/phone/<number>`. */
import { errorAnswer } from "./daraja-answers.ts";

export interface Script {
  readonly msisdn: string;
  readonly does: string;
  /** What the "customer" does. */
  readonly outcome: { readonly code: string; readonly text: string };
  /** `lost`: an error after the prompt reached the phone. An object: the push is refused with it, and no prompt appears. */
  readonly answer: "accepted" | "lost" | "late" | { readonly status: number; readonly body: string };
  /** How the callback is delivered. `late` waits for `lateMs`; default: the simulator's. */
  readonly callback: "once" | "twice" | "never" | "late" | "odd" | "bare" | "less" | "other-id" | "then-paid";
  readonly lateMs?: number;
  /** How STK queries are answered before the true answer. */
  readonly queries?: "stutters" | "too-early" | "1037-while-open";
  /** How long the prompt stays open. Default: the simulator's. */
  readonly actsAfterMs?: number;
}

const paid = { code: "0", text: "The service request is processed successfully." };
const cancelled = { code: "1032", text: "Request cancelled by user." };
const unreachable = { code: "1037", text: "No response from user." };

function script(last3: string, does: string, rest: Partial<Script> = {}): Script {
  return { outcome: paid, answer: "accepted", callback: "once", ...rest, msisdn: `254700000${last3}`, does };
}

const refusal = (status: number, code: string, text: string) => {
  const { body } = errorAnswer(status, code, text);
  return { answer: { status, body } } as const;
};
const html = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>";
const spike = JSON.stringify({
  fault: {
    faultstring:
      "Spike arrest violation. Allowed rate : MessageRate{messagesPerPeriod=5, periodInMicroseconds=60000000, maxBurstMessageCount=1.0}",
    detail: { errorcode: "policies.ratelimit.SpikeArrestViolation" },
  },
});

export const scriptedPhones: readonly Script[] = [
  script("001", "pays"),
  script("002", "cancels (1032)", { outcome: cancelled }),
  script("003", "types a wrong PIN (2001)", {
    outcome: { code: "2001", text: "The initiator information is invalid." },
  }),
  script("004", "has no funds (1)", {
    outcome: { code: "1", text: "The balance is insufficient for the transaction." },
  }),
  script("005", "can't be reached (1037)", { outcome: unreachable }),
  script("006", "pays; the callback is lost", { callback: "never" }),
  script("007", "pays; the callback comes twice at once", { callback: "twice" }),
  script("008", "pays; the callback comes late", { callback: "late" }),
  script("009", "pays; the callback comes before the push is answered", { answer: "late" }),
  script("010", "pays; the push's answer is lost (HTTP 500 after the prompt)", { answer: "lost" }),
  script("011", "pays; the callback names another amount", { callback: "less" }),
  script("012", "pays; the callback's shape is odd (text, order, missing items)", { callback: "odd" }),
  script("013", "ends with a code that nobody lists (7777)", { outcome: { code: "7777", text: "Something new." } }),
  script(
    "014",
    "the push is refused: merchant does not exist",
    refusal(500, "500.001.1001", "Merchant does not exist"),
  ),
  script("015", "is reported as cancelled, and then pays after all", { outcome: cancelled, callback: "then-paid" }),
  script("016", "pays; the callback names another request id", { callback: "other-id" }),
  script("017", "is reported as unreachable, and then pays after all", { outcome: unreachable, callback: "then-paid" }),
  script("018", "pays; the callback's items are one bare object", { callback: "bare" }),
  script("019", "ends with a code that is a word (SFC_IC0003)", {
    outcome: { code: "SFC_IC0003", text: "The receiver party is invalid." },
  }),
  script("020", "pays; the callback comes 26 s late", { callback: "late", lateMs: 26_000 }),
  script("021", "pays; the callback comes 5 minutes late", { callback: "late", lateMs: 300_000 }),
  script("022", "pays; the callback comes 26 hours late", { callback: "late", lateMs: 26 * 3_600_000 }),
  script("023", "pays; every other query is answered with an empty 500.001.1001, with HTTP 500 and 200 in turn", {
    callback: "never",
    queries: "stutters",
  }),
  script("024", "pays after 30 s; queries in the first 10 s are answered with 400.002.02", {
    callback: "never",
    queries: "too-early",
    actsAfterMs: 30_000,
  }),
  script("025", "pays after 30 s; until then queries are answered with 1037", {
    callback: "never",
    queries: "1037-while-open",
    actsAfterMs: 30_000,
  }),
  script("030", "the push is refused: wrong credentials", refusal(500, "500.001.1001", "Wrong credentials")),
  script(
    "031",
    "the push is refused with HTTP 200: wrong credentials",
    refusal(200, "500.001.1001", "Wrong credentials"),
  ),
  script("032", "the push is answered with a gateway's page and HTTP 200", { answer: { status: 200, body: html } }),
  script("033", "the push is answered with a gateway's page and HTTP 502", { answer: { status: 502, body: html } }),
  script(
    "034",
    "the push is refused: another prompt is open",
    refusal(
      500,
      "500.001.1001",
      "Unable to lock subscriber, a transaction is already in process for the current subscriber",
    ),
  ),
  script("035", "the push is refused: invalid access token", refusal(404, "404.001.03", "Invalid Access Token")),
  script(
    "036",
    "the push is refused: product not on the app",
    refusal(401, "401.002.01", "Error Occurred - Invalid Access Token - no apiproduct match found"),
  ),
  script("037", "the push is refused: resource not found", refusal(404, "404.001.01", "Resource not found")),
  script("038", "the push is refused: method not allowed", refusal(405, "405.001", "Method Not Allowed")),
  script("039", "the push is refused: bad request", refusal(400, "400.003.02", "Bad Request")),
  script(
    "040",
    "the push is refused: the system is busy",
    refusal(500, "500.003.02", "System is busy. Please try again in few minutes."),
  ),
  script("041", "the push is refused: quota violation", refusal(500, "500.003.03", "Error Occurred: Quota Violation")),
  script("042", "the push is refused: internal server error", refusal(500, "500.003.1001", "Internal Server Error")),
  script("043", "the push is refused: spike arrest (429)", { answer: { status: 429, body: spike } }),
  script("044", "the push is refused in capitals (ErrorCode)", {
    answer: {
      status: 500,
      body: JSON.stringify({ ErrorCode: "500.001.1001", ErrorMessage: "Merchant does not exist" }),
    },
  }),
];

/** The last four digits are the result code: 0711 111 032 cancels (1032), 0711 110 001 has no funds (1). */
const coded = /^25471111(\d{4})$/;

export function scriptOf(msisdn: string): Script | null {
  const digits = coded.exec(msisdn)?.[1];
  if (digits !== undefined) {
    const code = String(Number(digits));
    const text = code === "0" ? paid.text : "The text of this code.";
    return { ...script("", `ends with code ${code}`, { outcome: { code, text } }), msisdn };
  }
  return scriptedPhones.find((each) => each.msisdn === msisdn) ?? null;
}
