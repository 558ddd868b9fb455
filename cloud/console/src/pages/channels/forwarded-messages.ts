import { css, html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import "../../components/overlay/copy-button.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import {
  endMessageAddress,
  type MessageAddresses,
  makeMessageAddress,
  messageAddressPath,
} from "../../data/money/channels.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

type Address = MessageAddresses["items"][number];

/** Where the owner's phone forwards M-Pesa's messages to, and how that is set up. */
class ForwardedMessages extends appElement({ channelId: property("") }) {
  readonly #actions = new PageActions(this, () => this.#addresses.reload());
  readonly #addresses = new ReadController<MessageAddresses>(this, {
    path: () => messageAddressPath(this.channelId),
    topics: ["payment"],
  });

  static override styles = [
    sharedStyles,
    css`
      ul {
        list-style: none;
        padding: 0;
        display: grid;
        gap: 0.9rem;
      }
      code {
        overflow-wrap: anywhere;
        min-width: 0;
      }
    `,
  ];

  override render() {
    return html`<section class="card pad panel">
      <h2>${say("forwardMessages")}</h2>
      <p class="soft">${say("forwardWhy")}</p>
      ${this.#addresses.render(({ items }) => this.#body(items))}
    </section>`;
  }

  #body(items: readonly Address[]) {
    const [make, sure] =
      items.length === 0
        ? ([say("forwardMake"), null] as const)
        : ([say("forwardRenew"), say("forwardRenewSure")] as const);
    return html`${items.length === 0 ? nothing : html`<p>${say("forwardHow")}</p>`}
      <ul class="below">
        ${items.map((each) => this.#address(each))}
      </ul>
      <p class="row below">
        <button ?disabled=${this.#actions.busy !== ""} @click=${() => this.#make(make, sure)}>${make}</button>
        ${
          items.length === 0
            ? nothing
            : html`<button class="quiet danger" ?disabled=${this.#actions.busy !== ""} @click=${() => this.#end()}>
                ${say("forwardEnd")}
              </button>`
        }
      </p>`;
  }

  #address({ url, isCurrent, lastAtMs }: Address) {
    const last =
      lastAtMs === null ? say("nothingReceived") : say("lastReceived", { time: dateTime(lastAtMs, this.app.zone) });
    return html`<li>
      <strong>${word("address", isCurrent ? "current" : "replaced")}</strong>
      <p class="soft">${last}</p>
      ${
        url === null
          ? nothing
          : html`<div class="row">
              <code class="mono">${url}</code>
              <copy-button text=${url} label=${say("copy")}></copy-button>
            </div>`
      }
    </li>`;
  }

  async #make(text: string, sure: string | null) {
    if (sure !== null && !(await ask(sure, text))) return;
    await this.#actions.run("make", () => makeMessageAddress(this.channelId));
  }

  async #end() {
    if (!(await ask(say("forwardEndSure"), say("forwardEnd"), { danger: true }))) return;
    await this.#actions.run("end", () => endMessageAddress(this.channelId));
  }
}
customElements.define("forwarded-messages", ForwardedMessages);
