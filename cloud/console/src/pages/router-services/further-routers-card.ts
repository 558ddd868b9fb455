import type { FurtherRouterChoice } from "@karibu/protocol/router/further-router";
import { html, nothing } from "lit";
import type { Field, Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { formCard } from "../../components/form-card.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { saveFile } from "../../components/save-file.ts";
import {
  type FurtherRouters,
  furtherRouterScript,
  furtherRoutersPath,
  keepFurtherRouters,
} from "../../data/fleet/router-services.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

/** The site's other routers, and how many sessions each of its routers carries. Names are the routers' own: text nodes. */
class FurtherRoutersCard extends appElement({
  siteId: property(""),
  isAdding: state(false),
}) {
  readonly #routers = new ReadController<FurtherRouters>(this, {
    path: () => furtherRoutersPath(this.siteId),
    topics: ["set-up", "session"],
  });
  readonly #actions = new PageActions(this, () => this.#routers.reload());

  override render() {
    return html`<section class="card pad">
      <h2>${say("furtherRouters")}</h2>
      <p class="soft">${say("furtherRoutersWhat")}</p>
      ${this.#routers.render((known) => this.#body(known))}
    </section>`;
  }

  #body({ routers, load, secrets }: FurtherRouters) {
    const mayChange = this.may("sites.manage");
    return html`${
      load.length === 0
        ? html`<p class="below">${say("noOneOnline")}</p>`
        : facts(
            load.map(({ nas, sessions }) => [nas ?? say("none"), say("routerSessions", { count: sessions })] as const),
          )
    }
      ${load.length > 1 || routers.length > 0 ? html`<p class="soft below">${say("loadAdvice")}</p>` : nothing}
      ${routers.map(
        (router) => html`<div class="below">
          <strong>${router.name}</strong> <span class="mono">${router.ownAddress}</span>
          <p class="soft">${servesText(router)}</p>
          ${this.#secret(secrets.find(({ ownAddress }) => ownAddress === router.ownAddress))}
          ${
            mayChange
              ? html`<span class="row below">
                  <button ?disabled=${this.#actions.busy !== ""} @click=${() => this.#script(router)}>${say("servicesScript")}</button>
                  <button class="quiet danger" ?disabled=${this.#actions.busy !== ""} @click=${() => this.#remove(router)}>${say("remove")}</button>
                </span>`
              : nothing
          }
        </div>`,
      )}
      ${
        mayChange
          ? html`<p class="row below panel">
              <button aria-expanded=${this.isAdding} @click=${() => (this.isAdding = !this.isAdding)}>${say("addRouter")}</button>
            </p>`
          : nothing
      }
      ${this.isAdding ? this.#form(routers.length) : nothing}`;
  }

  /** How old its secret is, and what waits. */
  #secret(secret: FurtherRouters["secrets"][number] | undefined) {
    if (secret === undefined) return nothing;
    const { changedAtMs, wantedAtMs, problem } = secret;
    const { zone } = this.app;
    if (wantedAtMs !== null) return html`<p class="soft">${word("furtherSecret", problem ?? "waiting")}</p>`;
    const at = changedAtMs === null ? null : dateTime(changedAtMs, zone);
    return at === null ? nothing : html`<p class="soft">${say("furtherSecretChanged", { at })}</p>`;
  }

  /** It is added to those that are there when it is sent: what was typed outlasts what a colleague adds meanwhile. */
  #form(count: number) {
    return formCard({
      intro: say("addRouterThen"),
      fields: fields(count),
      submitText: say("addRouter"),
      submit: (values) => {
        const { value, etag } = this.#routers;
        return keepFurtherRouters(this.siteId, [...(value?.routers ?? []), routerFrom(values)], etag);
      },
      reload: () => void this.#routers.reload(),
      cancel: () => (this.isAdding = false),
      done: () => {
        this.isAdding = false;
        void this.#routers.reload();
        this.#actions.notify(say("saved"));
      },
    });
  }

  #script({ ownAddress }: FurtherRouterChoice) {
    return this.#actions.run(
      `script/${ownAddress}`,
      () => furtherRouterScript(this.siteId, ownAddress),
      (text) => {
        saveFile(`karibu-router-${ownAddress}.rsc`, text, "text/plain");
        return say("routersScriptSaved");
      },
    );
  }

  async #remove({ name, ownAddress }: FurtherRouterChoice) {
    if (!(await ask(say("removeRouterSure", { name }), say("remove"), { danger: true, thing: name }))) return;
    const { value, etag } = this.#routers;
    const others = (value?.routers ?? []).filter((one) => one.ownAddress !== ownAddress);
    await this.#actions.run(`remove/${ownAddress}`, () => keepFurtherRouters(this.siteId, others, etag));
  }
}
customElements.define("further-routers-card", FurtherRoutersCard);

function servesText({ hotspot, pppoe }: FurtherRouterChoice): string {
  const parts = [
    ...(hotspot === null ? [] : [say("servesGuests", { network: hotspot.network, ports: hotspot.ports.join(", ") })]),
    ...(pppoe === null ? [] : [say("servesCustomers", { network: pppoe.network, count: pppoe.maxSessions })]),
  ];
  return parts.join(" · ");
}

/** `count`: how many there are. Each next one answers a little later, and gives out other addresses. */
function fields(count: number): Field[] {
  return [
    { name: "name", label: say("name"), required: true },
    { name: "ownAddress", label: say("routerOwnAddress"), hint: say("routerOwnAddressHint"), required: true },
    { name: "agentSide", label: say("routerAgentSide"), required: true },
    { name: "routerosVersion", label: say("routerVersion"), hint: say("routerVersionHint"), required: true },
    { name: "ports", label: say("furtherGuestPorts"), hint: say("furtherGuestPortsHint") },
    {
      name: "guestNetwork",
      label: say("furtherGuestNetwork"),
      hint: say("routerNetworkHint"),
      value: `10.${100 + count}.0.0/22`,
    },
    { name: "interfaces", label: say("pppoePorts"), hint: say("furtherPppoeHint") },
    {
      name: "network",
      label: say("pppoeNetwork"),
      hint: say("routerNetworkHint"),
      value: `10.${65 + count}.0.0/20`,
    },
    {
      name: "maxSessions",
      label: say("pppoeMax"),
      hint: say("pppoeMaxHint"),
      type: "number",
      min: 1,
      max: 65_535,
      value: 200,
    },
    {
      name: "padoDelayMs",
      label: say("pppoeDelay"),
      hint: say("pppoeDelayHint"),
      type: "number",
      min: 0,
      max: 5000,
      value: 500 * (count + 1),
    },
  ];
}

function routerFrom(values: Values): FurtherRouterChoice {
  const text = (name: string) => String(values[name] ?? "").trim();
  const list = (name: string) =>
    text(name)
      .split(",")
      .map((one) => one.trim())
      .filter((one) => one !== "");
  const [ports, interfaces] = [list("ports"), list("interfaces")];
  return {
    name: text("name"),
    ownAddress: text("ownAddress"),
    agentSide: text("agentSide"),
    routerosVersion: text("routerosVersion"),
    hotspot: ports.length === 0 ? null : { ports, network: text("guestNetwork") },
    pppoe:
      interfaces.length === 0
        ? null
        : {
            interfaces,
            network: text("network"),
            maxSessions: Number(values.maxSessions),
            padoDelayMs: Number(values.padoDelayMs),
          },
  };
}
