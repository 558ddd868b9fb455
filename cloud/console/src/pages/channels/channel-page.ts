import { css, html, nothing } from "lit";
import type { Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import type { Fields, ValuesOf } from "../../components/fields/values-of.ts";
import { withoutEmpty } from "../../components/fields/without-empty.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import "../../components/overlay/copy-button.ts";
import { PageActions } from "../../components/page-actions.ts";
import { rawText } from "../../components/raw-text.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import {
  type Channel,
  type ChannelDetail,
  type ChannelKinds,
  changeChannel,
  changeChannelKeys,
  channelKindsPath,
  channelPath,
  checkChannel,
  registerChannel,
} from "../../data/money/channels.ts";
import { dateTime } from "../../strings/format.ts";
import { say, sayNamed, word } from "../../strings/strings.ts";
import { channelAddresses } from "./channel-addresses.ts";
import { keyFields } from "./channel-form.ts";
import { channelState } from "./channel-state.ts";
import { channelTroubles } from "./channel-troubles.ts";
import "./callback-addresses.ts";
import "./channel-recording.ts";
import "./forwarded-messages.ts";
import "./initiator-card.ts";
import { keysCheckedText } from "./keys-checked.ts";
import "./try-channel.ts";

/** One payment channel: its state, its keys, and what M-Pesa reports. */
class ChannelPage extends appElement({
  channelId: property(""),
  registering: state(false),
  trying: state(false),
  /** What the channel answered to the last check or registration. */
  said: state<string | null>(null),
}) {
  static override styles = [
    sharedStyles,
    css`
      .addresses {
        list-style: none;
        padding: 0;
        display: grid;
        gap: 1rem;
      }
      .address code {
        overflow-wrap: anywhere;
        min-width: 0;
      }
    `,
  ];

  readonly #actions = new PageActions(this);
  readonly #channel = new ReadController<ChannelDetail>(this, {
    path: () => channelPath(this.channelId),
    topics: ["channel"],
  });

  readonly #kinds = new ReadController<ChannelKinds>(this, {
    path: () => channelKindsPath,
    topics: [],
  });

  override render() {
    return html`<div class="head">
        <h1>${this.#channel.value?.name ?? say("channel")}</h1>
      </div>
      ${this.#channel.render((channel) => this.#body(channel))}`;
  }

  #body(channel: ChannelDetail) {
    const { zone } = this.app;
    const mayChange = this.may("channels.manage");
    // Kinds that nobody adds have no keys.
    const form = this.#kinds.value?.items.find(({ kind }) => kind === channel.kind);
    const hasKeys = form !== undefined;
    const shortcode = form?.fields.find(({ name }) => name === "shortcode");
    return html`<section class="card pad panel">
        ${channelState(channel)}
        ${
          channel.keysProblem === null
            ? nothing
            : html`<p class="below">${say(channel.keysCheckedAtMs === null ? "keysNotAnswered" : "keysRefused")}</p>`
        }
        ${rawText(this.said ?? channel.keysProblem)}
        ${facts([
          [say("kind"), word("kind", channel.kind)],
          shortcode === undefined ? null : [sayNamed(shortcode.label), channel.shortcode],
          channel.storeNumber === null ? null : [say("storeNumber"), channel.storeNumber],
          hasKeys ? [say("environment"), word("env", channel.environment)] : null,
          hasKeys
            ? [
                say("lastChecked"),
                channel.keysCheckedAtMs === null ? say("keysNeverChecked") : dateTime(channel.keysCheckedAtMs, zone),
              ]
            : null,
          hasKeys
            ? [
                say("requestTaken"),
                channel.requestAcceptedAtMs === null ? say("notTried") : dateTime(channel.requestAcceptedAtMs, zone),
              ]
            : null,
          channel.canRegister
            ? [say("paymentNotices"), channel.registered ? say(channel.pulls ? "noticesAndList" : "noticesOnly") : null]
            : null,
        ])}
        ${mayChange ? this.#buttons(channel, hasKeys) : nothing}
      </section>
      ${
        this.trying
          ? html`<try-channel
              .app=${this.app}
              .channelId=${channel.id}
              @changed=${() => this.#channel.reload()}
            ></try-channel>`
          : nothing
      }
      ${channelTroubles(channel, zone)}
      ${
        channel.canRegister
          ? html`<h2 class="between">${say("whereAnswersGo")}</h2>
              <section class="card pad panel">
                <p class="soft">${say("whereAnswersGoWhy")}</p>
                <p class="soft below">${say("whatProves")}</p>
                ${channelAddresses(channel)}
              </section>
              ${this.#callbackAddresses(channel)}
              ${
                mayChange
                  ? html`<forwarded-messages .app=${this.app} .channelId=${channel.id}></forwarded-messages>`
                  : nothing
              }`
          : nothing
      }
      ${hasKeys ? html`<channel-recording .app=${this.app} .channelId=${channel.id}></channel-recording>` : nothing}
      ${channel.noticeUrl === null ? nothing : this.#notices(channel.kind, channel.noticeUrl)}
      ${channel.canRegister ? nothing : this.#callbackAddresses(channel)}
      ${this.registering ? this.#register() : nothing}
      ${
        channel.initiator === null || form === undefined
          ? nothing
          : html`<initiator-card
              .app=${this.app}
              .channel=${channel}
              .form=${form}
              @changed=${() => this.#channel.reload()}
            ></initiator-card>`
      }
      ${
        this.mayAsOwn("channels.manage") && form !== undefined
          ? html`<h2 class="between">${say("channelKeys")}</h2>
              <section class="card pad">
                <p class="soft panel">${say("channelKeysWhy")}</p>
                <action-form
                  .fields=${keyFields(form)}
                  submitText=${say("changeKeys")}
                  .submit=${(values: Values) => changeChannelKeys(channel.id, withoutEmpty(values))}
                  @done=${(event: CustomEvent<Channel>) => this.#keysChanged(event.detail)}
                ></action-form>
              </section>`
          : nothing
      }`;
  }

  #buttons(channel: ChannelDetail, hasKeys: boolean) {
    return html`<p class="row below">
      ${
        hasKeys
          ? html`<button class="primary" ?disabled=${this.#actions.busy !== ""} @click=${this.#check}>
              ${this.#actions.busy === "check" ? say("working") : say("checkKeys")}
            </button>`
          : nothing
      }
      ${
        channel.canTry
          ? html`<button aria-expanded=${this.trying} @click=${() => (this.trying = !this.trying)}>
              ${say("tryChannel")}
            </button>`
          : nothing
      }
      ${
        channel.canRegister
          ? html`<button aria-expanded=${this.registering} @click=${() => (this.registering = !this.registering)}>
              ${say("registerChannel")}
            </button>`
          : nothing
      }
      ${
        this.mayAsOwn("channels.manage")
          ? html`<button class=${channel.active ? "quiet danger" : ""} @click=${() => this.#switch(channel)}>
              ${say(channel.active ? "switchOff" : "switchOn")}
            </button>`
          : nothing
      }
    </p>`;
  }

  async #switch({ id, name, active }: ChannelDetail) {
    const question = say("switchChannelSure", { name });
    if (active && !(await ask(question, say("switchOff"), { danger: true, thing: name }))) return;
    await this.#actions.run(
      "switch",
      () => changeChannel(id, { active: !active }, this.#channel.etag),
      () => this.#again(say("saved")),
    );
  }

  #callbackAddresses(channel: ChannelDetail) {
    return html`<callback-addresses
      .app=${this.app}
      .channel=${channel}
      @changed=${() => this.#channel.reload()}
    ></callback-addresses>`;
  }

  /** What has to be entered at the channel's own console, so that it reports payments. */
  #notices(kind: ChannelDetail["kind"], url: string) {
    return html`<h2 class="between">${say("noticeAddress")}</h2>
      <section class="card pad panel">
        <p class="soft">${word("noticeAddress", kind)}</p>
        <div class="row below">
          <code class="mono">${url}</code>
          <copy-button text=${url} label=${say("copy")}></copy-button>
        </div>
      </section>`;
  }

  #register() {
    const fields = [
      {
        name: "responseType",
        label: say("unknownAccounts"),
        type: "select",
        value: "Completed",
        options: [
          { value: "Completed", label: say("takeMoney") },
          { value: "Cancelled", label: say("refuseMoney") },
        ],
      },
      { name: "nominatedPhone", label: say("nominatedPhone"), type: "tel", hint: say("nominatedPhoneHint") },
    ] as const satisfies Fields;
    return html`<section class="card pad panel">
      <p class="soft panel">${say("registerWhy")}</p>
      <action-form
        .fields=${fields}
        submitText=${say("registerChannel")}
        .submit=${(values: ValuesOf<typeof fields>) => registerChannel(this.channelId, withoutEmpty(values))}
        @done=${async (event: CustomEvent<{ registered: boolean; message: string }>) => {
          this.registering = false;
          await this.#channel.reload();
          const { registered, message } = event.detail;
          this.said = message;
          this.#actions.notify(say(registered ? "addressesRegistered" : "addressesRefused"), !registered);
        }}
      ></action-form>
    </section>`;
  }

  async #check() {
    let problem: string | null = null;
    await this.#actions.run(
      "check",
      () => checkChannel(this.channelId),
      async ({ ok, verdict, message }) => {
        if (!ok) problem = say(verdict === "refused" ? "keysRefused" : "keysNotAnswered");
        this.said = message;
        return this.#again(problem ?? this.#accepted());
      },
    );
    if (problem !== null) this.#actions.notify(problem, true);
  }

  /** The hub checks new keys when it saves them. */
  async #keysChanged({ keysProblem, keysCheckedAtMs }: Channel) {
    await this.#channel.reload();
    this.said = null;
    const problem = keysProblem === null ? null : say(keysCheckedAtMs === null ? "keysNotAnswered" : "keysRefused");
    this.#actions.notify(problem ?? this.#accepted(), problem !== null);
  }

  #accepted(): string {
    const form = this.#kinds.value?.items.find(({ kind }) => kind === this.#channel.value?.kind);
    return keysCheckedText(form ?? { fields: [] });
  }

  async #again(notice: string): Promise<string> {
    await this.#channel.reload();
    return notice;
  }
}
customElements.define("channel-page", ChannelPage);
