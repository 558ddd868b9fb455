import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Field, Values } from "../../components/action-form.ts";
import { elementWith, property } from "../../components/element-with.ts";
import { Deeds } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { saveFile } from "../../components/save-file.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { changeSettings, exportEverything, type Settings, settingsPath } from "../../data/tenancy/settings.ts";
import type { Desk } from "../../desk.ts";
import { today } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import "../../components/action-form.ts";
import { languageOptions, zoneOptions } from "./choices.ts";

const megabyte = 1_000_000;

/** The provider's own settings: name, language, zone, what a site gives when nobody can be asked. */
class SettingsPage extends elementWith({
  desk: property<Desk>(),
}) {
  readonly #deeds = new Deeds(this);
  readonly #settings = new ReadController<Settings>(this, {
    path: () => settingsPath,
    topics: [],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    const mayExport = this.desk.user.permissions.includes("provider.export");
    return html`<div class="head"><h1>${say("settings")}</h1></div>
      ${this.#deeds.notice()} ${this.#settings.render((settings) => this.#form(settings))}
      ${
        mayExport
          ? html`<h2 class="between">${say("export")}</h2>
              <section class="card pad">
                <p class="soft">${say("exportWhy")}</p>
                <p class="below">
                  <button ?disabled=${this.#deeds.busy !== ""} @click=${this.#export}>${say("exportAll")}</button>
                </p>
              </section>`
          : nothing
      }`;
  }

  /** The form is open all the while: it works on what was there when it was drawn first. */
  #form(read: Settings) {
    if (this.#settings.edited === null) this.#settings.beginEdit();
    const edited = this.#settings.edited ?? { value: read, etag: this.#settings.etag };
    const now = edited.value;
    const fields: Field[] = [
      { name: "name", label: say("businessName"), required: true, value: now.name },
      { name: "supportPhone", label: say("supportPhone"), type: "tel", value: now.supportPhone },
      {
        name: "locale",
        label: say("customersLanguage"),
        type: "select",
        value: now.locale,
        options: languageOptions,
      },
      {
        name: "utcOffsetMinutes",
        label: say("timeZone"),
        type: "select",
        value: now.utcOffsetMinutes,
        options: zoneOptions(now.utcOffsetMinutes),
      },
      {
        name: "bridgeMinutes",
        label: say("bridgeMinutes"),
        type: "number",
        min: 0,
        hint: say("bridgeHint"),
        value: now.bridge.seconds / 60,
      },
      {
        name: "bridgeMegabytes",
        label: say("bridgeMegabytes"),
        type: "number",
        min: 0,
        value: now.bridge.dataBytes / megabyte,
      },
    ];
    return html`<section class="card pad">
      ${keyed(
        edited,
        html`<action-form
          .fields=${fields}
          submitText=${say("save")}
          .submit=${(values: Values) => changeSettings(changeOf(values), edited.etag)}
          @look-again=${() => this.#settings.lookAgain()}
          @done=${async () => {
            await this.#settings.lookAgain();
            this.#deeds.tell(say("saved"));
          }}
        ></action-form>`,
      )}
      <p class="soft below">${say("currency")}: ${now.currency}. ${say("currencyStays")}</p>
    </section>`;
  }

  #export() {
    return this.#deeds.run("export", exportEverything, (lines) => {
      saveFile(`karibu-${today(this.desk.zone)}.ndjson`, lines, "application/x-ndjson");
      return "";
    });
  }
}
customElements.define("settings-page", SettingsPage);

function changeOf(values: Values): object {
  return {
    name: values.name,
    supportPhone: values.supportPhone,
    locale: values.locale,
    utcOffsetMinutes: Number(values.utcOffsetMinutes),
    bridge: {
      seconds: Math.round(Number(values.bridgeMinutes ?? 0) * 60),
      dataBytes: Math.round(Number(values.bridgeMegabytes ?? 0) * megabyte),
    },
  };
}
