import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { optionsOf, type Values } from "../../components/action-form.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { Deeds } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import {
  listSellingChannels,
  type SiteChannelChoice,
  setSiteChannel,
  siteChannelPath,
} from "../../data/money/channels.ts";
import { readNames } from "../../data/names.ts";
import type { Desk } from "../../desk.ts";
import { say } from "../../strings/strings.ts";

/** Which payment channel a site sells through; who may not choose it sees it. */
class SiteChannel extends elementWith({
  desk: property<Desk>(),
  siteId: property(""),
  channels: state<ReadonlyMap<string, string>>(new Map()),
  /** Ids of those that can be chosen; null: not read yet. */
  selling: state<ReadonlySet<string> | null>(null),
}) {
  readonly #deeds = new Deeds(this);
  readonly #choice = new ReadController<SiteChannelChoice>(this, {
    path: () => siteChannelPath(this.siteId),
    topics: [],
    events: () => this.desk.events,
  });

  override connectedCallback(): void {
    super.connectedCallback();
    queueMicrotask(async () => {
      this.channels = await readNames("channels", this.desk.user);
      if (!this.desk.user.permissions.includes("channels.read")) return;
      const selling = await listSellingChannels().catch(() => null); // not read: nothing is said about them
      this.selling = selling && new Set(selling.map(({ id }) => id));
    });
  }

  static override styles = [sharedStyles];

  override render() {
    return this.#choice.render((choice) => {
      const name =
        choice.channelId === null ? say("newestChannel") : (this.channels.get(choice.channelId) ?? say("channel"));
      return html`<section class="card pad">
        ${this.#deeds.notice()}
        <h2>${say("sellsThrough")}</h2>
        <p class="soft below">${say("sellsThroughWhy")}</p>
        ${this.#isIdle(choice) ? html`<p class="notice bad below">${say("chosenSellsNothing", { name })}</p>` : nothing}
        ${this.desk.user.permissions.includes("channels.manage") ? this.#form(choice) : html`<p class="below"><strong>${name}</strong></p>`}
      </section>`;
    });
  }

  /** It was chosen, and was switched off since, or its keys are refused. */
  #isIdle({ channelId }: SiteChannelChoice): boolean {
    return channelId !== null && this.selling !== null && !this.selling.has(channelId);
  }

  #form(choice: SiteChannelChoice) {
    const offered = [...this.channels].filter(([id]) => this.selling?.has(id) || id === choice.channelId);
    const options = [{ value: "", label: say("newestChannel") }, ...optionsOf(new Map(offered))];
    const { etag } = this.#choice;
    return keyed(
      `${choice.channelId} ${options.length}`,
      html`<action-form
        class="below"
        .fields=${[{ name: "channelId", label: say("channel"), type: "select", options, value: choice.channelId ?? "" }]}
        submitText=${say("save")}
        .submit=${({ channelId }: Values) => setSiteChannel(this.siteId, channelId === null ? null : String(channelId), etag)}
        @look-again=${() => this.#choice.reload()}
        @done=${async () => {
          await this.#choice.reload();
          this.#deeds.tell(say("saved"));
        }}
      ></action-form>`,
    );
  }
}
customElements.define("site-channel", SiteChannel);
