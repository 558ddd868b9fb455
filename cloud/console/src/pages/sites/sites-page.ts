import { html, nothing } from "lit";
import type { Option } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import type { Fields, ValuesOf } from "../../components/fields/values-of.ts";
import { withoutEmpty } from "../../components/fields/without-empty.ts";
import { goOnTo } from "../../components/overlay/toast.ts";
import { ReadController } from "../../components/read-controller.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { type Filter, stateFilter } from "../../components/table/list-filters.ts";
import { listPage } from "../../components/table/list-page.ts";
import { makeLine, setUpHref } from "../../data/fleet/set-up.ts";
import { placesPath, type SitePlaces } from "../../data/fleet/site-places.ts";
import { type SiteTemplate, templatesPath } from "../../data/fleet/site-templates.ts";
import { addSite, listSites, type NewSite, type Site } from "../../data/fleet/sites.ts";
import { modulesOf } from "../../modules/module-pages.ts";
import type { Strings } from "../../strings/en.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import "./pay-accounts-card.ts";
import "./roaming-card.ts";
import { diskBadge, siteBadge, siteStates } from "./site-badge.ts";
import { placeFields } from "./site-fields.ts";
import "./site-page.ts";
import "./sites-map.ts";
import "./templates-card.ts";

/** The sites: each with its link to the hub and the quality of its clock. */
class SitesPage extends appElement({
  /** What of a module is open above the list. */
  opened: state<keyof Strings | null>(null),
  hasMap: state(false),
}) {
  readonly #sites = new ListController<Site, "state" | "region" | "district">(this, {
    read: listSites,
    topics: ["site", "session"],
    filters: ["state", "region", "district"],
    isCounted: true,
  });

  readonly #templates = new ReadController<{ readonly items: readonly SiteTemplate[] }>(this, {
    path: () => templatesPath,
    topics: ["site"],
  });

  readonly #places = new ReadController<SitePlaces>(this, { path: () => placesPath({ limit: "1" }), topics: ["site"] });

  override render() {
    const mayChange = this.may("sites.manage");
    const ofModules = mayChange ? modulesOf(this.app.user).flatMap(({ besideSites }) => besideSites ?? []) : [];
    return listPage(this.#sites, {
      title: say("sites"),
      emptyText: say("noSites"),
      name: "sites",
      search: say("searchSite"),
      narrow: [stateFilter("site", siteStates), ...this.#placeFilters()],
      emptyPicture: "signal",
      add: mayChange && {
        text: say("addSite"),
        fields: newSiteFields(this.#templates.value?.items ?? [], this.#sites.rows ?? []),
        submit: addWithLine,
        done: ({ site }: NewSite) => goOnTo(setUpHref(site.siteId)),
      },
      beside: html`<button aria-expanded=${this.hasMap} @click=${() => (this.hasMap = !this.hasMap)}>${say("map")}</button> ${ofModules.map(
        ({ text }) =>
          html`<button aria-expanded=${this.opened === text} @click=${() => this.#toggle(text)}>${say(text)}</button>`,
      )}`,
      above: html`${this.hasMap ? html`<sites-map .app=${this.app} .narrowed=${this.#sites.values}></sites-map>` : nothing} ${ofModules
        .filter(({ text }) => text === this.opened)
        .map(({ render }) => render(this.app, () => void this.#sites.reload()))}`,
      rowHref: (row) => `#/sites/${row.siteId}`,
      columns: [
        { label: say("name"), sort: "name", cell: (row) => html`<strong>${row.name}</strong>` },
        { label: say("region"), sort: "region", cell: (row) => row.region ?? say("none") },
        { label: say("link"), sort: "state", cell: (row) => html`${siteBadge(row.state)} ${diskBadge(row.disk)}` },
        {
          label: say("lastSeen"),
          sort: "lastHeard",
          cell: (row) => (row.lastHeardAtMs === null ? say("none") : dateTime(row.lastHeardAtMs, this.app.zone)),
        },
        { label: say("clock"), cell: (row) => (row.clockQuality ? word("clock", row.clockQuality) : say("none")) },
        { label: say("agentVersion"), cell: (row) => row.agentVersion ?? say("none") },
        { label: say("onlineNow"), numeric: true, cell: (row) => row.sessionsOpen },
      ],
      below: html`<templates-card .app=${this.app}></templates-card>
        <roaming-card .app=${this.app}></roaming-card>
        ${this.may("payments.read") ? html`<pay-accounts-card .app=${this.app}></pay-accounts-card>` : nothing}`,
    });
  }

  /** The regions that there are, and the districts of the chosen one. */
  #placeFilters(): Filter<"region" | "district">[] {
    const regions = this.#places.value?.regions ?? [];
    if (regions.length === 0) return [];
    const chosen = this.#sites.values.region ?? "";
    const districts = regions
      .filter(({ region }) => chosen === "" || region === chosen)
      .flatMap((one) => one.districts);
    const optionsOf = (all: string, names: readonly string[]) => [
      { value: "", label: all },
      ...[...new Set(names)].map((name) => ({ value: name, label: name })),
    ];
    const regionNames = regions.map(({ region }) => region);
    return [
      { name: "region", label: say("region"), options: optionsOf(say("allRegions"), regionNames) },
      { name: "district", label: say("district"), options: optionsOf(say("allDistricts"), districts) },
    ];
  }

  #toggle(text: keyof Strings) {
    this.opened = this.opened === text ? null : text;
  }
}
customElements.define("sites-page", SitesPage);

/** A new site may begin with the settings and the choices of a template, or of a site that is there. */
function newSiteFields(templates: readonly SiteTemplate[], sites: readonly Site[]) {
  return [
    ...placeFields(null),
    ...selectOf("templateId", say("siteTemplate"), [
      { value: "", label: say("noTemplate") },
      ...templates.map(({ templateId, name }) => ({ value: templateId, label: name })),
    ]),
    ...selectOf("likeSiteId", say("likeSite"), [
      { value: "", label: say("likeNone") },
      ...sites.map(({ siteId, name }) => ({ value: siteId, label: name })),
    ]),
  ] as const satisfies Fields;
}

/** Nothing where there is nothing to choose. */
const selectOf = <const Name extends string>(name: Name, label: string, options: readonly Option[]) =>
  options.length < 2
    ? ([] as const)
    : ([{ name, label, type: "select", options, value: "", group: "more" }] as const satisfies Fields);

/** The site, and the line for its router: the page of its set-up shows it. A site without a line can get one there. */
async function addWithLine({ likeSiteId = null, templateId = null, ...values }: ValuesOf<typeof newSiteFields>) {
  const like = templateId !== null ? { templateId } : likeSiteId !== null ? { likeSiteId } : null;
  const added = await addSite(like === null ? values : { ...withoutEmpty(values), ...like });
  const line = templateId !== null ? { templateId } : likeSiteId !== null ? { templateSiteId: likeSiteId } : {};
  await makeLine(added.site.siteId, line).catch(() => {});
  return added;
}
