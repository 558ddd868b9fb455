/** A simulated router of the demo, by the pasted line as an installer does it, and what its container was given then. */
import { setTimeout as delay } from "node:timers/promises";
import { readEnvironment } from "@karibu/lab/board/live-router";
import type { Client } from "./sample.ts";
import type { ContainerSettings } from "./services.ts";

const lookEveryMs = 250;

/** Null: no set-up of this router has come to its end. */
export async function readContainer(routerUrl: string): Promise<ContainerSettings | null> {
  const answer = await fetch(`${routerUrl}/api/board/agent`, { signal: AbortSignal.timeout(10_000) });
  const { environment, address } = (await answer.json()) as { environment: string | null; address: string };
  return environment === null ? null : { address, environment: readEnvironment(environment) };
}

/** Makes the site's line, pastes it, and chooses what the form suggests. Resolves when the container runs; the link is still to come. */
export async function setUpRouter(owner: Client, siteId: string, routerUrl: string): Promise<ContainerSettings> {
  const path = `/api/v1/sites/${siteId}/set-up`;
  const { line } = await owner.post<{ line: string }>(path, {});
  const pasted = await fetch(`${routerUrl}/api/board/terminal`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ line }),
  });
  if (!pasted.ok) throw new Error(`the router did not take the line: ${await pasted.text()}`);
  for (;;) {
    const { state, choices } = await owner.get<{ state: string; choices: object | null }>(path);
    if (state === "failed") throw new Error("the router can't be set up: its page says why");
    if (state === "choose") await owner.post(`${path}/choices`, { ...choices, ssid: "Karibu" });
    const container = await readContainer(routerUrl);
    if (container !== null) return container;
    await delay(lookEveryMs);
  }
}

/** Calls back once, when a person has set this router up. */
export async function whenSetUp(routerUrl: string, signal: AbortSignal, then: (container: ContainerSettings) => void) {
  while (!signal.aborted) {
    const container = await readContainer(routerUrl).catch(() => null);
    if (container !== null && !signal.aborted) return then(container);
    await delay(1000, undefined, { signal }).catch(() => {});
  }
}
