/** The API of a running hub, as a platform admin: credentials from KARIBU_ADMIN_EMAIL and KARIBU_ADMIN_PASSWORD, never from the command line. */
import type { Output } from "./subcommand.ts";

export const defaultHubUrl = "http://localhost:8000";

/** A request of the admin who is logged in. */
export type HubCall = (method: string, path: string, body?: object) => Promise<Response>;

/** Null: the log-in failed, and the reason was printed. */
export async function openHubApi(hubUrl: string, output: Output): Promise<HubCall | null> {
  const token = await logInAsAdmin(hubUrl, output);
  if (token === null) return null;
  return (method, path, body) =>
    fetch(new URL(path, hubUrl), {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
}

async function logInAsAdmin(hubUrl: string, output: Output): Promise<string | null> {
  const { KARIBU_ADMIN_EMAIL: email, KARIBU_ADMIN_PASSWORD: password, ADMIN_CODE: code } = process.env;
  if (!email || !password) {
    output.complain("set KARIBU_ADMIN_EMAIL and KARIBU_ADMIN_PASSWORD to a platform admin's");
    return null;
  }
  const answer = await fetch(new URL("/api/v1/login", hubUrl), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email, password, ...(code ? { code } : {}) }),
    signal: AbortSignal.timeout(30_000),
  }).catch((error: Error & { readonly cause?: { readonly code?: string } }) => {
    output.complain(`${hubUrl} does not answer (${error.cause?.code ?? error.message}); --hub names another address`);
    return null;
  });
  if (answer === null) return null;
  // The answer may come from a proxy in front of the hub, without JSON.
  const body = (await answer.json().catch(() => ({}))) as { token?: string; code?: string; detail?: string };
  if (body.token !== undefined) return body.token;
  const hint = body.code === "second-factor-required" ? " (set ADMIN_CODE to the code of now)" : "";
  output.complain(`${hubUrl}: ${body.detail ?? `HTTP ${answer.status}`}${hint}`);
  return null;
}

/** Prints every item of a list, one JSON object a line. Gives the command's exit code. */
export async function printList(call: HubCall, path: string, output: Output): Promise<number> {
  const glue = path.includes("?") ? "&" : "?";
  for (let cursor: string | null = ""; cursor !== null; ) {
    const answer = await call("GET", `${path}${glue}limit=100${cursor === "" ? "" : `&cursor=${cursor}`}`);
    if (!answer.ok) return sayRefusal(answer, output);
    const page = (await answer.json()) as { items: object[]; nextCursor: string | null };
    for (const item of page.items) output.print(JSON.stringify(item));
    cursor = page.nextCursor;
  }
  return 0;
}

/** Prints the hub's problem. Returns exit code 1. */
export async function sayRefusal(answer: Response, output: Output): Promise<1> {
  const problem = (await answer.json().catch(() => ({}))) as { detail?: string };
  output.complain(problem.detail ?? `HTTP ${answer.status}`);
  return 1;
}
