import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { type BatchSites, batchSitesPath, setBatchSites } from "../../data/catalogue/vouchers.ts";
import type { Names } from "../../data/names.ts";
import { say } from "../../strings/strings.ts";
import { checkedSites, siteCheckStyles, siteChecks } from "../sites/site-checks.ts";

/** The sites where a batch works, besides its home site. */
class BatchSitesCard extends appElement({
  batchId: property(""),
  /** All sites by their ids. */
  sites: property<Names>(),
}) {
  readonly #chosen = new ReadController<BatchSites>(this, { path: () => batchSitesPath(this.batchId), topics: [] });
  readonly #actions = new PageActions(this, () => this.#chosen.reload());

  static override styles = [sharedStyles, siteCheckStyles];

  override render() {
    return this.#chosen.render(
      ({ homeSiteId, siteIds }) => html`<section class="card pad panel">
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
    await this.#actions.run("save", () => setBatchSites(this.batchId, siteIds, this.#chosen.etag));
  }
}
customElements.define("batch-sites", BatchSitesCard);
