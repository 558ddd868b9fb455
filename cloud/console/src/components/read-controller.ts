import type { nothing, ReactiveController, ReactiveControllerHost, TemplateResult } from "lit";
import { getVersioned, type Versioned } from "../hub/api.ts";
import type { LiveEvents } from "../hub/live-events.ts";
import { keepFresh } from "./keep-fresh.ts";
import { beingRead, notRead } from "./loading.ts";
import { problemText } from "./problem-text.ts";

/**
 * One thing of a page: reads it when the page opens and again whenever one of its topics is heard. An error keeps what was
 * there. `etag` is its version, for those who edit it.
 */
export class ReadController<Thing> implements ReactiveController {
  value: Thing | null = null;
  etag: string | null = null;
  errorText = "";
  /** What an open form works on: as it was when the form was opened, whatever is heard meanwhile. */
  edited: Versioned<Thing> | null = null;
  readonly #host: ReactiveControllerHost;
  readonly #path: () => string;
  readonly #topics: readonly string[];
  readonly #events: () => LiveEvents;
  #stop: () => void = () => {};

  constructor(
    host: ReactiveControllerHost,
    options: { path: () => string; topics: readonly string[]; events: () => LiveEvents },
  ) {
    this.#host = host;
    this.#path = options.path;
    this.#topics = options.topics;
    this.#events = options.events;
    host.addController(this);
  }

  hostConnected(): void {
    // Properties are set before the first update, but after the element is connected.
    queueMicrotask(() => {
      this.#stop = keepFresh(this.#events(), this.#topics, () => void this.reload());
      void this.reload();
    });
  }

  hostDisconnected(): void {
    this.#stop();
  }

  async reload(): Promise<void> {
    try {
      const { value, etag } = await getVersioned<Thing>(this.#path());
      this.value = value;
      this.etag = etag;
      this.errorText = "";
    } catch (error) {
      if (this.value === null) this.errorText = problemText(error);
    }
    this.#host.requestUpdate();
  }

  beginEdit(): void {
    this.edited = this.value === null ? null : { value: this.value, etag: this.etag };
    this.#host.requestUpdate();
  }

  /** Somebody changed the thing meanwhile, or we did: the form begins anew with what is there now. */
  async lookAgain(): Promise<void> {
    await this.reload();
    this.beginEdit();
  }

  endEdit(): void {
    this.edited = null;
    this.#host.requestUpdate();
  }

  /** The thing drawn, or that it is being read, or why it could not be. */
  render(draw: (value: Thing) => TemplateResult | typeof nothing): TemplateResult | typeof nothing {
    if (this.errorText !== "") return notRead(this.errorText, () => this.reload());
    return this.value === null ? beingRead() : draw(this.value);
  }
}
