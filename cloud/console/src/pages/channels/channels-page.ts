import { html, nothing } from "lit";
import type { Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { withoutEmpty } from "../../components/fields/without-empty.ts";
import { ReadController } from "../../components/read-controller.ts";
import { selectFilter } from "../../components/table/filters.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listPage } from "../../components/table/list-page.ts";
import {
  addChannel,
  type Channel,
  type ChannelKinds,
  channelKindsPath,
  type ListedChannel,
  listChannels,
} from "../../data/money/channels.ts";
import { say, word } from "../../strings/strings.ts";
import { newChannelFields } from "./channel-form.ts";
import "./channel-page.ts";
import { channelState } from "./channel-state.ts";
import "./money-rules.ts";

/** The payment channels: whether their keys work, and which payment notices they send. */
class ChannelsPage extends appElement({
  /** The kind of the new channel; empty: the first one. */
  kind: state(""),
}) {
  readonly #channels = new ListController<ListedChannel>(this, {
    read: () => listChannels(),
    topics: ["channel"],
    filters: [],
  });
  readonly #kinds = new ReadController<ChannelKinds>(this, { path: () => channelKindsPath, topics: [] });

  override render() {
    return listPage(this.#channels, {
      title: say("channels"),
      emptyText: say("noChannels"),
      add: this.mayAsOwn("channels.manage") && {
        text: say("addChannel"),
        form: () => this.#kinds.render(({ items }) => this.#form(items)),
      },
      rowHref: (row) => `#/channels/${row.id}`,
      columns: [
        { label: say("name"), cell: (row) => html`<strong>${row.name}</strong>` },
        { label: say("kind"), cell: (row) => word("kind", row.kind) },
        { label: say("state"), cell: (row) => channelState(row) },
        {
          label: say("paymentNotices"),
          cell: (row) => (row.registered ? say(row.pulls ? "noticesAndList" : "noticesOnly") : say("none")),
        },
      ],
      below: html`<h2 class="between">${say("moneyRules")}</h2>
        <money-rules .app=${this.app}></money-rules>`,
    });
  }

  #form(kinds: ChannelKinds["items"]) {
    const chosen = kinds.find(({ kind }) => kind === this.kind) ?? kinds[0];
    if (chosen === undefined) return nothing;
    const options = kinds.map(({ kind }) => ({ value: kind, label: word("kind", kind) }));
    return html`<section class="card pad panel">
      <p class="panel">
        ${selectFilter(say("kind"), options, chosen.kind, (kind) => {
          this.kind = kind;
        })}
      </p>
      <action-form
        .fields=${newChannelFields(chosen)}
        submitText=${say("addChannel")}
        .submit=${(values: Values) => addChannel({ kind: chosen.kind, ...withoutEmpty(values) })}
        @done=${(event: CustomEvent<Channel>) => {
          location.hash = `#/channels/${event.detail.id}`;
        }}
      ></action-form>
    </section>`;
  }
}
customElements.define("channels-page", ChannelsPage);
