import { css, html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { formCard } from "../../components/form-card.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { saveFile } from "../../components/save-file.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import "../../components/overlay/copy-button.ts";
import {
  chooseServices,
  emergencyAccount,
  type ServiceName,
  type SiteServices,
  servicesPath,
  servicesScript,
  snmpLogIn,
} from "../../data/fleet/router-services.ts";
import { setUpHref } from "../../data/fleet/set-up.ts";
import { type Site, sitePath } from "../../data/fleet/sites.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import "./further-routers-card.ts";
import "./secrets-card.ts";
import { serviceFields, servicesWith } from "./service-fields.ts";

const services: readonly ServiceName[] = ["pppoe", "fairUplink", "sharing", "snmp", "logging", "staff"];

/** What runs at a site's router beside the hotspot: chosen here, and brought to the router by a script. */
class RouterServicesPage extends appElement({
  siteId: property(""),
  /** The service whose form is open. */
  edited: state<ServiceName | null>(null),
  /** SNMP's log-in, while it is shown. */
  snmp: state(""),
  /** The emergency account, while it is shown. */
  emergency: state(""),
}) {
  readonly #services = new ReadController<SiteServices>(this, {
    path: () => servicesPath(this.siteId),
    topics: ["set-up"],
  });
  readonly #site = new ReadController<Site>(this, { path: () => sitePath(this.siteId) });
  readonly #actions = new PageActions(this, () => this.#services.reload());

  static override styles = [
    sharedStyles,
    css`
      section.card {
        margin-bottom: var(--space-4);
      }
      further-routers-card {
        display: block;
        margin-bottom: var(--space-4);
      }
    `,
  ];

  override render() {
    const name = this.#site.value?.name ?? "";
    return html`<div class="head">
        <a href="#/sites/${encodeURIComponent(this.siteId)}">${name === "" ? say("site") : name}</a>
        <h1>${say("routerServices")}</h1>
      </div>
      ${this.#services.render(
        (known) => html`${this.#script(known)}
          ${this.#snmpLogIn()} ${this.#emergencyAccount()}
          <div class="two">${services.map((service) => this.#service(service, known))}</div>`,
      )}
      <further-routers-card .app=${this.app} .siteId=${this.siteId}></further-routers-card>
      <secrets-card .app=${this.app} .siteId=${this.siteId}></secrets-card>`;
  }

  /** How a choice gets to the router. */
  #script({ hasRouter, changedAtMs }: SiteServices) {
    return html`<section class="card pad">
      <p>${say(hasRouter ? "servicesHow" : "servicesFirst")}</p>
      ${
        hasRouter && this.may("sites.manage")
          ? html`<ol class="soft below">
                <li>${say("servicesStep_save")}</li>
                <li>${say("servicesStep_upload")}</li>
                <li>${say("servicesStep_import")} <span class="mono">/import karibu-services.rsc</span></li>
              </ol>
              <p class="row below">
                <button class="primary" ?disabled=${this.#actions.busy !== ""} @click=${this.#save}>${say("servicesScript")}</button>
              </p>`
          : hasRouter
            ? nothing
            : html`<p class="below"><a href=${setUpHref(this.siteId)}>${say("setUpRouter")}</a></p>`
      }
      ${changedAtMs === null ? nothing : html`<p class="soft below">${say("servicesChanged", { at: dateTime(changedAtMs, this.app.zone) })}</p>`}
    </section>`;
  }

  /** Whoever may manage the site can read it again: it is no secret that is shown once. */
  #snmpLogIn() {
    if (this.snmp === "") return nothing;
    return html`<section class="card pad" role="status">
      <h2>${say("snmpLogIn")}</h2>
      <p class="soft">${say("snmpLogInHint")}</p>
      <pre class="mono secret">${this.snmp}</pre>
      <div class="row">
        <copy-button text=${this.snmp} label=${say("copy")}></copy-button>
        <button class="quiet" @click=${() => (this.snmp = "")}>${say("close")}</button>
      </div>
    </section>`;
  }

  #emergencyAccount() {
    if (this.emergency === "") return nothing;
    return html`<section class="card pad" role="status">
      <h2>${say("emergencyAccount")}</h2>
      <p class="soft">${say("emergencyHint")}</p>
      <pre class="mono secret">${this.emergency}</pre>
      <div class="row">
        <copy-button text=${this.emergency} label=${say("copy")}></copy-button>
        <button class="quiet" @click=${() => (this.emergency = "")}>${say("close")}</button>
      </div>
    </section>`;
  }

  #service(service: ServiceName, known: SiteServices): TemplateResult {
    const isOn = known.chosen[service] !== null;
    const mayChange = this.may("sites.manage");
    return html`<section class="card pad" aria-label=${word("beside", service)}>
      <h2>${word("beside", service)} <span class="badge ${isOn ? "good" : ""}">${say(isOn ? "isOn" : "isOff")}</span></h2>
      <p class="soft">${word("besideWhat", service)}</p>
      ${this.#facts(service, known)}
      ${
        mayChange
          ? html`<p class="row below">
              <button aria-expanded=${this.edited === service} @click=${() => this.#toggle(service)}>${say(isOn ? "edit" : "switchOn")}</button>
              ${service === "snmp" && isOn ? html`<button ?disabled=${this.#actions.busy !== ""} @click=${this.#showSnmp}>${say("snmpShow")}</button>` : nothing}
              ${service === "staff" && this.#hasEmergency(known) && this.may("routers.log-in-full") ? html`<button ?disabled=${this.#actions.busy !== ""} @click=${this.#showEmergency}>${say("emergencyShow")}</button>` : nothing}
              ${isOn ? html`<button class="quiet danger" ?disabled=${this.#actions.busy !== ""} @click=${() => this.#off(service)}>${say("switchOff")}</button>` : nothing}
            </p>`
          : nothing
      }
      ${this.edited === service && mayChange ? this.#form(service) : nothing}
    </section>`;
  }

  readonly #hasEmergency = ({ chosen }: SiteServices) => (chosen.staff?.emergencyAddresses.length ?? 0) > 0;

  /** The router's own names are text nodes. */
  #facts(service: ServiceName, { chosen, snmpUser }: SiteServices) {
    const { pppoe, snmp, logging, fairUplink, sharing, staff } = chosen;
    const list = (values: readonly string[]) => (values.length === 0 ? null : values.join(", "));
    if (service === "pppoe" && pppoe !== null)
      return facts([
        [say("pppoePorts"), list(pppoe.interfaces)],
        [say("pppoeNetwork"), pppoe.network],
        [say("pppoeMax"), String(pppoe.maxSessions)],
        pppoe.padoDelayMs === 0 ? null : [say("pppoeDelay"), String(pppoe.padoDelayMs)],
      ]);
    if (service === "snmp" && snmp !== null)
      return facts([
        [say("snmpFrom"), list(snmp.addresses)],
        [say("snmpUser"), snmpUser],
      ]);
    if (service === "logging" && logging !== null)
      return facts([
        [say("logTo"), `${logging.collector}:${logging.port} (${logging.protocol})`],
        [say("logTopics"), list(logging.topics)],
      ]);
    if (service === "fairUplink" && fairUplink !== null)
      return facts([
        [say("fairPort"), fairUplink.uplink],
        [say("fairDown"), say("mbits", { count: fairUplink.downKbps / 1000 })],
        [say("fairUp"), say("mbits", { count: fairUplink.upKbps / 1000 })],
      ]);
    if (service === "staff" && staff !== null)
      return facts([[say("emergencyAddresses"), list(staff.emergencyAddresses)]]);
    return service === "sharing" && sharing !== null ? facts([[say("mayShare"), list(sharing.exceptions)]]) : nothing;
  }

  /** Of the version that was there when it was opened. */
  #form(service: ServiceName) {
    const { edited } = this.#services;
    if (edited === null) return nothing;
    const { value, etag } = edited;
    return keyed(
      edited,
      formCard({
        fields: serviceFields(service, value),
        submitText: say("save"),
        submit: (values) => chooseServices(this.siteId, servicesWith(service, values, value), etag),
        cancel: () => this.#toggle(service),
        reload: () => void this.#services.restartEdit(),
        done: () => {
          this.#toggle(service);
          void this.#services.reload();
          this.#actions.notify(say("servicesSaved"));
        },
      }),
    );
  }

  #toggle(service: ServiceName) {
    this.edited = this.edited === service ? null : service;
    if (this.edited === null) this.#services.endEdit();
    else this.#services.beginEdit();
  }

  async #off(service: ServiceName) {
    const name = word("beside", service);
    const { value, etag } = this.#services;
    if (value === null) return;
    if (!(await ask(say("serviceOffSure", { name }), say("switchOff"), { danger: true, thing: name }))) return;
    await this.#actions.run(
      "off",
      () => chooseServices(this.siteId, { ...value.chosen, [service]: null }, etag),
      () => {
        // Those that are shown open nothing any more.
        if (service === "snmp") this.snmp = "";
        if (service === "staff") this.emergency = "";
        return say("servicesSaved");
      },
    );
  }

  readonly #save = () =>
    this.#actions.run(
      "script",
      () => servicesScript(this.siteId),
      (text) => {
        saveFile("karibu-services.rsc", text, "text/plain");
        return say("routersScriptSaved");
      },
    );

  readonly #showSnmp = () =>
    this.#actions.run(
      "snmp",
      () => snmpLogIn(this.siteId),
      ({ user, authenticationPassword, encryptionPassword }) => {
        this.snmp = `${user}\nSHA1 ${authenticationPassword}\nAES ${encryptionPassword}`;
        return "";
      },
    );

  readonly #showEmergency = () =>
    this.#actions.run(
      "emergency",
      () => emergencyAccount(this.siteId),
      ({ name, password }) => {
        this.emergency = `${name}\n${password}`;
        return "";
      },
    );
}
customElements.define("router-services-page", RouterServicesPage);
