/** The API of a running hub for programs of a provider: by an API token from KARIBU_TOKEN, never from the command line, where others see it. */
import type { HubCall } from "./hub-api.ts";
import type { Output } from "./subcommand.ts";

/** Null: there is no token, and that was printed. */
export function openTokenApi(hubUrl: string, output: Output): HubCall | null {
  const { KARIBU_TOKEN: token } = process.env;
  if (!token) {
    output.complain("set KARIBU_TOKEN to an API token of your business (console: API tokens)");
    return null;
  }
  return async (method, path, body) => {
    const isPost = method === "POST";
    return fetch(new URL(path, hubUrl), {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(isPost ? { "Idempotency-Key": crypto.randomUUID() } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  };
}
