import { html, nothing, type TemplateResult } from "lit";
import type { Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { withoutEmpty } from "../../components/fields/without-empty.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { rawText } from "../../components/raw-text.ts";
import { ReadController } from "../../components/read-controller.ts";
import { selectFilter } from "../../components/table/filters.ts";
import {
  addChannel,
  type Channel,
  type ChannelKindForm,
  type ChannelKinds,
  type CheckedKeys,
  changeChannelKeys,
  channelKindsPath,
  checkChannel,
  type ListedChannel,
  listChannels,
} from "../../data/money/channels.ts";
import type { Page } from "../../hub/api.ts";
import { say, word } from "../../strings/strings.ts";
import { keyFields, newChannelFields } from "../channels/channel-form.ts";
import { channelState } from "../channels/channel-state.ts";
import "../channels/try-channel.ts";

/** The first payment channel: its keys are entered and checked. The sandbox's do, so nobody waits for Safaricom. */
class KeysStep extends appElement({
  /** Empty: the first one. */
  kind: state(""),
  /** Channels that were tried here: what came of it stays in view. */
  tried: state<ReadonlySet<string>>(new Set()),
}) {
  readonly #channels = new ReadController<Page<ListedChannel>>(this, {
    read: () => listChannels(),
    topics: ["channel"],
  });
  readonly #kinds = new ReadController<ChannelKinds>(this, { path: () => channelKindsPath });
  readonly #actions = new PageActions(this, () => this.#channels.reload());

  override render() {
    return html`${this.#channels.render(({ items }) => html`${items.map((channel) => this.#channel(channel))} ${items.length === 0 ? this.#kinds.render(({ items: kinds }) => this.#form(kinds)) : nothing}`)}`;
  }

  #channel(channel: ListedChannel): TemplateResult {
    const kind = this.#kinds.value?.items.find((one) => one.kind === channel.kind);
    return html`<p class="row panel">
        <a href="#/channels/${encodeURIComponent(channel.id)}"><strong>${channel.name}</strong></a> ${channelState(channel)}
        <button
          ?disabled=${this.#actions.busy !== ""}
          @click=${() => this.#check(channel.id)}
        >
          ${say("checkKeys")}
        </button>
      </p>
      ${channel.keysProblem === null || kind === undefined ? nothing : this.#otherKeys(channel, kind)}
      ${channel.sells && channel.canTry && (channel.requestAcceptedAtMs === null || this.tried.has(channel.id)) ? this.#try(channel.id) : nothing}`;
  }

  #try(id: string): TemplateResult {
    return html`<try-channel
      .app=${this.app}
      .channelId=${id}
      @changed=${() => {
        this.tried = new Set([...this.tried, id]);
        void this.#channels.reload();
      }}
    ></try-channel>`;
  }

  /** Keys that did not work are typed again here: who sets up for the first time looks for them nowhere else. */
  #otherKeys({ id, keysProblem, keysCheckedAtMs }: Channel, kind: ChannelKindForm): TemplateResult {
    return html`<p class="below">${say(keysCheckedAtMs === null ? "keysNotAnswered" : "keysRefused")}</p>
      ${rawText(keysProblem)}
      ${formCard({
        intro: say("channelKeysWhy"),
        fields: keyFields(kind),
        submitText: say("changeKeys"),
        // The hub checks new keys when it saves them.
        submit: (values: Values) => changeChannelKeys(id, withoutEmpty(values)),
        done: (result) => {
          const changed = result as Channel;
          this.#tell(changed.keysProblem === null, changed.keysCheckedAtMs !== null);
        },
      })}`;
  }

  async #check(id: string) {
    let checked: CheckedKeys | null = null;
    await this.#actions.run(
      id,
      () => checkChannel(id),
      (result) => {
        checked = result;
        return "";
      },
    );
    if (checked !== null) this.#told(checked);
  }

  #told({ ok, verdict }: CheckedKeys): void {
    this.#tell(ok, verdict === "refused");
  }

  #tell(ok: boolean, isRefused: boolean): void {
    this.#actions.notify(say(ok ? "keysAccepted" : isRefused ? "keysRefused" : "keysNotAnswered"), !ok);
    void this.#channels.reload();
    // Accepted keys are not all keys: a phone shows the rest, now or later.
    const detail = { stays: "keys", ...(ok ? { later: "keys" } : {}) };
    this.dispatchEvent(new CustomEvent("done", { bubbles: true, composed: true, detail }));
  }

  #form(kinds: ChannelKinds["items"]) {
    const chosen = kinds.find(({ kind }) => kind === this.kind) ?? kinds[0];
    if (chosen === undefined) return nothing;
    const options = kinds.map(({ kind }) => ({ value: kind, label: word("kind", kind) }));
    const fields = newChannelFields({ ...chosen, fields: chosen.fields.filter(({ use }) => use !== "asking") }).map(
      (field) => (field.name === "environment" ? { ...field, value: "sandbox" } : field),
    );
    return html`<p class="panel">${selectFilter(say("kind"), options, chosen.kind, (kind) => {
      this.kind = kind;
    })}</p>
      ${formCard({
        fields,
        submitText: say("checkKeys"),
        submit: async (values: Values) => {
          const { id } = await addChannel({ kind: chosen.kind, ...withoutEmpty(values) });
          return checkChannel(id);
        },
        done: (result) => this.#told(result as CheckedKeys),
      })}`;
  }
}
customElements.define("keys-step", KeysStep);
