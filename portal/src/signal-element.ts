import { effect } from "@preact/signals-core";
import { LitElement } from "lit";

/** A Lit element that renders again when a signal that it reads changes. It uses the light DOM, so one style sheet is enough. */
export abstract class SignalElement extends LitElement {
  private stopWatching: (() => void) | null = null;

  protected override createRenderRoot(): this {
    return this;
  }

  protected override performUpdate(): void {
    if (!this.isUpdatePending) return;
    this.stopWatching?.();
    let rendering = true;
    this.stopWatching = effect(() => {
      if (rendering) super.performUpdate();
      else this.requestUpdate();
      rendering = false;
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stopWatching?.();
    this.stopWatching = null;
  }
}
