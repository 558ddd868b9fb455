/** Daraja without sockets, for a simulation that holds hub and desk in one process. */
import type { HttpCall } from "@karibu/cloud/ground/http-client/http-call";
import type { HookKind } from "@karibu/cloud/money/callbacks/raw-callback";
import type { Payments } from "@karibu/cloud/money/payments";
import type { Desk, DeskOptions } from "./desk-types.ts";

/** The hub's calls, answered by the desk itself. */
export function callDesk(desk: () => Desk): HttpCall {
  return async ({ method, url, headers, body }) => {
    const answer = await desk().request({ method, path: new URL(url).pathname, headers, body: body ?? "" });
    return { status: answer.status, body: answer.body };
  };
}

const kinds: Readonly<Record<string, HookKind>> = {
  s: "push",
  c: "confirmation",
  v: "validation",
  r: "result",
  t: "timeout",
};

/** The desk's callbacks, taken in by the hub that runs at that moment; null: it is down, and the callback is lost. */
export function deliverTo(payments: () => Pick<Payments, "intake"> | null): DeskOptions["deliver"] {
  return async (url, body) => {
    const match = /\/hooks\/k\/([^/]+)\/([a-z])(?:\/([^/]+))?$/.exec(new URL(url).pathname);
    const hub = payments();
    const kind = kinds[match?.[2] ?? ""];
    if (match === null || kind === undefined || hub === null) return { status: 0, body: "" };
    const [, channelToken = "", , secret = ""] = match;
    return hub.intake({ kind, channelToken, secret, body, remoteAddress: null }).then(
      (answer) => ({ status: answer.status, body: JSON.stringify(answer.body) }),
      () => ({ status: 500, body: "" }),
    );
  };
}
