import { css, html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { pictureForm } from "../../components/fields/picture-form.ts";
import { readPictures } from "../../components/fields/read-pictures.ts";
import { editCard, formCard } from "../../components/form-card.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { type Plan, plansToChoose } from "../../data/catalogue/plans.ts";
import {
  addNotice,
  type Brand,
  brandPath,
  changeNotice,
  listNotices,
  type Notice,
  removeNotice,
  saveBrand,
} from "../../data/tenancy/brand.ts";
import { type Picture, removePicture } from "../../data/tenancy/pictures.ts";
import { byteSize, shortDay } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { brandFields, brandOf, isLook } from "./brand-fields.ts";
import { noticeFields, noticeOf } from "./notice-form.ts";
import "./portal-preview.ts";
import { previewOf } from "./preview-state.ts";

/** The provider's brand beside the portal as customers see it, its pictures, and what the portal announces and advertises. */
class BrandPage extends appElement({
  /** What is typed at this moment, by field; the rest is as it was read. */
  typed: state<Values>({}),
  /** Of each picture, as a `data:` address. */
  sources: state<ReadonlyMap<string, string>>(new Map()),
  plans: state<readonly Plan[]>([]),
  /** Which notice's form is open; `new`: that of a new one. */
  openNotice: state(""),
}) {
  readonly #actions = new PageActions(this, () => this.#reload());
  readonly #brand = new ReadController<Brand>(this, { path: () => brandPath });
  readonly #notices = new ReadController<readonly Notice[]>(this, { read: listNotices });
  readonly #pictures = readPictures(this);

  static override styles = [
    sharedStyles,
    css`
      .beside {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 360px);
        gap: var(--gap, 1rem);
        align-items: start;
      }
      .seen {
        position: sticky;
        top: 1rem;
      }
      @media (max-width: 70rem) {
        .beside {
          grid-template-columns: minmax(0, 1fr);
        }
        /* Above the form: who types looks up, not past all pictures. */
        .seen {
          position: static;
          order: -1;
        }
      }
      .rows {
        display: grid;
        gap: 0.8rem;
        list-style: none;
        margin: 0;
        padding: 0;
      }
      .rows li {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem 1rem;
        align-items: center;
        overflow-wrap: anywhere;
      }
      .rows .grow {
        flex: 1 1 12rem;
        min-width: 0;
      }
      /* Logos are made for paper: they are shown on white in both themes. */
      img {
        background: #fff;
        border: 1px solid var(--edge);
        border-radius: var(--radius-control);
        padding: 0.3rem;
        height: 3.5rem;
        max-width: 10rem;
        object-fit: contain;
      }
    `,
  ];

  override async firstUpdated() {
    // Without its packages the preview shows the rest.
    if (this.may("plans.read")) this.plans = await plansToChoose().catch(() => []);
  }

  override render() {
    const manages = this.may("provider.manage");
    return html`<div class="head"><h1>${say("brand")}</h1></div>
      <p class="soft panel">${say("brandWhy")}</p>
      ${this.#brand.render(
        (brand) => html`<div class="beside">
          <div>
            ${manages ? this.#form() : nothing} ${this.#noticesCard(manages)} ${this.#picturesCard(manages)}
          </div>
          <section class="seen">
            <h2 class="panel">${say("previewTitle")}</h2>
            <portal-preview .preview=${this.#preview(brand)}></portal-preview>
          </section>
        </div>`,
      )}`;
  }

  #form() {
    if (this.#brand.edited === null) this.#brand.beginEdit();
    // A form begins with its select's choices, so the pictures are read first.
    if (this.#pictures.value === null) return nothing;
    return html`<div @input=${this.#note} @change=${this.#note}>
      ${editCard(this.#brand, {
        fields: (brand) => {
          const fields = brandFields(brand, this.app.providerName, this.#pictures.value ?? []);
          return this.mayAsOwn("provider.manage") ? fields : fields.filter(isLook);
        },
        submit: (values, etag) => saveBrand({ ...brandOf(values), ...this.#keptWords() }, etag),
        done: async () => {
          this.typed = {};
          await this.#brand.restartEdit();
          this.#actions.notify(say("brandSaved"));
        },
      })}
    </div>`;
  }

  /** Support access changes the looks alone. */
  #keptWords(): Partial<Brand> {
    const brand = this.#brand.edited?.value;
    if (brand === undefined || this.mayAsOwn("provider.manage")) return {};
    const { name, mailName, words, terms } = brand;
    return { name, mailName, words, terms };
  }

  #note(event: Event) {
    const [field] = event.composedPath();
    if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement || field instanceof HTMLTextAreaElement)
      this.typed = { ...this.typed, [field.name]: field.value };
  }

  #preview(brand: Brand) {
    const fields = brandFields(brand, "", this.#pictures.value ?? []);
    const values = Object.fromEntries(fields.map(({ name, value }) => [name, value ?? null]));
    return previewOf({
      brand: brandOf({ ...values, ...this.typed }),
      notices: this.#notices.value ?? [],
      plans: this.plans,
      pictures: this.#pictures.value ?? [],
      sources: this.sources,
      providerName: this.app.providerName,
      siteName: say("previewSite"),
      currency: this.app.currency,
      nowMs: Date.now(),
    });
  }

  #noticesCard(manages: boolean) {
    return html`<h2 class="between">${say("portalNotices")}</h2>
      <p class="soft panel">${say("portalNoticesWhy")}</p>
      ${this.#notices.render((notices) =>
        notices.length === 0
          ? html`<p class="soft panel">${say("noPortalNotices")}</p>`
          : html`<section class="card pad panel">
              <ul class="rows">
                ${notices.map((notice) => this.#notice(notice, manages))}
              </ul>
            </section>`,
      )}
      ${this.mayAsOwn("provider.manage") ? this.#noticeForm() : nothing}`;
  }

  #notice(notice: Notice, manages: boolean) {
    const { zone } = this.app;
    const { noticeId, kind, texts, fromMs, untilMs } = notice;
    const text = texts.en ?? texts.sw ?? "";
    return html`<li>
      <span class="badge">${word("notice_kind", kind)}</span>
      <span class="grow"
        >${text}<br /><span class="soft">${shortDay(fromMs, zone)} – ${shortDay(untilMs - 1, zone)}</span></span
      >
      ${
        manages
          ? html`${
              this.mayAsOwn("provider.manage")
                ? html`<button class="quiet" @click=${() => (this.openNotice = noticeId)}>${say("change")}</button>`
                : nothing
            }
              <button class="quiet danger" @click=${() => this.#removeNotice(noticeId, text)}>${say("remove")}</button>`
          : nothing
      }
    </li>`;
  }

  #noticeForm() {
    if (this.openNotice === "")
      return html`<p class="panel"><button @click=${() => (this.openNotice = "new")}>${say("addNotice")}</button></p>`;
    const { zone } = this.app;
    const notice = this.#notices.value?.find(({ noticeId }) => noticeId === this.openNotice) ?? null;
    return keyed(
      this.openNotice,
      formCard({
        title: notice === null ? say("addNotice") : say("changeNotice"),
        fields: noticeFields(notice, this.#pictures.value ?? [], zone),
        submitText: say("save"),
        submit: (values, key) =>
          notice === null
            ? addNotice(noticeOf(values, zone), key)
            : changeNotice(notice.noticeId, noticeOf(values, zone)),
        cancel: () => (this.openNotice = ""),
        done: () => {
          this.openNotice = "";
          this.#actions.notify(say("saved"));
          void this.#notices.reload();
        },
      }),
    );
  }

  #picturesCard(manages: boolean) {
    return html`<h2 class="between">${say("pictures")}</h2>
      <p class="soft panel">${say("picturesWhy")}</p>
      ${this.#pictures.render((pictures) =>
        pictures.length === 0
          ? html`<p class="soft panel">${say("noPictures")}</p>`
          : html`<section class="card pad panel">
              <ul class="rows">
                ${pictures.map(
                  (picture) => html`<li>
                    <img src=${this.sources.get(picture.pictureId) ?? "data:,"} alt="" />
                    <span class="grow">${picture.name} <span class="soft number">${byteSize(picture.bytes)}</span></span>
                    ${
                      manages
                        ? html`<button class="quiet danger" @click=${() => this.#removePicture(picture)}>
                            ${say("remove")}
                          </button>`
                        : nothing
                    }
                  </li>`,
                )}
              </ul>
            </section>`,
      )}
      ${
        manages
          ? pictureForm(() => {
              this.#actions.notify(say("saved"));
              void this.#pictures.reload();
            })
          : nothing
      }`;
  }

  async #removeNotice(noticeId: string, text: string) {
    if (await ask(say("removeNoticeSure"), say("remove"), { danger: true, thing: text }))
      await this.#actions.run(`remove/${noticeId}`, () => removeNotice(noticeId));
  }

  async #removePicture({ pictureId, name }: Picture) {
    if (await ask(say("removeBrandPictureSure"), say("remove"), { danger: true, thing: name }))
      await this.#actions.run(`delete/${pictureId}`, () => removePicture(pictureId));
  }

  async #reload() {
    await Promise.all([this.#notices.reload(), this.#pictures.reload()]);
  }
}
customElements.define("brand-page", BrandPage);
