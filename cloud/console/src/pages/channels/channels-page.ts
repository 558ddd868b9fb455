import { html } from "lit";
import { type Values, withoutEmpty } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { selectFilter } from "../../components/filters.ts";
import { ListController } from "../../components/list-controller.ts";
import { listPage } from "../../components/list-page.ts";
import { addChannel, type Channel, listChannels } from "../../data/money/channels.ts";
import { say, word } from "../../strings/strings.ts";
import { channelFields, kinds } from "./channel-form.ts";
import "./channel-page.ts";
import { channelState } from "./channel-state.ts";
import "./money-rules.ts";

/** The payment channels: whether their keys work, and which payment notices they send. */
class ChannelsPage extends appElement({
  kind: state<(typeof kinds)[number]>("mpesa-paybill"),
}) {
  readonly #channels = new ListController<Channel>(this, { read: () => listChannels(), topics: ["channel"] });

  override render() {
    return listPage(this.#channels, {
      title: say("channels"),
      emptyText: say("noChannels"),
      add: this.may("channels.manage") && { text: say("addChannel"), form: () => this.#form() },
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

  #form() {
    const options = kinds.map((kind) => ({ value: kind, label: word("kind", kind) }));
    return html`<section class="card pad panel">
      <p class="panel">
        ${selectFilter(say("kind"), options, this.kind, (kind) => (this.kind = kind as typeof this.kind))}
      </p>
      <action-form
        .fields=${channelFields(this.kind)}
        submitText=${say("addChannel")}
        .submit=${(values: Values) => addChannel({ kind: this.kind, ...withoutEmpty(values) })}
        @done=${(event: CustomEvent<Channel>) => {
          location.hash = `#/channels/${event.detail.id}`;
        }}
      ></action-form>
    </section>`;
  }
}
customElements.define("channels-page", ChannelsPage);
