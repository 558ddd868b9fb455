import { html, nothing, type TemplateResult } from "lit";
import { type Values, withoutEmpty } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { selectFilter } from "../../components/table/filters.ts";
import {
  addChannel,
  type Channel,
  type ChannelKinds,
  channelKindsPath,
  checkChannel,
  listChannels,
} from "../../data/money/channels.ts";
import type { Page } from "../../hub/api.ts";
import { say, word } from "../../strings/strings.ts";
import { newChannelFields } from "../channels/channel-form.ts";
import { channelState } from "../channels/channel-state.ts";

/** The first payment channel: its keys are entered and checked. The sandbox's do, so nobody waits for Safaricom. */
class KeysStep extends appElement({
  /** Empty: the first one. */
  kind: state(""),
}) {
  readonly #channels = new ReadController<Page<Channel>>(this, { read: () => listChannels(), topics: ["channel"] });
  readonly #kinds = new ReadController<ChannelKinds>(this, { path: () => channelKindsPath });
  readonly #actions = new PageActions(this, () => this.#channels.reload());

  override render() {
    return html`${this.#channels.render(({ items }) => html`${items.map((channel) => this.#channel(channel))} ${items.length === 0 ? this.#kinds.render(({ items: kinds }) => this.#form(kinds)) : nothing}`)}`;
  }

  #channel(channel: Channel): TemplateResult {
    return html`<p class="row">
      <a href="#/channels/${encodeURIComponent(channel.id)}"><strong>${channel.name}</strong></a> ${channelState(channel)}
      <button
        ?disabled=${this.#actions.busy !== ""}
        @click=${() =>
          this.#actions.run(
            channel.id,
            () => checkChannel(channel.id),
            ({ ok, message }) => (ok ? say("keysWork") : message),
          )}
      >
        ${say("checkKeys")}
      </button>
    </p>`;
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
        done: (result) => {
          const { ok, message } = result as Awaited<ReturnType<typeof checkChannel>>;
          this.#actions.notify(ok ? say("keysWork") : message, !ok);
          void this.#channels.reload();
          const detail = ok ? {} : { stays: "keys" };
          this.dispatchEvent(new CustomEvent("done", { bubbles: true, composed: true, detail }));
        },
      })}`;
  }
}
customElements.define("keys-step", KeysStep);
