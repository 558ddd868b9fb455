/** Joins the simulated Daraja to a hub in the same process, without sockets. */
import type { HttpCall } from "@karibu/cloud/ground/http-client/http-call";
import type { HookKind } from "@karibu/cloud/money/callbacks/raw-callback";
import type { Money } from "@karibu/cloud/money/create-money";
import type { SimulatedDaraja, SimulatedDarajaOptions } from "./daraja-types.ts";

/** The hub's HTTP calls, answered by the simulated Daraja directly. */
export function callInProcess(daraja: () => SimulatedDaraja): HttpCall {
  return async ({ method, url, headers, body }) => {
    const answer = await daraja().request({ method, path: new URL(url).pathname, headers, body: body ?? "" });
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

/** Hands each callback to the hub that runs at that moment. Null: the hub is down and the callback is lost. */
export function deliverInProcess(money: () => Pick<Money, "intake"> | null): SimulatedDarajaOptions["deliver"] {
  return async (url, body) => {
    const match = /\/hooks\/k\/([^/]+)\/([a-z])(?:\/([^/]+))?$/.exec(new URL(url).pathname);
    const hub = money();
    const kind = kinds[match?.[2] ?? ""];
    if (match === null || kind === undefined || hub === null) return { status: 0, body: "" };
    const [, channelToken = "", , secret = ""] = match;
    return hub.intake({ kind, channelToken, secret, body, remoteAddress: null }).then(
      (answer) => ({ status: answer.status, body: JSON.stringify(answer.body) }),
      () => ({ status: 500, body: "" }),
    );
  };
}
