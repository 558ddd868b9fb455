import { html, LitElement, nothing } from "lit";
import { type Values, withoutEmpty } from "../../components/action-form.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard, listHead } from "../../components/list-page.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { addChannel, type Channel, type ChannelKinds, channelKindsPath, listChannels } from "../../data/channels.ts";
import type { Desk } from "../../desk.ts";
import { say, word } from "../../strings/strings.ts";
import { newChannelFields } from "./channel-form.ts";
import { channelState } from "./channel-state.ts";
import "./channel-page.ts";
import "./money-rules.ts";

/** Where money comes in: whose keys, whether they work, what M-Pesa tells us of. Keys go in and never come out. */
class ChannelsPage extends LitElement {
  static override properties = { desk: { attribute: false }, adding: { state: true }, kind: { state: true } };
  declare desk: Desk;
  declare adding: boolean;
  /** The kind that is being added; empty: the first one. */
  declare kind: string;
  readonly #channels = new ListController<Channel>(this, {
    read: () => listChannels(),
    topics: ["channel"],
    events: () => this.desk.events,
  });

  readonly #kinds = new ReadController<ChannelKinds>(this, {
    path: () => channelKindsPath,
    topics: [],
    events: () => this.desk.events,
  });

  constructor() {
    super();
    this.adding = false;
    this.kind = "";
  }

  static override styles = [sharedStyles];

  override render() {
    const { permissions } = this.desk.user;
    return html`${listHead(say("channels"), {
      text: say("addChannel"),
      may: permissions.includes("channels.manage"),
      isOpen: this.adding,
      toggle: () => (this.adding = !this.adding),
    })}
      ${this.adding ? this.#kinds.render(({ items }) => this.#form(items)) : nothing}
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

  #form(kinds: ChannelKinds["items"]) {
    const chosen = kinds.find(({ kind }) => kind === this.kind) ?? kinds[0];
    if (chosen === undefined) return nothing;
    return html`<section class="card pad panel">
      <p class="panel">
        <label
          >${say("kind")}<select @change=${(event: Event) => (this.kind = (event.target as HTMLSelectElement).value)}>
            ${kinds.map(({ kind }) => html`<option value=${kind} ?selected=${kind === chosen.kind}>${word("kind", kind)}</option>`)}
          </select></label
        >
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
