import { html, nothing } from "lit";
import { AddressQuery } from "../../components/address-query.ts";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { editCard, formCard } from "../../components/form-card.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { goOnTo } from "../../components/overlay/toast.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { shownOnce } from "../../components/shown-once.ts";
import "../../components/tab-bar.ts";
import { servicesHref } from "../../data/fleet/router-services.ts";
import { setUpHref } from "../../data/fleet/set-up.ts";
import { keepTemplate } from "../../data/fleet/site-templates.ts";
import { changeSite, newEnrolmentToken, removeSite, revokeSite, type Site, sitePath } from "../../data/fleet/sites.ts";
import { dateTime } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import "./hosting-card.ts";
import { diskBadge, siteBadge, stickBadge } from "./site-badge.ts";
import "./sim-inbox-card.ts";
import "./place-card.ts";
import "./uplink-card.ts";
import "./readmission-card.ts";
import "./router-test-card.ts";
import "./site-channel.ts";
import { siteFields } from "./site-fields.ts";
import "./site-link-card.ts";
import "./site-readiness-card.ts";
import { tokenSteps } from "./token-steps.ts";
import "./tunnel-card.ts";

/** One site: how it does; and behind a tab its link to the hub, its tunnel, its payment channel, and what else is set. */
class SitePage extends appElement({
  siteId: property(""),
  /** A new enrolment token, shown once. */
  secret: state(""),
  /** Its choices are about to become a template. */
  isNaming: state(false),
}) {
  readonly #actions = new PageActions(this);
  readonly #site = new ReadController<Site>(this, { path: () => sitePath(this.siteId), topics: ["site", "session"] });
  readonly #query = new AddressQuery(this, ["tab"]);

  override render() {
    const site = this.#site.value;
    const at = encodeURIComponent(this.siteId);
    return html`<div class="head">
        <h1>${site?.name ?? say("site")}</h1>
        <span class="row">
          ${site === null ? nothing : html`${siteBadge(site.state)} ${diskBadge(site.disk)} ${stickBadge(site.stick)}`}
          ${this.may("sites.manage") ? html`<a class="button" href=${setUpHref(this.siteId)}>${say("setUpRouter")}</a>` : nothing}
          ${this.may("routers.read") ? html`<a class="button" href="#/routers/${at}">${say("openRouter")}</a>` : nothing}
        </span>
      </div>
      <tab-bar
        label=${say("site")}
        chosen=${this.#query.values.tab}
        .tabs=${[{ name: "", text: say("siteOverview") }, { name: "settings", text: say("siteSettings") }]}
      ></tab-bar>
      ${shownOnce(say("enrolmentToken"), this.secret, () => (this.secret = ""), tokenSteps(this.secret))}
      ${this.#site.render((site) => (this.#query.values.tab === "settings" ? this.#settings(site) : this.#overview(site)))}`;
  }

  #overview(site: Site) {
    // Charts and lists, which the list of sites does not need.
    void import("./site-overview.ts");
    return html`${
      this.may("sites.manage")
        ? html`<readmission-card .app=${this.app} .siteId=${this.siteId} .name=${site.name}></readmission-card>`
        : nothing
    }
      <site-readiness-card .app=${this.app} .site=${site}></site-readiness-card>
      <site-overview .app=${this.app} .site=${site}></site-overview>`;
  }

  #settings(site: Site) {
    return html`<div class="two">
        <section class="card pad">${this.#facts(site)}</section>
        <site-link-card .app=${this.app} .siteId=${this.siteId}></site-link-card>
      </div>
      ${this.#editForm()} ${this.isNaming ? this.#templateForm(site) : nothing}
      <div class="two">
        <tunnel-card .app=${this.app} .siteId=${this.siteId}></tunnel-card>
        ${
          this.may("channels.read")
            ? html`<site-channel .app=${this.app} .siteId=${this.siteId}></site-channel>
                <sim-inbox-card .app=${this.app} .siteId=${this.siteId}></sim-inbox-card>`
            : nothing
        }
        <place-card .app=${this.app} .siteId=${this.siteId}></place-card>
        <uplink-card .app=${this.app} .siteId=${this.siteId}></uplink-card>
        <router-test-card .app=${this.app} .siteId=${this.siteId}></router-test-card>
        <hosting-card .app=${this.app} .siteId=${this.siteId} .name=${site.name}></hosting-card>
      </div>`;
  }

  #facts(site: Site) {
    const { latitude, longitude } = site;
    const region = [site.district, site.region].filter(Boolean).join(", ");
    return html`${facts([
      [say("region"), region === "" ? null : region],
      [
        say("coordinates"),
        latitude === null || longitude === null
          ? null
          : html`${latitude.toFixed(5)}, ${longitude.toFixed(5)}
                <a href=${mapAt(latitude, longitude)} target="_blank" rel="noreferrer">${say("onMap")}</a>`,
      ],
      [say("routerAddress"), site.address],
      [say("onlineNow"), site.sessionsOpen],
      [say("interimSeconds"), say("seconds", { count: site.interimSeconds })],
      [say("autoLogIn"), say(site.autoLogIn ? "yes" : "no")],
      site.hosted ? [say("hostedSite"), say("yes")] : null,
      [say("note"), site.note],
      [say("since"), dateTime(site.createdAtMs, this.app.zone)],
    ])}
      ${this.may("sites.manage") ? this.#buttons(site) : nothing}`;
  }

  #buttons(site: Site) {
    const hasAgent = site.state !== "pending" && site.state !== "revoked";
    return html`<p class="row below">
      <button aria-expanded=${this.#site.edited !== null} @click=${() => this.#site.toggleEdit()}>${say("edit")}</button>
      <button aria-expanded=${this.isNaming} @click=${() => (this.isNaming = !this.isNaming)}>${say("keepAsTemplate")}</button>
      <a class="button" href=${servicesHref(site.siteId)}>${say("routerServices")}</a>
      <button @click=${this.#newToken}>${say("newToken")}</button>
      ${hasAgent ? html`<button class="quiet danger" @click=${() => this.#revoke(site)}>${say("revokeAccess")}</button>` : nothing}
      <button class="quiet danger" @click=${() => this.#remove(site)}>${say("remove")}</button>
    </p>`;
  }

  #editForm() {
    return editCard(this.#site, {
      fields: siteFields,
      submit: (values, etag) => changeSite(this.siteId, values, etag),
      done: async () => {
        this.#site.endEdit();
        await this.#site.reload();
        this.#actions.notify(say("saved"));
      },
    });
  }

  #templateForm({ siteId }: Site) {
    return formCard({
      fields: [{ name: "name", label: say("templateName"), required: true }],
      submitText: say("keepAsTemplate"),
      submit: ({ name }) => keepTemplate(String(name), siteId),
      done: () => {
        this.isNaming = false;
        this.#actions.notify(say("templateKept"));
      },
    });
  }

  #newToken() {
    return this.#actions.run(
      "token",
      () => newEnrolmentToken(this.siteId),
      ({ enrolmentToken }) => {
        this.secret = enrolmentToken;
        return "";
      },
    );
  }

  async #revoke({ name }: Site) {
    if (!(await ask(say("revokeSiteSure", { name }), say("revokeAccess"), { danger: true, thing: name }))) return;
    await this.#actions.run("revoke", () => revokeSite(this.siteId));
    await this.#site.reload();
  }

  async #remove({ name }: Site) {
    if (!(await ask(say("removeSiteSure", { name }), say("remove"), { danger: true, thing: name }))) return;
    const isDone = await this.#actions.run("remove", () => removeSite(this.siteId));
    if (isDone) goOnTo("#/sites");
  }
}
customElements.define("site-page", SitePage);

/** A map of the site's surroundings, for a technician who has to drive there. */
function mapAt(latitude: number, longitude: number): string {
  return `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
}
