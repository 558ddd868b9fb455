/** One gift to everybody whose time runs at a site: counted first, then given; it can be stopped. */
import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { withoutEmpty } from "../../components/fields/without-empty.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { type Gift, previewGift, readGift, startGift, stopGift } from "../../data/catalogue/grants.ts";
import { isUndecided } from "../../hub/idempotency-key.ts";
import { say } from "../../strings/strings.ts";
import { giftFields, reasonField } from "./gift-fields.ts";

class GiftCard extends appElement({
  siteId: property(""),
  siteName: property(""),
  /** The gift that was begun here; null: not yet. */
  giftId: state<string | null>(null),
}) {
  readonly #preview = new ReadController<{ readonly count: number; readonly most: number }>(this, {
    read: () => previewGift(this.siteId),
  });
  readonly #gift = new ReadController<Gift | null>(this, {
    read: async () => (this.giftId === null ? null : readGift(this.giftId)),
    topics: ["grant"],
  });
  readonly #actions = new PageActions(this, () => this.#gift.reload());

  override render() {
    const gift = this.#gift.value;
    if (gift !== null) return this.#progress(gift);
    return this.#preview.render(({ count, most }) => {
      if (count === 0)
        return html`<section class="card pad panel">${say("giftToNobody", { site: this.siteName })}</section>`;
      return formCard({
        title: say("giftToAll"),
        intro: say("giftToAllWhy", { site: this.siteName, count, most }),
        fields: [...giftFields(), reasonField()],
        submitText: say("giveMore"),
        submit: (values, key) => this.#start({ siteId: this.siteId, count, ...withoutEmpty(values) }, key),
        done: () => void this.#gift.reload(),
      });
    });
  }

  async #start(gift: Parameters<typeof startGift>[0], key: string) {
    try {
      this.giftId = (await startGift(gift, key)).giftId;
    } catch (error) {
      // Somebody's time may have ended meanwhile. What may have been begun is asked for again as it was: with another count it would be another gift.
      if (!isUndecided(error)) void this.#preview.reload();
      throw error;
    }
  }

  #progress({ giftId, state: is, done, failed, total }: Gift) {
    const text = {
      running: say("giftGoes", { done, total }),
      done: say("giftDone", { count: total - failed }),
      stopped: say("giftStopped", { done: done - failed, total }),
    }[is];
    const stop = () =>
      this.#actions.run(
        `stop/${giftId}`,
        () => stopGift(giftId),
        () => "",
      );
    return html`<section class="card pad panel" role="status">
      <p>${text} ${failed === 0 ? nothing : say("giftMissed", { count: failed })}</p>
      ${is === "running" ? html`<button @click=${stop}>${say("stopGift")}</button>` : nothing}
    </section>`;
  }
}
customElements.define("gift-card", GiftCard);
