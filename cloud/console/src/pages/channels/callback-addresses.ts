import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { type ChannelDetail, rotateSecret } from "../../data/money/channels.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

type Address = ChannelDetail["callbackSecrets"][number];

/** The addresses that the channel calls: which of them still receives, and a new secret for each. */
class CallbackAddresses extends appElement({ channel: property<ChannelDetail>() }) {
  readonly #actions = new PageActions(this);

  override render() {
    const { callbackSecrets } = this.channel;
    if (callbackSecrets.length === 0) return nothing;
    return html`<section class="card pad panel">
      ${this.channel.canRegister ? html`<p class="soft">${say("addressesWhy")}</p>` : nothing}
      ${facts(callbackSecrets.map((address) => [this.#name(address), this.#last(address)]))}
      ${
        this.mayAsOwn("channels.manage")
          ? html`<p class="row below">
              ${[...new Set(callbackSecrets.map(({ use }) => use))].map(
                (use) =>
                  html`<button ?disabled=${this.#actions.busy !== ""} @click=${() => this.#rotate(use)}>
                    ${word("rotate", this.#wordOf(use))}
                  </button>`,
              )}
            </p>`
          : nothing
      }
    </section>`;
  }

  #name({ use, state }: Address): string {
    return `${word("hookUse", this.#wordOf(use))} · ${word("address", state)}`;
  }

  /** One address for all that the channel tells, where a person entered it or Karibu registered it there. */
  #wordOf(use: Address["use"]): Address["use"] | "notice" {
    return this.channel.noticeUrl === null ? use : "notice";
  }

  #last({ lastAtMs }: Address): string {
    return lastAtMs === null
      ? say("nothingReceived")
      : say("lastReceived", { time: dateTime(lastAtMs, this.app.zone) });
  }

  async #rotate(use: Address["use"]) {
    const said = this.#wordOf(use);
    if (!(await ask(word("rotateSure", said), word("rotate", said)))) return;
    await this.#actions.run(
      "rotate",
      () => rotateSecret(this.channel.id, use),
      () => word("rotated", said),
    );
    this.dispatchEvent(new CustomEvent("changed"));
  }
}
customElements.define("callback-addresses", CallbackAddresses);
