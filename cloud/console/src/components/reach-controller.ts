import type { ReactiveController, ReactiveControllerHost } from "lit";
import { onReach } from "../hub/api.ts";

/** Whether the hub answers, as far as the last request or the browser knows; draws its element again when that changes. */
export class ReachController implements ReactiveController {
  isReached = true;
  readonly #host: ReactiveControllerHost;
  #stop: () => void = () => {};
  readonly #offline = () => this.#become(false);

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#stop = onReach((isReached) => this.#become(isReached));
    window.addEventListener("offline", this.#offline);
  }

  hostDisconnected(): void {
    this.#stop();
    window.removeEventListener("offline", this.#offline);
  }

  #become(isReached: boolean): void {
    if (isReached === this.isReached) return;
    this.isReached = isReached;
    this.#host.requestUpdate();
  }
}
