import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { say } from "../../strings/strings.ts";
import { type PushState, readPushState, switchPushOff, switchPushOn, testPush } from "./browser-push.ts";

const cannot = { unsupported: "pushUnsupported", "install-first": "pushInstallFirst", denied: "pushDenied" } as const;

/** Whether this phone or browser shows alarms while the console is closed. Nobody is asked for it before they press. */
class PushCard extends appElement() {
  readonly #actions = new PageActions(this);
  readonly #state = new ReadController<PushState>(this, { read: readPushState });

  override render() {
    // Who works for a provider for an hour must not take its alarms along.
    if (this.app.user.via === "impersonation") return nothing;
    return this.#state.render(
      (state) => html`<section class="card pad">
        <h2>${say("pushTitle")}</h2>
        <p class="below">
          <span class="badge ${state === "on" ? "good" : ""}">${say(state === "on" ? "pushOn" : "pushOff")}</span>
          <span class="soft">${say(state === "on" || state === "off" ? "pushWhy" : cannot[state])}</span>
        </p>
        ${state === "on" || state === "off" ? this.#buttons(state) : nothing}
      </section>`,
    );
  }

  #buttons(state: "on" | "off") {
    const isBusy = this.#actions.busy !== "";
    if (state === "off")
      return html`<p class="below"><button ?disabled=${isBusy} @click=${this.#switchOn}>${say("pushSwitchOn")}</button></p>`;
    return html`<p class="below row">
      <button ?disabled=${isBusy} @click=${this.#test}>${say("pushTest")}</button>
      <button class="quiet" ?disabled=${isBusy} @click=${this.#switchOff}>${say("pushSwitchOff")}</button>
    </p>`;
  }

  async #switchOn() {
    const { userId } = this.app.user;
    await this.#actions.run(
      "on",
      () => switchPushOn(userId),
      (state) => say(state === "on" ? "pushOn" : "pushNotAllowed"),
    );
    await this.#state.reload();
  }

  async #switchOff() {
    await this.#actions.run("off", switchPushOff, () => say("pushOff"));
    await this.#state.reload();
  }

  #test() {
    return this.#actions.run("test", testPush, () => say("pushTested"));
  }
}
customElements.define("push-card", PushCard);
