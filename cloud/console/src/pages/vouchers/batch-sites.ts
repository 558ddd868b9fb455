import { html } from "lit";
import { elementWith, property } from "../../components/element-with.ts";
import { Deeds } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { type BatchSites, batchSitesPath, setBatchSites } from "../../data/catalogue/vouchers.ts";
import type { Desk } from "../../desk.ts";
import { say } from "../../strings/strings.ts";
import { checkedSites, siteCheckStyles, siteChecks } from "../sites/site-checks.ts";

/** Where a batch may be redeemed beside its home site. */
class BatchSitesCard extends elementWith({
  desk: property<Desk>(),
  batchId: property(""),
  /** All sites by their ids. */
  sites: property<ReadonlyMap<string, string>>(),
}) {
  readonly #deeds = new Deeds(this);
  readonly #chosen = new ReadController<BatchSites>(this, {
    path: () => batchSitesPath(this.batchId),
    topics: [],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles, siteCheckStyles];

  override render() {
    return this.#chosen.render(
      ({ homeSiteId, siteIds }) => html`<section class="card pad panel">
        ${this.#deeds.notice()}
        <details>
          <summary>${say("alsoRedeemedAt", { count: siteIds.length })}</summary>
          <form @submit=${this.#save}>
            <fieldset>
              <legend class="soft">${say("alsoRedeemedWhy")}</legend>
              ${siteChecks(
                [...this.sites].filter(([siteId]) => siteId !== homeSiteId),
                siteIds,
              )}
            </fieldset>
            <button>${say("save")}</button>
          </form>
        </details>
      </section>`,
    );
  }

  async #save(event: SubmitEvent) {
    event.preventDefault();
    const siteIds = checkedSites(event.target as HTMLFormElement, this.sites, this.#chosen.value?.siteIds ?? []);
    await this.#deeds.run("save", () => setBatchSites(this.batchId, siteIds, this.#chosen.etag));
    await this.#chosen.reload();
  }
}
customElements.define("batch-sites", BatchSitesCard);
