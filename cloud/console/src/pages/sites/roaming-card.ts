import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { type RoamingSites, roamingPath, setRoaming } from "../../data/fleet/sites.ts";
import { type Names, noNames, readNames } from "../../data/names.ts";
import { say } from "../../strings/strings.ts";
import { checkedSites, siteCheckStyles, siteChecks } from "./site-checks.ts";

/** The sites that share their customers: a plan bought at one of them works at all of them. */
class RoamingCard extends appElement() {
  readonly #roaming = new ReadController<RoamingSites>(this, { path: () => roamingPath, topics: ["site"] });
  readonly #sites = new ReadController<Names>(this, { read: () => readNames("sites", this.app.user) });
  readonly #actions = new PageActions(this, () => this.#roaming.reload());

  get #names(): Names {
    return this.#sites.value ?? noNames;
  }

  static override styles = [sharedStyles, siteCheckStyles];

  override render() {
    return this.#roaming.render((roaming) => (this.#names.size < 2 ? nothing : this.#card(roaming)));
  }

  #card({ siteIds }: RoamingSites) {
    const mayChange = this.may("sites.manage");
    const count = siteIds.length;
    return html`<h2 class="between">${say("roaming")}</h2>
      <section class="card pad">
      <details>
        <summary>${count < 2 ? say("roamingNone") : say("roamingAmong", { count })}</summary>
        <form @submit=${this.#save}>
          <fieldset>
            <legend class="soft">${say("roamingWhy")}</legend>
            ${siteChecks(this.#names, siteIds, !mayChange)}
          </fieldset>
          ${mayChange ? html`<button>${say("save")}</button>` : nothing}
        </form>
      </details>
    </section>`;
  }

  async #save(event: SubmitEvent) {
    event.preventDefault();
    const { value, etag } = this.#roaming;
    const siteIds = checkedSites(event.target as HTMLFormElement, this.#names, value?.siteIds ?? []);
    await this.#actions.run("save", () => setRoaming(siteIds, etag));
  }
}
customElements.define("roaming-card", RoamingCard);
