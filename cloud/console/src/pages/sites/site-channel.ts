import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Values } from "../../components/action-form.ts";
import "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { optionsOf } from "../../components/fields/options-of.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import {
  listSellingChannels,
  type SiteChannelChoice,
  setSiteChannel,
  siteChannelPath,
} from "../../data/money/channels.ts";
import { type Names, readNames } from "../../data/names.ts";
import { say } from "../../strings/strings.ts";

/** The payment channel of a site. A user who may not choose it sees its name. */
class SiteChannel extends appElement({
  siteId: property(""),
}) {
  readonly #choice = new ReadController<SiteChannelChoice>(this, {
    path: () => siteChannelPath(this.siteId),
    topics: [],
  });
  readonly #channels = new ReadController<Names>(this, { read: () => readNames("channels", this.app.user) });
  /** The ids of the channels that sell now. Null: they could not be read, and the card says nothing about them. */
  readonly #selling = new ReadController<ReadonlySet<string> | null>(this, {
    read: async () => {
      if (!this.may("channels.read")) return null;
      const channels = await listSellingChannels().catch(() => null);
      return channels && new Set(channels.map(({ id }) => id));
    },
  });
  readonly #actions = new PageActions(this);

  override render() {
    return this.#choice.render((choice) => {
      const name =
        choice.channelId === null
          ? say("newestChannel")
          : (this.#channels.value?.get(choice.channelId) ?? say("channel"));
      return html`<section class="card pad">
        <h2>${say("sellsThrough")}</h2>
        <p class="soft below">${say("sellsThroughWhy")}</p>
        ${this.#isIdle(choice) ? html`<p class="notice bad below">${say("chosenSellsNothing", { name })}</p>` : nothing}
        ${this.mayAsOwn("channels.manage") ? this.#form(choice) : html`<p class="below"><strong>${name}</strong></p>`}
      </section>`;
    });
  }

  /** The chosen channel sells nothing: it is switched off, or M-Pesa refuses its keys. */
  #isIdle({ channelId }: SiteChannelChoice): boolean {
    const selling = this.#selling.value;
    return channelId !== null && selling !== null && !selling.has(channelId);
  }

  #form(choice: SiteChannelChoice) {
    const offered = [...(this.#channels.value ?? [])].filter(
      ([id]) => this.#selling.value?.has(id) || id === choice.channelId,
    );
    const options = [{ value: "", label: say("newestChannel") }, ...optionsOf(new Map(offered))];
    const { etag } = this.#choice;
    return keyed(
      `${choice.channelId} ${options.length}`,
      html`<action-form
        class="below"
        .fields=${[{ name: "channelId", label: say("channel"), type: "select", options, value: choice.channelId ?? "" }]}
        submitText=${say("save")}
        .submit=${({ channelId }: Values) => setSiteChannel(this.siteId, channelId === null ? null : String(channelId), etag)}
        @reload=${() => this.#choice.reload()}
        @done=${async () => {
          await this.#choice.reload();
          this.#actions.notify(say("saved"));
        }}
      ></action-form>`,
    );
  }
}
customElements.define("site-channel", SiteChannel);
