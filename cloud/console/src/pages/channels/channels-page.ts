import { html, nothing } from "lit";
import { type Field, type Values, withoutEmpty } from "../../components/action-form.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard, listHead } from "../../components/list-page.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { addChannel, type Channel, listChannels } from "../../data/money/channels.ts";
import type { Desk } from "../../desk.ts";
import { say, word } from "../../strings/strings.ts";
import { channelFields, kinds } from "./channel-form.ts";
import { channelState } from "./channel-state.ts";
import "./channel-page.ts";
import "./money-rules.ts";

/** Where money comes in: whose keys, whether they work, what M-Pesa tells us of. Keys go in and never come out. */
class ChannelsPage extends elementWith({
  desk: property<Desk>(),
  adding: state(false),
  kind: state<(typeof kinds)[number]>("mpesa-paybill"),
}) {
  readonly #channels = new ListController<Channel>(this, {
    read: () => listChannels(),
    topics: ["channel"],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    const { permissions } = this.desk.user;
    return html`${listHead(say("channels"), {
      text: say("addChannel"),
      may: permissions.includes("channels.manage"),
      isOpen: this.adding,
      toggle: () => (this.adding = !this.adding),
    })}
      ${this.adding ? this.#form() : nothing}
      ${listCard(this.#channels, {
        caption: say("channels"),
        emptyText: say("noChannels"),
        rowHref: (row) => `#/channels/${row.id}`,
        columns: [
          { label: say("name"), cell: (row) => html`<strong>${row.name}</strong>` },
          { label: say("kind"), cell: (row) => word("kind", row.kind) },
          { label: say("state"), cell: (row) => channelState(row) },
          {
            label: say("tellsUs"),
            cell: (row) => (row.registered ? say(row.pulls ? "tellsAndLists" : "tells") : say("none")),
          },
        ],
      })}
      <h2 class="between">${say("moneyRules")}</h2>
      <money-rules .desk=${this.desk}></money-rules>`;
  }

  #form() {
    const fields: Field[] = channelFields(this.kind);
    return html`<section class="card pad panel">
      <p class="panel">
        <label
          >${say("kind")}<select @change=${(event: Event) => (this.kind = (event.target as HTMLSelectElement).value as typeof this.kind)}>
            ${kinds.map((kind) => html`<option value=${kind} ?selected=${kind === this.kind}>${word("kind", kind)}</option>`)}
          </select></label
        >
      </p>
      <action-form
        .fields=${fields}
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
