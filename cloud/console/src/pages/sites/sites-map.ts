import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import type { MapSite } from "../../components/map/site-map.ts";
import "../../components/map/site-map.ts";
import { ReadController } from "../../components/read-controller.ts";
import { placesPath, type SitePlaces } from "../../data/fleet/site-places.ts";
import { say } from "../../strings/strings.ts";

/** The sites that have a place, on a map; narrowed as the list is. */
class SitesMap extends appElement({
  narrowed: property<Readonly<Record<string, string>>>({}),
}) {
  readonly #places = new ReadController<SitePlaces>(this, {
    path: () => placesPath(this.narrowed),
    topics: ["site"],
  });

  override updated(changed: Map<string, unknown>): void {
    if (changed.has("narrowed") && changed.get("narrowed") !== undefined) void this.#places.reload();
  }

  override render() {
    return this.#places.render(({ items, without, more, tiles }) => {
      const sites: MapSite[] = items.map(({ siteId, name, state, latitude, longitude }) => ({
        siteId,
        name,
        state,
        latitude,
        longitude,
      }));
      return html`<section class="card pad panel">
        <site-map .sites=${sites} .tiles=${tiles}></site-map>
        ${items.length === 0 ? html`<p class="soft">${say("mapEmpty")}</p>` : ""}
        ${without > 0 ? html`<p class="soft">${say("mapWithout", { count: without })}</p>` : ""}
        ${more ? html`<p class="notice warn">${say("mapMore", { count: items.length })}</p>` : ""}
      </section>`;
    });
  }
}
customElements.define("sites-map", SitesMap);
