/** Daraja's list of what came in (Pull), page by page. */
import type { HttpAnswer } from "../../../ground/http-client/http-call.ts";
import type { ChannelTrouble } from "../../evidence/evidence.ts";
import type { ListPage } from "../channel-contract.ts";
import type { DarajaClient } from "./client.ts";
import { classifyError } from "./codes.ts";
import { readPullRows, soundReceipt } from "./inflow-messages.ts";
import { readAnswer } from "./messages.ts";

export async function listPage(
  client: Pick<DarajaClient, "pull">,
  span: { readonly fromMs: number; readonly toMs: number; readonly offset: number },
): Promise<ListPage> {
  const answer = await client.pull(span).catch((): HttpAnswer => ({ status: 0, body: "" }));
  if (answer.status === 0) return { kind: "lost" };
  const read = readAnswer(answer.status, answer.body);
  if (read.kind === "error") {
    const isEmpty = /no available transactions/i.test(read.text);
    return isEmpty
      ? { kind: "rows", rows: [] }
      : { kind: "refused", code: read.code, trouble: troubleOf(read.code, read.text) };
  }
  const rows = readPullRows(read.fields);
  return rows === null ? { kind: "refused", code: "", trouble: null } : { kind: "rows", rows: rows.map(toListedRow) };
}

/** Where the product is not on the app, each token is "invalid": its own, and a fresh one after it. */
function troubleOf(code: string, text: string): ChannelTrouble | null {
  if (code === "") return null; // a gateway's page: it says nothing of us
  const verdict = classifyError("query", 200, code, text);
  if (verdict.kind === "retryable") return null;
  const isForbidden = verdict.kind === "token" || code === "403.002.1001";
  return { reason: isForbidden ? "list-not-allowed" : "list-refused", said: `${code} ${text}`.trim() };
}

function toListedRow(row: unknown) {
  const { transactionId: id } = row as { readonly transactionId?: unknown };
  const receipt = soundReceipt(typeof id === "string" || typeof id === "number" ? String(id) : "");
  return { receipt, body: JSON.stringify(row) };
}
