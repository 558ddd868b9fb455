import type { ReactiveController, ReactiveControllerHost } from "lit";
import { html, nothing, type TemplateResult } from "lit";
import { createDeedKey, type DeedKey } from "../hub/idempotency-key.ts";
import { say } from "../strings/strings.ts";
import { problemText } from "./problem-text.ts";

/**
 * What buttons of a page do: one at a time, its outcome said in one place. Each deed (`name`) keeps its key until it is
 * decided, so that a second press after a lost answer is no second deed.
 */
export class Deeds implements ReactiveController {
  busy = "";
  #said = "";
  #isBad = false;
  readonly #keys = new Map<string, DeedKey>();
  readonly #host: ReactiveControllerHost;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {}

  /** `then` says what to tell; by default "Saved". True: it was done. */
  async run<Result>(
    name: string,
    work: (key: string) => Promise<Result>,
    then: (result: Result) => string | undefined | Promise<string | undefined> = () => say("saved"),
  ): Promise<boolean> {
    if (this.busy !== "") return false;
    const key = this.#keys.get(name) ?? createDeedKey();
    this.#keys.set(name, key);
    this.busy = name;
    this.#host.requestUpdate();
    let failure: unknown;
    try {
      const result = await work(key.now());
      this.tell((await then(result)) ?? "");
    } catch (error) {
      failure = error;
      this.tell(problemText(error), true);
    }
    key.settle(failure);
    this.busy = "";
    this.#host.requestUpdate();
    return failure === undefined;
  }

  tell(text: string, isBad = false): void {
    this.#said = text;
    this.#isBad = isBad;
    this.#host.requestUpdate();
  }

  /** Stands above what the buttons belong to. */
  notice(): TemplateResult | typeof nothing {
    if (this.#said === "") return nothing;
    return html`<div class="notice ${this.#isBad ? "bad" : "good"}" role=${this.#isBad ? "alert" : "status"}>
      <span>${this.#said}</span>
      <button class="quiet" @click=${() => this.tell("")}>${say("close")}</button>
    </div>`;
  }
}
