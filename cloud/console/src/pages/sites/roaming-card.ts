import { html, nothing } from "lit";
import { elementWith, property, state } from "../../components/element-with.ts";
import { Deeds } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { type RoamingSites, roamingPath, setRoaming } from "../../data/fleet/sites.ts";
import { readNames } from "../../data/names.ts";
import type { Desk } from "../../desk.ts";
import { say } from "../../strings/strings.ts";
import { checkedSites, siteCheckStyles, siteChecks } from "./site-checks.ts";

/** Among which sites a bought plan may be used. */
class RoamingCard extends elementWith({
  desk: property<Desk>(),
  sites: state<ReadonlyMap<string, string>>(new Map()),
}) {
  readonly #deeds = new Deeds(this);
  readonly #roaming = new ReadController<RoamingSites>(this, {
    path: () => roamingPath,
    topics: ["site"],
    events: () => this.desk.events,
  });

  override connectedCallback(): void {
    super.connectedCallback();
    queueMicrotask(async () => {
      this.sites = await readNames("sites", this.desk.user);
    });
  }

  static override styles = [sharedStyles, siteCheckStyles];

  override render() {
    return this.#roaming.render((roaming) => (this.sites.size < 2 ? nothing : this.#card(roaming)));
  }

  #card({ siteIds }: RoamingSites) {
    const mayChange = this.desk.user.permissions.includes("sites.manage");
    const count = siteIds.length;
    return html`<h2 class="between">${say("roaming")}</h2>
      <section class="card pad">
      ${this.#deeds.notice()}
      <details>
        <summary>${count < 2 ? say("roamingNone") : say("roamingAmong", { count })}</summary>
        <form @submit=${this.#save}>
          <fieldset>
            <legend class="soft">${say("roamingWhy")}</legend>
            ${siteChecks(this.sites, siteIds, !mayChange)}
          </fieldset>
          ${mayChange ? html`<button>${say("save")}</button>` : nothing}
        </form>
      </details>
    </section>`;
  }

  async #save(event: SubmitEvent) {
    event.preventDefault();
    const { value, etag } = this.#roaming;
    const siteIds = checkedSites(event.target as HTMLFormElement, this.sites, value?.siteIds ?? []);
    await this.#deeds.run("save", () => setRoaming(siteIds, etag));
    await this.#roaming.reload();
  }
}
customElements.define("roaming-card", RoamingCard);
