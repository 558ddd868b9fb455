import { css, html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { editCard } from "../../components/form-card.ts";
import "../../components/map/site-map.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { shownOnce } from "../../components/shown-once.ts";
import { plansToChoose } from "../../data/catalogue/plans.ts";
import { noNames, readNames } from "../../data/names.ts";
import { dateTime, timeOfDay } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say, word } from "../../strings/strings.ts";
import { readKinds, type StockKind } from "../stock/stock.ts";
import {
  actOnInstallation,
  changeInstallation,
  installationPath,
  installationPhoto,
  type WholeInstallation,
  workOnInstallation,
} from "./installations.ts";
import "../../pages/customers/personal-data-card.ts";
import { type Choices, installationFields, installationOf } from "./installation-fields.ts";
import { type InstallationFormName as Form, installationForm } from "./installation-forms.ts";
import { dropDraft, keepDraft, readDraft } from "./kept-draft.ts";
import { dataOfLead } from "./lead-data.ts";
import { shrunk } from "./shrink-photo.ts";

/** One installation, for the office and for the technician at the house: large buttons, and a line that breaks loses nothing. */
class InstallationPage extends appElement({
  installationId: property(""),
  open: state<Form | null>(null),
  choices: state<Choices>({ plans: [], sites: noNames, staff: noNames }),
  kinds: state<readonly StockKind[]>([]),
  secret: state(""),
  sources: state<ReadonlyMap<string, string>>(new Map()),
}) {
  readonly #installation = new ReadController<WholeInstallation>(this, {
    path: () => installationPath(this.installationId),
    topics: ["customer"],
  });
  readonly #actions = new PageActions(this, () => this.#installation.reload());

  static override styles = [
    sharedStyles,
    css`
      .big-buttons {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 150px), 1fr));
        gap: 0.6rem;
        margin: 0 0 1rem;
      }
      .big-buttons > * {
        min-height: 56px;
        justify-content: center;
        text-align: center;
      }
      ul.list {
        list-style: none;
        margin: 0.5rem 0 0;
        padding: 0;
      }
      ul.list label {
        display: flex;
        align-items: center;
        gap: 0.8rem;
        min-height: 52px;
        padding: 0.3rem 0;
        border-bottom: 1px solid var(--line);
        font-weight: 500;
        cursor: pointer;
      }
      ul.list input {
        width: 26px;
        height: 26px;
        flex: none;
      }
      ul.list .soft {
        margin-left: auto;
        text-align: right;
        font-size: 0.85em;
      }
      .photos {
        display: flex;
        flex-wrap: wrap;
        gap: 0.6rem;
      }
      .photos img {
        height: 8rem;
        max-width: 100%;
        object-fit: contain;
        border-radius: var(--radius-small);
        border: 1px solid var(--line);
      }
      .photo-button {
        position: relative;
        overflow: hidden;
      }
      .photo-button input {
        position: absolute;
        inset: 0;
        opacity: 0;
        cursor: pointer;
      }
      .photo-button:focus-within {
        outline: 3px solid var(--focus);
        outline-offset: 2px;
      }
    `,
  ];

  override async firstUpdated() {
    const { user } = this.app;
    const [plans, sites, staff, kinds] = await Promise.all([
      this.may("plans.read") ? plansToChoose().catch(() => []) : [],
      readNames("sites", user),
      readNames("staff", user),
      this.may("stock.read") ? readKinds().catch(() => []) : [],
    ]);
    this.choices = { plans, sites, staff };
    this.kinds = kinds;
  }

  override render() {
    const one = this.#installation.value;
    return html`<div class="head"><h1>${one === null ? say("installation") : `#${one.number} ${one.name}`}</h1></div>
      ${shownOnce(say("passwordOfLine"), this.secret, () => (this.secret = ""))}
      ${this.#installation.render((installation) => this.#body(installation))}
      ${one === null ? nothing : this.#personalData(one)}`;
  }

  /** Who became a customer has it there. */
  #personalData({ installationId: id, customerId, name }: WholeInstallation) {
    if (customerId !== null || !this.may("customers.personal-data")) return nothing;
    return html`<personal-data-card
      .app=${this.app}
      .subject=${dataOfLead(id)}
      .name=${name}
    ></personal-data-card>`;
  }

  #body(one: WholeInstallation) {
    const isLive = one.state !== "done" && one.state !== "cancelled";
    const works = this.may("installations.work") && isLive;
    const manages = this.may("installations.manage") && isLive;
    this.#showPhotos(one);
    return html`<section class="card pad panel">
        <span class="badge ${one.state === "done" ? "good" : one.state === "cancelled" ? "bad" : ""}">${word("installation", one.state)}</span>
        ${facts([
          [say("visit"), visitText(one, this.app)],
          [say("technician"), one.assignedToName ?? say("nobodyYet")],
          [say("placeNote"), one.placeNote],
          [say("wishedPlan"), one.planName === null ? null : planTitle(one.planName)],
          [say("site"), one.siteName],
          one.source === null ? null : [say("leadSource"), one.source],
          one.note === null ? null : [say("note"), one.note],
          one.cancelReason === null ? null : [say("cancelReason"), one.cancelReason],
        ])}
        ${
          manages
            ? html`<p class="row below">
                <button aria-expanded=${this.#installation.edited !== null} @click=${() => this.#installation.toggleEdit()}>${say("edit")}</button>
              </p>`
            : nothing
        }
      </section>
      ${editCard(this.#installation, {
        fields: (each) => installationFields(each, this.choices, this.app.zone),
        submit: (values, etag) =>
          changeInstallation(
            this.installationId,
            installationOf(values, this.app.zone, this.#installation.edited?.value ?? one),
            etag,
          ),
        done: () => {
          this.#installation.endEdit();
          void this.#installation.reload();
        },
      })}
      ${this.#made(one)} ${this.#ways(one, works)} ${this.#checklist(one, works)} ${this.#equipment(one, works)}
      ${this.#photos(one)} ${works ? this.#end() : nothing}`;
  }

  #made(one: WholeInstallation) {
    if (one.state !== "done") return nothing;
    return html`<section class="card pad panel">
      <h2>${say("madeOfIt")}</h2>
      <p class="row">
        ${one.customerId === null ? nothing : html`<a class="button" href="#/customers/${one.customerId}">${say("customer")}</a>`}
        ${one.accountId === null ? nothing : html`<a class="button" href="#/accounts/${one.accountId}">${say("account")}</a>`}
        ${one.subscriptionId === null ? nothing : html`<a class="button" href="#/subscriptions/${one.subscriptionId}">${say("subscription")}</a>`}
      </p>
    </section>`;
  }

  #ways({ phone, latitude, longitude }: WholeInstallation, works: boolean) {
    const place = latitude === null || longitude === null ? null : { latitude, longitude };
    return html`<div class="big-buttons">
        ${phone === null ? nothing : html`<a class="button" href="tel:+${phone}">${say("call")} +${phone}</a>`}
        ${place === null ? nothing : html`<a class="button" href="geo:${place.latitude},${place.longitude}">${say("showWay")}</a>`}
        ${
          works
            ? html`<button ?disabled=${this.#actions.busy !== ""} @click=${() => this.#here()}>${say("placeHere")}</button>
                <label class="button photo-button"
                  >${say("addPhoto")}<input type="file" accept="image/*" capture="environment" @change=${this.#photo}
                /></label>`
            : nothing
        }
      </div>
      ${place === null ? nothing : html`<section class="card pad panel"><site-map .marked=${place}></site-map></section>`}`;
  }

  #checklist(one: WholeInstallation, works: boolean) {
    if (one.checklist.length === 0) return nothing;
    return html`<section class="card pad panel">
      <h2>${say("checklist")} <span class="soft">${say("ticked", { done: one.ticked, all: one.toTick })}</span></h2>
      <ul class="list">
        ${one.checklist.map(
          (item, at) => html`<li>
            <label
              ><input
                type="checkbox"
                .checked=${item.doneAtMs !== null}
                ?disabled=${!works}
                @change=${(event: Event) => this.#tick(at, event.target as HTMLInputElement)}
              /><span>${item.text}</span>${
                item.doneAtMs === null
                  ? nothing
                  : html`<span class="soft">${item.doneBy}<br />${timeOfDay(item.doneAtMs, this.app.zone)}</span>`
              }</label
            >
          </li>`,
        )}
      </ul>
    </section>`;
  }

  #equipment(one: WholeInstallation, works: boolean) {
    return html`<section class="card pad panel">
        <h2>${say("equipment")}</h2>
        ${
          one.equipment.length === 0
            ? html`<p class="soft">${say("noEquipment")}</p>`
            : facts(
                one.equipment.map((item) => [
                  `${item.kindName} ${item.serial}`,
                  html`${word("holding", item.holding)}
                  ${works ? html`<button class="quiet" @click=${() => this.#back(item.serial)}>${say("backInVan")}</button>` : nothing}`,
                ]),
              )
        }
        ${
          works
            ? html`<p class="row below">
                <button @click=${() => (this.open = "equipment")}>${say("addEquipment")}</button>
                ${this.kinds.some(({ hasSerials }) => !hasSerials) ? html`<button class="quiet" @click=${() => (this.open = "used")}>${say("usedMaterial")}</button>` : nothing}
              </p>`
            : nothing
        }
      </section>
      ${this.open === "equipment" || this.open === "used" ? this.#form(this.open, one) : nothing}`;
  }

  #photos(one: WholeInstallation) {
    if (one.pictures.length === 0) return nothing;
    return html`<section class="card pad panel">
      <h2>${say("photos")}</h2>
      <div class="photos">
        ${one.pictures.map(
          (each) =>
            html`<img src=${this.sources.get(each.installationPictureId) ?? "data:,"} alt="${say("photoFile")}, ${each.who}" />`,
        )}
      </div>
    </section>`;
  }

  #end() {
    const one = this.#installation.value;
    if (one === null) return nothing;
    return html`<div class="big-buttons">
        <button class="primary" @click=${() => (this.open = "complete")}>${say("makeCustomerLine")}</button>
        <button class="quiet danger" @click=${() => (this.open = "cancel")}>${say("cancelInstallation")}</button>
      </div>
      ${this.open === "complete" || this.open === "cancel" ? this.#form(this.open, one) : nothing}`;
  }

  #form(open: Form, one: WholeInstallation) {
    const draft = `${this.installationId}/${open}`;
    return html`<div @input=${(event: Event) => keepDraft(draft, event)} @change=${(event: Event) => keepDraft(draft, event)}>
      ${keyed(
        open,
        installationForm(open, one, {
          kinds: this.kinds,
          choices: this.choices,
          kept: readDraft(draft),
          done: (answer) => {
            dropDraft(draft);
            this.open = null;
            const { username, password } = answer as { readonly username?: string; readonly password?: string | null };
            this.secret = password == null ? "" : `${username}  ${password}`;
            this.#actions.notify(say("saved"));
            void this.#installation.reload();
          },
          cancel: () => {
            this.open = null;
          },
        }),
      )}
    </div>`;
  }

  async #tick(item: number, box: HTMLInputElement) {
    const done = box.checked;
    await this.#actions.run(
      `tick/${item}`,
      () => actOnInstallation(this.installationId, "check", { item, done }),
      () => "",
    );
    // As the hub has it: what was refused, or pressed while something else was under way, is not so.
    box.checked = this.#installation.value?.checklist[item]?.doneAtMs != null;
  }

  #back(serial: string) {
    return this.#actions.run(`back/${serial}`, (key) =>
      workOnInstallation(this.installationId, "equipment-back", { serial }, key),
    );
  }

  /** Where the phone is, to some metres. */
  #here() {
    return this.#actions.run("here", async () => {
      const at = await new Promise<GeolocationPosition>((resolve, reject) =>
        navigator.geolocation.getCurrentPosition(resolve, reject, { enableHighAccuracy: true, timeout: 20_000 }),
      ).catch(() => {
        throw new Error(say("placeNotFound"));
      });
      const { latitude, longitude } = at.coords;
      return actOnInstallation(this.installationId, "place", { latitude, longitude });
    });
  }

  readonly #photo = async (event: Event) => {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    if (file === undefined) return;
    const picture = await shrunk(file);
    await this.#actions.run(`photo/${file.name}/${file.lastModified}`, (key) =>
      workOnInstallation(this.installationId, "pictures", { file: picture }, key),
    );
    input.value = "";
  };

  #showPhotos(one: WholeInstallation): void {
    const missing = one.pictures.filter(({ installationPictureId }) => !this.sources.has(installationPictureId));
    // Marked at once, so that the next drawing does not ask for them again.
    for (const each of missing) (this.sources as Map<string, string>).set(each.installationPictureId, "data:,");
    for (const each of missing)
      void installationPhoto(this.installationId, each).then(
        (source) => (this.sources = new Map([...this.sources, [each.installationPictureId, source]])),
        () => {},
      );
  }
}
customElements.define("installation-page", InstallationPage);

function visitText(one: WholeInstallation, { zone }: { readonly zone: Parameters<typeof dateTime>[1] }): string {
  if (one.visitFromMs === null || one.visitUntilMs === null) return say("noVisit");
  return `${dateTime(one.visitFromMs, zone)} – ${timeOfDay(one.visitUntilMs, zone)}`;
}
