import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { ask } from "../../components/ask-dialog.ts";
import { property } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { PageActions } from "../../components/page-actions.ts";
import { type ChannelDetail, rotateSecret } from "../../data/money/channels.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

type Address = ChannelDetail["callbackSecrets"][number];

/** The addresses that M-Pesa answers to: which of them still receives, and a new secret for each. */
class CallbackAddresses extends appElement({ channel: property<ChannelDetail>() }) {
  readonly #actions = new PageActions(this);

  override render() {
    const { callbackSecrets } = this.channel;
    if (callbackSecrets.length === 0) return nothing;
    return html`<section class="card pad panel">
      <p class="soft">${say("addressesWhy")}</p>
      ${facts(callbackSecrets.map((address) => [this.#name(address), this.#last(address)]))}
      ${
        this.may("channels.manage")
          ? html`<p class="row below">
              ${(["push", "confirmation"] as const).map(
                (use) =>
                  html`<button ?disabled=${this.#actions.busy !== ""} @click=${() => this.#rotate(use)}>
                    ${word("rotate", use)}
                  </button>`,
              )}
            </p>`
          : nothing
      }
    </section>`;
  }

  #name({ use, state }: Address): string {
    return `${word("hookUse", use)} · ${word("address", state)}`;
  }

  #last({ lastAtMs }: Address): string {
    return lastAtMs === null
      ? say("nothingReceived")
      : say("lastReceived", { time: dateTime(lastAtMs, this.app.zone) });
  }

  async #rotate(use: Address["use"]) {
    if (!(await ask(word("rotateSure", use), word("rotate", use)))) return;
    await this.#actions.run(
      "rotate",
      () => rotateSecret(this.channel.id, use),
      () => word("rotated", use),
    );
    this.dispatchEvent(new CustomEvent("changed"));
  }
}
customElements.define("callback-addresses", CallbackAddresses);
