import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Values } from "../../components/action-form.ts";
import { ask } from "../../components/ask-dialog.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard } from "../../components/list-page.ts";
import { Deeds } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { shownOnce } from "../../components/shown-once.ts";
import { listSessions, type Session } from "../../data/catalogue/sessions.ts";
import { changeSite, newEnrolmentToken, removeSite, revokeSite, type Site, sitePath } from "../../data/fleet/sites.ts";
import type { Desk } from "../../desk.ts";
import { dateTime } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { sessionColumns } from "../sessions/session-table.ts";
import "../../components/action-form.ts";
import { diskBadge, siteBadge } from "./site-badge.ts";
import { siteFields } from "./site-fields.ts";
import "./hosting-card.ts";
import "./site-channel.ts";
import "./site-link-card.ts";
import "./tunnel-card.ts";

/** One site: its link and journal, its tunnel, who is online there; changed, given a new agent, cut off. */
class SitePage extends elementWith({
  desk: property<Desk>(),
  siteId: property(""),
  secret: state(""),
}) {
  readonly #deeds = new Deeds(this);
  readonly #site = new ReadController<Site>(this, {
    path: () => sitePath(this.siteId),
    topics: ["site", "session"],
    events: () => this.desk.events,
  });
  readonly #sessions = new ListController<Session>(this, {
    read: (cursor) => listSessions({ limit: 10, cursor, live: true, siteId: this.siteId }),
    topics: ["session"],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    return html`<div class="head">
        <h1>${this.#site.value?.name ?? say("site")}</h1>
        <a href="#/sites">${say("sites")}</a>
      </div>
      ${this.#deeds.notice()}
      ${shownOnce(say("enrolmentToken"), this.secret, () => (this.secret = ""))}
      ${this.#site.render((site) => this.#body(site))}`;
  }

  #body(site: Site) {
    const { permissions } = this.desk.user;
    return html`<div class="two">
        <section class="card pad">${this.#facts(site, permissions.includes("sites.manage"))}</section>
        <site-link-card .desk=${this.desk} .siteId=${this.siteId}></site-link-card>
      </div>
      ${this.#form()}
      <div class="two">
        <tunnel-card .desk=${this.desk} .siteId=${this.siteId}></tunnel-card>
        ${
          permissions.includes("channels.read")
            ? html`<site-channel .desk=${this.desk} .siteId=${this.siteId}></site-channel>`
            : nothing
        }
        <hosting-card .desk=${this.desk} .siteId=${this.siteId} .name=${site.name}></hosting-card>
      </div>
      <h2 class="between">${say("whoIsOnline")}</h2>
      ${listCard(this.#sessions, {
        caption: say("whoIsOnline"),
        emptyText: say("noOneOnline"),
        columns: sessionColumns(this.desk).filter(({ label }) => label !== say("site")),
      })}`;
  }

  #facts(site: Site, mayChange: boolean) {
    const place = [site.district, site.region].filter(Boolean).join(", ");
    return html`${siteBadge(site.state)} ${diskBadge(site.disk)}
      ${facts([
        [say("region"), place === "" ? null : place],
        [
          say("place"),
          site.latitude === null || site.longitude === null
            ? null
            : html`${site.latitude.toFixed(5)}, ${site.longitude.toFixed(5)}
                <a href=${mapAt(site.latitude, site.longitude)} target="_blank" rel="noreferrer">${say("onMap")}</a>`,
        ],
        [say("routerAddress"), site.address],
        [say("onlineNow"), site.sessionsOpen],
        [say("interimSeconds"), say("seconds", { count: site.interimSeconds })],
        [say("autoLogIn"), say(site.autoLogIn ? "yes" : "no")],
        site.hosted ? [say("hostedSite"), say("yes")] : null,
        [say("note"), site.note],
        [say("since"), dateTime(site.createdAtMs, this.desk.zone)],
      ])}
      ${mayChange ? this.#buttons(site) : nothing}`;
  }

  #buttons(site: Site) {
    return html`<p class="row below">
      <button
        aria-expanded=${this.#site.edited !== null}
        @click=${() => (this.#site.edited === null ? this.#site.beginEdit() : this.#site.endEdit())}
      >
        ${say("edit")}
      </button>
      <button @click=${this.#renew}>${say("newToken")}</button>
      ${
        site.state === "pending" || site.state === "revoked"
          ? nothing
          : html`<button
              class="quiet danger"
              @click=${() =>
                this.#sure("revokeSiteSure", "cutOff", async () => {
                  await revokeSite(this.siteId);
                  await this.#site.reload();
                })}
            >
              ${say("cutOff")}
            </button>`
      }
      <button
        class="quiet danger"
        @click=${() =>
          this.#sure("removeSiteSure", "remove", async () => {
            await removeSite(this.siteId);
            location.hash = "#/sites";
          })}
      >
        ${say("remove")}
      </button>
    </p>`;
  }

  #form() {
    const { edited } = this.#site;
    if (edited === null) return nothing;
    return html`<section class="card pad panel">
      ${keyed(
        edited,
        html`<action-form
          .fields=${siteFields(edited.value)}
          submitText=${say("save")}
          .submit=${(values: Values) => changeSite(this.siteId, values, edited.etag)}
          @look-again=${() => this.#site.lookAgain()}
          @done=${async () => {
            this.#site.endEdit();
            await this.#site.reload();
            this.#deeds.tell(say("saved"));
          }}
        ></action-form>`,
      )}
    </section>`;
  }

  #renew() {
    return this.#deeds.run(
      "token",
      () => newEnrolmentToken(this.siteId),
      ({ enrolmentToken }) => {
        this.secret = enrolmentToken;
        return "";
      },
    );
  }

  async #sure(question: "revokeSiteSure" | "removeSiteSure", yes: "cutOff" | "remove", work: () => Promise<void>) {
    const name = this.#site.value?.name ?? "";
    if (await ask(say(question, { name }), say(yes))) await this.#deeds.run(question, work);
  }
}
customElements.define("site-page", SitePage);

/** Where the site is, for somebody who has to drive there. */
function mapAt(latitude: number, longitude: number): string {
  return `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
}
