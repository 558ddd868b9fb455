import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import type { Place } from "../../components/map/projection.ts";
import "../../components/map/site-map.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { placesPath, type SitePlaces } from "../../data/fleet/site-places.ts";
import { changeSite, type Site, sitePath } from "../../data/fleet/sites.ts";
import { say } from "../../strings/strings.ts";

/** Where a site is; its place can be chosen on the map. */
class PlaceCard extends appElement({
  siteId: property(""),
  isPicking: state(false),
  picked: state<Place | null>(null),
}) {
  readonly #site = new ReadController<Site>(this, { path: () => sitePath(this.siteId), topics: ["site"] });
  readonly #tiles = new ReadController<SitePlaces>(this, { path: () => placesPath({ limit: "1" }) });
  readonly #actions = new PageActions(this, () => this.#site.reload());

  override render() {
    return this.#site.render((site) => this.#card(site));
  }

  #card({ latitude, longitude }: Site) {
    const own = latitude === null || longitude === null ? null : { latitude, longitude };
    const mayChange = this.may("sites.manage");
    if (own === null && !mayChange) return nothing;
    const marked = this.picked ?? own;
    return html`<section class="card pad">
      <h2>${say("sitePlace")}</h2>
      ${
        marked === null && !this.isPicking
          ? html`<p class="soft">${say("noPlaceYet")}</p>`
          : html`<site-map
              .marked=${marked}
              .tiles=${this.#tiles.value?.tiles ?? null}
              ?picking=${this.isPicking}
              @pick=${(event: CustomEvent<Place>) => (this.picked = event.detail)}
            ></site-map>`
      }
      ${
        this.isPicking
          ? html`<p class="soft" role="status">
              ${
                this.picked === null
                  ? say("mapPickHow")
                  : `${this.picked.latitude.toFixed(5)}, ${this.picked.longitude.toFixed(5)}`
              }
            </p>`
          : nothing
      }
      ${mayChange ? this.#buttons() : nothing}
    </section>`;
  }

  #buttons() {
    if (!this.isPicking)
      return html`<p class="row below">
        <button @click=${() => (this.isPicking = true)}>${say("chooseOnMap")}</button>
      </p>`;
    return html`<p class="row below">
      <button class="primary" ?disabled=${this.picked === null || this.#actions.busy !== ""} @click=${this.#save}>
        ${say("savePlace")}
      </button>
      <button class="quiet" @click=${this.#leave}>${say("cancel")}</button>
    </p>`;
  }

  readonly #leave = () => {
    this.isPicking = false;
    this.picked = null;
  };

  async #save(): Promise<void> {
    const { picked } = this;
    if (picked === null) return;
    if (await this.#actions.run("place", () => changeSite(this.siteId, { ...picked }, null))) this.#leave();
  }
}
customElements.define("place-card", PlaceCard);
