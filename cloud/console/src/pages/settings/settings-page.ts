import { css, html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { withQueryChange } from "../../address.ts";
import type { Field, Values } from "../../components/action-form.ts";
import { AddressQuery } from "../../components/address-query.ts";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import "../../components/quota-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { saveFile } from "../../components/save-file.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { changeSettings, exportEverything, type Settings, settingsPath } from "../../data/tenancy/settings.ts";
import { modulesOf } from "../../modules/module-pages.ts";
import { today } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { languageOptions, portalLanguageOptions, zoneOptions } from "./choices.ts";
import "./checks-card.ts";
import "./customer-page-card.ts";
import "./mail-server-card.ts";
import { outageCreditFields, outageCreditOf, payWindowFields, windowOf } from "./outage-and-pay-window.ts";
import { type FoundElsewhere, foundElsewhere } from "./settings-elsewhere.ts";

const megabyte = 1_000_000;

/** Fields of the settings that are saved together. */
const groups = ["business", "outages", "selling", "codes"] as const;
type Group = (typeof groups)[number];

interface Subject {
  readonly name: string;
  /** What is searched: its title and the words in it. */
  readonly words: readonly string[];
  readonly body: () => unknown;
}

/** The provider's settings, by subject: each is saved by itself, and a search finds which one a word stands in, or which other page. */
class SettingsPage extends appElement({ searched: state("") }) {
  readonly #actions = new PageActions(this);
  readonly #query = new AddressQuery(this, ["subject"]);
  readonly #settings = new ReadController<Settings>(this, {
    path: () => settingsPath,
    topics: [],
  });

  static override styles = [
    sharedStyles,
    css`
      .subjects {
        display: grid;
        gap: 1rem 2rem;
        align-items: start;
      }
      .subjects > * {
        min-width: 0;
      }
      nav {
        display: flex;
        flex-wrap: wrap;
        gap: 0 0.25rem;
      }
      nav a {
        display: flex;
        align-items: center;
        min-height: var(--control);
        padding: 0 0.8rem;
        border-radius: var(--radius-control);
        color: var(--ink-soft);
        font-weight: 600;
        text-decoration: none;
      }
      nav a:hover {
        color: var(--ink);
      }
      nav a[aria-current] {
        background: var(--brand-wash);
        color: var(--brand);
      }
      @media (min-width: 1100px) {
        .subjects {
          grid-template-columns: 14rem minmax(0, 52rem);
        }
        nav {
          flex-direction: column;
        }
        .rail {
          position: sticky;
          top: 1rem;
        }
      }
      /* On a phone what was found stands right below what was typed. */
      @media (max-width: 1099px) {
        nav.searching {
          display: none;
        }
      }
      input {
        margin-bottom: 0.6rem;
      }
      .elsewhere {
        display: grid;
        gap: 0.8rem;
        margin: 0.6rem 0 0;
        padding: 0;
        list-style: none;
      }
    `,
  ];

  override render() {
    return html`<div class="head"><h1>${say("settings")}</h1></div>
      ${this.#settings.render((settings) => this.#body(settings))}`;
  }

  #body(settings: Settings) {
    const all = this.#subjects(settings);
    const typed = this.searched.trim().toLowerCase();
    const subject = this.#query.values.subject || "business";
    const shown = all.filter(({ name, words }) =>
      typed === "" ? subject === "all" || name === subject : words.some((text) => text.toLowerCase().includes(typed)),
    );
    const elsewhere = foundElsewhere(typed, {
      permissions: this.app.user.permissions,
      others: modulesOf(this.app.user).flatMap(({ pages }) => pages),
      say,
    });
    const link = (name: string, text: string) =>
      html`<a href=${withQueryChange(location.hash, { subject: name })} aria-current=${name === subject && typed === "" ? "page" : nothing}>${text}</a>`;
    return html`<div class="subjects">
      <div class="rail">
        <input
          type="search"
          aria-label=${say("searchSettings")}
          placeholder=${say("searchSettings")}
          .value=${this.searched}
          @input=${(event: Event) => (this.searched = (event.target as HTMLInputElement).value)}
        />
        <nav class=${typed === "" ? "" : "searching"} aria-label=${say("settingSubjects")}>
          ${all.map(({ name }) => link(name, word("subject", name)))} ${link("all", say("allSettings"))}
        </nav>
      </div>
      <div>
        ${shown.length + elsewhere.length === 0 ? html`<p class="soft" role="status">${say("nothingFound")}</p>` : nothing}
        ${shown.map(({ body }) => body())} ${elsewhere.length === 0 ? nothing : elsewhereCard(elsewhere)}
      </div>
    </div>`;
  }

  #subjects(settings: Settings): readonly Subject[] {
    const { app } = this;
    const fields = settingsFields((this.#settings.edited ?? { value: settings }).value);
    const ofFields = (group: Group): Subject => ({
      name: group,
      words: [
        word("subject", group),
        ...fields.filter(({ name }) => groupOf[name] === group).flatMap(({ label, hint = "" }) => [label, hint]),
      ],
      body: () => this.#form(group),
    });
    const others: readonly (Subject & { readonly isHere: boolean })[] = [
      {
        name: "customer-page",
        isHere: this.may("customers.read"),
        words: [say("customersPage"), say("customersPageWhy"), say("codesADay")],
        body: () => html`<customer-page-card .app=${app}></customer-page-card>`,
      },
      ...modulesOf(app.user).flatMap(({ settings: subject }) =>
        subject === undefined
          ? []
          : [
              {
                name: subject.name,
                isHere: true,
                words: subject.words.map((key) => say(key)),
                body: () => subject.render(app),
              },
            ],
      ),
      {
        name: "mail",
        isHere: this.may("settings.manage"),
        words: [say("mailSender"), say("mailHost"), say("mailFrom")],
        body: () => html`<mail-server-card .app=${app}></mail-server-card>`,
      },
      {
        name: "checks",
        isHere: this.may("settings.manage"),
        words: [say("settingChecks"), say("settingChecksWhy")],
        body: () => html`<checks-card .app=${app}></checks-card>`,
      },
      {
        name: "limits",
        isHere: true,
        words: [word("subject", "limits")],
        body: () => html`<quota-card .app=${app}></quota-card>`,
      },
      {
        name: "export",
        isHere: this.may("provider.export"),
        words: [say("export"), say("exportWhy")],
        body: () => this.#exportCard(),
      },
    ];
    return [...groups.map(ofFields), ...others.filter(({ isHere }) => isHere)];
  }

  /** Always open. What another group saved changes nothing that is typed here. */
  #form(group: Group) {
    if (this.#settings.edited === null) this.#settings.beginEdit();
    const { edited } = this.#settings;
    if (edited === null) return nothing;
    const fields = settingsFields(edited.value).filter(({ name }) => groupOf[name] === group);
    return keyed(
      `${group} ${JSON.stringify(fields.map(({ value }) => value))}`,
      formCard({
        title: word("subject", group),
        ...(group === "business"
          ? { intro: `${say("currency")}: ${edited.value.currency}. ${say("currencyStays")}` }
          : {}),
        fields,
        submitText: say("save"),
        submit: (values) =>
          changeSettings(changeOf(group, values, edited.value.payWindow), this.#settings.edited?.etag ?? null),
        done: async () => {
          await this.#settings.restartEdit();
          this.#actions.notify(say("saved"));
        },
        reload: () => void this.#settings.restartEdit(),
      }),
    );
  }

  #exportCard() {
    return html`<section class="card pad panel">
      <h2 class="panel">${say("export")}</h2>
      <p class="soft">${say("exportWhy")}</p>
      <p class="below">
        <button ?disabled=${this.#actions.busy !== ""} @click=${this.#export}>${say("exportAll")}</button>
      </p>
    </section>`;
  }

  #export() {
    return this.#actions.run("export", exportEverything, (lines) => {
      saveFile(`karibu-${today(this.app.zone)}.ndjson`, lines, "application/x-ndjson");
      return "";
    });
  }
}
customElements.define("settings-page", SettingsPage);

function elsewhereCard(places: readonly FoundElsewhere[]) {
  return html`<section class="card pad panel">
    <h2>${say("setElsewhere")}</h2>
    <ul class="elsewhere">
      ${places.map(
        ({ path, title, note }) =>
          html`<li><a href="#/${path}">${title}</a>${note === "" ? nothing : html`<br /><span class="soft">${note}</span>`}</li>`,
      )}
    </ul>
  </section>`;
}

/** Which group a field is saved with. */
const groupOf: Readonly<Record<string, Group>> = {
  name: "business",
  supportPhone: "business",
  locale: "business",
  portalLanguage: "business",
  utcOffsetMinutes: "business",
  subdomain: "business",
  outageMinMinutes: "outages",
  outageMaxHours: "outages",
  bridgeMinutes: "outages",
  bridgeMegabytes: "outages",
  sellsUnremembered: "outages",
  payWindowMinutes: "selling",
  payWindowMegabytes: "selling",
  payWindowPerDay: "selling",
  sellerSalesPerDay: "selling",
  codePause: "codes",
  codePin: "codes",
  codeMovesPerDay: "codes",
};

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
    ...outageCreditFields(settings.outageCredit),
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
    ...payWindowFields(settings.payWindow),
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

const changes: Readonly<Record<Group, (values: Values, window: Settings["payWindow"]) => object>> = {
  business: (values) => ({
    name: values.name,
    supportPhone: values.supportPhone,
    locale: values.locale,
    portalLanguage: values.portalLanguage || null,
    utcOffsetMinutes: Number(values.utcOffsetMinutes),
    subdomain: values.subdomain || null,
  }),
  outages: (values) => ({
    outageCredit: outageCreditOf(values),
    sellsUnremembered: values.sellsUnremembered === true,
    bridge: {
      seconds: Math.round(Number(values.bridgeMinutes ?? 0) * 60),
      dataBytes: Math.round(Number(values.bridgeMegabytes ?? 0) * megabyte),
    },
  }),
  selling: (values, window) => ({
    sellerSalesPerDay: Number(values.sellerSalesPerDay),
    payWindow: windowOf(values, window),
  }),
  codes: (values) => ({
    codeGuard: {
      mayPause: values.codePause === true,
      mayPin: values.codePin === true,
      movesPerDay: values.codeMovesPerDay ? Number(values.codeMovesPerDay) : null,
    },
  }),
};

const changeOf = (group: Group, values: Values, window: Settings["payWindow"]): object =>
  changes[group](values, window);
