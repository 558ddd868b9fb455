/** Registers our addresses with Daraja, and says what it would refuse of them. */
import type { HttpAnswer } from "../../../ground/http-client/http-call.ts";
import type { Registered, RegisterOrder } from "../channel-contract.ts";
import type { DarajaClient } from "./client.ts";
import { readAnswer } from "./messages.ts";

const banned = ["mpesa", "m-pesa", "safaricom", "exe", "exec", "cmd", "sql", "query"];

/** Our paths contain none of the banned words, so this is about the public URL that the operator chose. */
export function callbackUrlProblem(publicUrl: string, environment: "sandbox" | "production"): string | null {
  const url = publicUrl.toLowerCase();
  const word = banned.find((each) => url.includes(each));
  if (word !== undefined) return `Daraja refuses callback URLs that contain "${word}"`;
  if (environment === "production" && !url.startsWith("https://")) return "Daraja calls back over https only";
  return null;
}

export async function registerAddresses(
  client: Pick<DarajaClient, "registerUrls" | "registerPull">,
  { confirmation, validation }: { readonly confirmation: string; readonly validation: string },
  { responseType, version, nominatedPhone: phone }: RegisterOrder,
): Promise<Registered> {
  const urls = await registered(() => client.registerUrls({ confirmation, validation, responseType, version }));
  const list =
    phone === null ? null : await registered(() => client.registerPull({ phone, callbackUrl: confirmation }));
  return { urls, list };
}

/** "Already registered" counts as done. */
async function registered(call: () => Promise<HttpAnswer>): Promise<Registered["urls"]> {
  const answer = await call().catch((error: Error): HttpAnswer => ({ status: 0, body: error.message }));
  if (answer.status === 0) return { ok: false, text: answer.body || "no answer" };
  const read = readAnswer(answer.status, answer.body);
  if (read.kind === "error") {
    const wasThere = /already registered/i.test(read.text);
    return { ok: wasThere, wasThere, text: read.text || `HTTP ${answer.status}` };
  }
  const { ResponseCode, ResponseStatus, ResponseDescription } = read.fields;
  const code = String(ResponseCode ?? ResponseStatus ?? read.fields["Response Status"] ?? "");
  return { ok: ["0", "1000", "1001"].includes(code), text: String(ResponseDescription ?? "registered") };
}
