import type { ReactiveController, ReactiveControllerHost } from "lit";
import { createIdempotencyKey, type IdempotencyKey } from "../hub/idempotency-key.ts";
import { say } from "../strings/strings.ts";
import { type Toast, toast } from "./overlay/toast.ts";
import { problemText } from "./problem-text.ts";

/**
 * The actions of a page's buttons. One action runs at a time, and a toast shows its outcome. Each action (`name`) keeps its
 * idempotency key until its outcome is known: a second press after a lost answer does it only once.
 */
export class PageActions implements ReactiveController {
  /** The name of the action that runs now; empty: none. */
  busy = "";
  #toast: Toast | null = null;
  readonly #failures = new Map<string, string>();
  readonly #keys = new Map<string, IdempotencyKey>();
  readonly #host: ReactiveControllerHost;
  readonly #reload: () => Promise<unknown>;

  /** `reload` runs after each action: it reads again what the page shows. */
  constructor(host: ReactiveControllerHost, reload: () => Promise<unknown> = async () => {}) {
    this.#host = host;
    this.#reload = reload;
    host.addController(this);
  }

  hostConnected(): void {}

  /** Why the action failed the last time, for the page itself: a toast goes. Empty: it did not fail, or was begun again. */
  failureOf(name: string): string {
    return this.#failures.get(name) ?? "";
  }

  /** `outcome` returns the text of the notice; without it the notice is "Saved". Resolves to whether the action succeeded. */
  async run<Result>(
    name: string,
    work: (key: string) => Promise<Result>,
    outcome: (result: Result) => string | undefined | Promise<string | undefined> = () => say("saved"),
  ): Promise<boolean> {
    if (this.busy !== "") return false;
    const key = this.#keys.get(name) ?? createIdempotencyKey();
    this.#keys.set(name, key);
    this.busy = name;
    this.#failures.delete(name);
    this.#host.requestUpdate();
    let failure: unknown;
    try {
      const result = await work(key.now());
      this.notify((await outcome(result)) ?? "");
    } catch (error) {
      failure = error;
      this.#failures.set(name, problemText(error));
      this.notify(problemText(error), true);
    }
    key.settle(failure);
    this.busy = "";
    this.#host.requestUpdate();
    await this.#reload();
    return failure === undefined;
  }

  /** Shows a notice in place of the last one; an empty text only takes that away. */
  notify(text: string, isBad = false): void {
    this.#toast?.close();
    this.#toast = text === "" ? null : toast(text, isBad ? "bad" : "good");
  }
}
