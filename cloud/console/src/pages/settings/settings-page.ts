import { html, nothing } from "lit";
import type { Field, Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { editCard } from "../../components/form-card.ts";
import "../../components/quota-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { saveFile } from "../../components/save-file.ts";
import { changeSettings, exportEverything, type Settings, settingsPath } from "../../data/tenancy/settings.ts";
import { today } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { languageOptions, portalLanguageOptions, zoneOptions } from "./choices.ts";
import "./checks-card.ts";
import "./customer-page-card.ts";
import "./domains-card.ts";
import "./mail-server-card.ts";

const megabyte = 1_000_000;

/** The provider's settings: name, language, time zone, what a site gives while it is offline. */
class SettingsPage extends appElement() {
  readonly #actions = new PageActions(this);
  readonly #settings = new ReadController<Settings>(this, {
    path: () => settingsPath,
    topics: [],
  });

  override render() {
    const mayExport = this.may("provider.export");
    return html`<div class="head"><h1>${say("settings")}</h1></div>
      ${this.#settings.render((settings) => this.#form(settings))}
      ${this.may("customers.read") ? html`<customer-page-card .app=${this.app}></customer-page-card>` : nothing}
      <domains-card .app=${this.app}></domains-card>
      ${
        this.may("settings.manage")
          ? html`<mail-server-card .app=${this.app}></mail-server-card><checks-card .app=${this.app}></checks-card>`
          : nothing
      }
      <quota-card .app=${this.app}></quota-card>
      ${
        mayExport
          ? html`<h2 class="between">${say("export")}</h2>
              <section class="card pad">
                <p class="soft">${say("exportWhy")}</p>
                <p class="below">
                  <button ?disabled=${this.#actions.busy !== ""} @click=${this.#export}>${say("exportAll")}</button>
                </p>
              </section>`
          : nothing
      }`;
  }

  /** The form is always open: it changes the version that was there when the page opened. */
  #form({ currency }: Settings) {
    if (this.#settings.edited === null) this.#settings.beginEdit();
    return html`${editCard(this.#settings, {
      fields: settingsFields,
      submit: (values, etag) => changeSettings(changeOf(values, this.#settings.edited?.value.payWindow ?? null), etag),
      done: async () => {
        await this.#settings.restartEdit();
        this.#actions.notify(say("saved"));
      },
    })}
    <p class="soft below">${say("currency")}: ${currency}. ${say("currencyStays")}</p>`;
  }

  #export() {
    return this.#actions.run("export", exportEverything, (lines) => {
      saveFile(`karibu-${today(this.app.zone)}.ndjson`, lines, "application/x-ndjson");
      return "";
    });
  }
}
customElements.define("settings-page", SettingsPage);

function settingsFields(settings: Settings): Field[] {
  return [
    { name: "name", label: say("businessName"), required: true, value: settings.name },
    { name: "supportPhone", label: say("supportPhone"), type: "tel", value: settings.supportPhone },
    {
      name: "locale",
      label: say("customersLanguage"),
      type: "select",
      value: settings.locale,
      options: languageOptions,
    },
    {
      name: "portalLanguage",
      label: say("portalLanguage"),
      type: "select",
      hint: say("portalLanguageHint"),
      value: settings.portalLanguage ?? "",
      options: portalLanguageOptions(say("sameLanguage")),
    },
    {
      name: "utcOffsetMinutes",
      label: say("timeZone"),
      type: "select",
      value: settings.utcOffsetMinutes,
      options: zoneOptions(settings.utcOffsetMinutes),
    },
    {
      name: "subdomain",
      label: say("subdomain"),
      hint: say("subdomainHint"),
      value: settings.subdomain,
    },
    {
      name: "outageMinMinutes",
      label: say("outageMinMinutes"),
      type: "number",
      min: 1,
      max: 1440,
      hint: say("outageMinHint"),
      value: settings.outageCredit === null ? null : Math.round(settings.outageCredit.minSeconds / 60),
    },
    {
      name: "outageMaxHours",
      label: say("outageMaxHours"),
      type: "number",
      min: 1,
      max: 720,
      value: Math.round((settings.outageCredit?.maxSeconds ?? usualOutageSecondsMax) / 3600),
    },
    {
      name: "bridgeMinutes",
      label: say("bridgeMinutes"),
      type: "number",
      min: 0,
      hint: say("bridgeHint"),
      value: settings.bridge.seconds / 60,
    },
    {
      name: "bridgeMegabytes",
      label: say("bridgeMegabytes"),
      type: "number",
      min: 0,
      value: settings.bridge.dataBytes / megabyte,
    },
    {
      name: "payWindowMinutes",
      label: say("payWindowMinutes"),
      type: "number",
      min: 1,
      max: 30,
      hint: say("payWindowHint"),
      value: settings.payWindow === null ? null : Math.round(settings.payWindow.seconds / 60),
    },
    {
      name: "payWindowMegabytes",
      label: say("payWindowMegabytes"),
      type: "number",
      min: 1,
      max: 200,
      value: (settings.payWindow ?? usualWindow).dataBytes / megabyte,
    },
    {
      name: "payWindowPerDay",
      label: say("payWindowPerDay"),
      type: "number",
      min: 1,
      max: 100_000,
      value: (settings.payWindow ?? usualWindow).perDay,
    },
    {
      name: "sellerSalesPerDay",
      label: say("sellerSalesPerDay"),
      type: "number",
      min: 1,
      max: 10_000,
      required: true,
      hint: say("sellerSalesPerDayHint"),
      value: settings.sellerSalesPerDay,
    },
    {
      name: "sellsUnremembered",
      label: say("sellsUnremembered"),
      type: "checkbox",
      hint: say("sellsUnrememberedHint"),
      value: settings.sellsUnremembered,
    },
    {
      name: "codePause",
      label: say("codePause"),
      type: "checkbox",
      hint: say("codePauseHint"),
      value: settings.codeGuard.mayPause,
    },
    {
      name: "codePin",
      label: say("codePin"),
      type: "checkbox",
      hint: say("codePinHint"),
      value: settings.codeGuard.mayPin,
    },
    {
      name: "codeMovesPerDay",
      label: say("codeMovesPerDay"),
      type: "number",
      min: 1,
      max: 100,
      hint: say("codeMovesPerDayHint"),
      value: settings.codeGuard.movesPerDay,
    },
  ];
}

const usualOutageSecondsMax = 24 * 3600;

/** Empty minutes: outages are not credited. */
function outageCreditOf({ outageMinMinutes: minutes, outageMaxHours: hours }: Values): Settings["outageCredit"] {
  if (minutes == null || Number(minutes) === 0) return null;
  const minSeconds = Math.round(Number(minutes) * 60);
  const maxSeconds = hours == null ? usualOutageSecondsMax : Math.round(Number(hours) * 3600);
  return { minSeconds, maxSeconds: Math.max(minSeconds, maxSeconds) };
}

/** Enough for the page of a bank, and too little for more. */
const usualWindow = { seconds: 600, kbps: 512, dataBytes: 30 * megabyte, everySeconds: 7200, perDay: 50 };

function windowOf(values: Values, before: Settings["payWindow"]): Settings["payWindow"] {
  const { payWindowMinutes: minutes, payWindowMegabytes: megabytes, payWindowPerDay: perDay } = values;
  if (minutes == null || Number(minutes) === 0) return null;
  const usual = before ?? usualWindow;
  return {
    ...usual,
    seconds: Math.round(Number(minutes) * 60),
    dataBytes: megabytes == null ? usual.dataBytes : Math.round(Number(megabytes) * megabyte),
    perDay: perDay == null ? usual.perDay : Number(perDay),
  };
}

function changeOf(values: Values, window: Settings["payWindow"]): object {
  return {
    name: values.name,
    supportPhone: values.supportPhone,
    locale: values.locale,
    portalLanguage: values.portalLanguage || null,
    utcOffsetMinutes: Number(values.utcOffsetMinutes),
    sellerSalesPerDay: Number(values.sellerSalesPerDay),
    subdomain: values.subdomain || null,
    outageCredit: outageCreditOf(values),
    payWindow: windowOf(values, window),
    sellsUnremembered: values.sellsUnremembered === true,
    codeGuard: {
      mayPause: values.codePause === true,
      mayPin: values.codePin === true,
      movesPerDay: values.codeMovesPerDay ? Number(values.codeMovesPerDay) : null,
    },
    bridge: {
      seconds: Math.round(Number(values.bridgeMinutes ?? 0) * 60),
      dataBytes: Math.round(Number(values.bridgeMegabytes ?? 0) * megabyte),
    },
  };
}
