import { css, html, nothing } from "lit";
import type { Field, Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { pictureForm } from "../../components/fields/picture-form.ts";
import { readPictures } from "../../components/fields/read-pictures.ts";
import { editCard } from "../../components/form-card.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { designPath, saveDesign, type VoucherDesign } from "../../data/catalogue/printing.ts";
import { type Picture, removePicture } from "../../data/tenancy/pictures.ts";
import { byteSize } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

/** How printed vouchers look: title, words, colour, logo; and the pictures that a logo is chosen from. */
class VoucherDesignPage extends appElement({
  /** Of each picture, as a `data:` address. */
  sources: state<ReadonlyMap<string, string>>(new Map()),
}) {
  readonly #actions = new PageActions(this, () => this.#pictures.reload());
  readonly #design = new ReadController<VoucherDesign>(this, { path: () => designPath });
  readonly #pictures = readPictures(this);

  static override styles = [
    sharedStyles,
    css`
      .pictures {
        display: flex;
        flex-wrap: wrap;
        gap: var(--gap, 1rem);
        list-style: none;
        margin: 0;
        padding: 0;
      }
      .pictures li {
        display: grid;
        gap: 0.4rem;
        justify-items: start;
        overflow-wrap: anywhere;
      }
      /* Logos are made for paper: they are shown on white in both themes. */
      .pictures img {
        background: #fff;
        border: 1px solid var(--edge);
        border-radius: var(--radius-control);
        padding: 0.4rem;
        height: 4.5rem;
        max-width: 12rem;
        object-fit: contain;
      }
    `,
  ];

  override render() {
    return html`<div class="head"><h1>${say("voucherDesign")}</h1></div>
      ${this.#design.render(() => html`${this.#form()}`)}
      <h2 class="between">${say("pictures")}</h2>
      <p class="soft panel">${say("picturesWhy")}</p>
      ${this.#pictures.render((pictures) => this.#gallery(pictures))}
      ${this.may("provider.manage") ? this.#adding() : nothing}`;
  }

  #form() {
    if (this.#design.edited === null) this.#design.beginEdit();
    if (!this.may("vouchers.manage")) return nothing;
    return editCard(this.#design, {
      fields: (design) => fieldsOf(design, this.app.providerName, this.#pictures.value ?? []),
      submit: (values, etag) => saveDesign(designOf(values), etag),
      done: async () => {
        await this.#design.restartEdit();
        this.#actions.notify(say("saved"));
      },
    });
  }

  #gallery(pictures: readonly Picture[]) {
    if (pictures.length === 0) return html`<p class="soft panel">${say("noPictures")}</p>`;
    return html`<section class="card pad panel">
      <ul class="pictures">
        ${pictures.map(
          (picture) => html`<li>
            <img src=${this.sources.get(picture.pictureId) ?? "data:,"} alt=${picture.name} />
            <span>${picture.name} <span class="soft number">${byteSize(picture.bytes)}</span></span>
            ${
              this.may("provider.manage")
                ? html`<button class="quiet danger" @click=${() => this.#remove(picture)}>${say("remove")}</button>`
                : nothing
            }
          </li>`,
        )}
      </ul>
    </section>`;
  }

  #adding() {
    return pictureForm(() => {
      this.#actions.notify(say("saved"));
      void this.#pictures.reload();
    });
  }

  async #remove({ pictureId, name }: Picture) {
    if (await ask(say("deletePictureSure"), say("remove"), { danger: true, thing: name }))
      await this.#actions.run(`delete/${pictureId}`, () => removePicture(pictureId));
  }
}
customElements.define("voucher-design-page", VoucherDesignPage);

function fieldsOf(design: VoucherDesign, providerName: string, pictures: readonly Picture[]): Field[] {
  return [
    { name: "title", label: say("voucherTitle"), value: design.title, hint: say("emptyAs", { text: providerName }) },
    {
      name: "words",
      label: say("voucherWords"),
      value: design.words,
      hint: say("emptyAs", { text: say("voucherHow") }),
    },
    {
      name: "colour",
      label: say("voucherColour"),
      type: "colour",
      value: design.colour,
      hint: say("voucherColourHint"),
      required: true,
    },
    {
      name: "pictureId",
      label: say("logo"),
      type: "select",
      value: design.pictureId ?? "",
      options: [
        { value: "", label: say("none") },
        ...pictures.map(({ pictureId, name }) => ({ value: pictureId, label: name })),
      ],
    },
    { name: "showsPrice", label: say("showsPrice"), type: "checkbox", value: design.showsPrice },
    { name: "showsQr", label: say("showsQr"), type: "checkbox", value: design.showsQr, hint: say("showsQrHint") },
  ];
}

const textOf = (value: Values[string]): string | null => (value == null || value === "" ? null : String(value));

function designOf(values: Values): VoucherDesign {
  return {
    title: textOf(values.title ?? null),
    words: textOf(values.words ?? null),
    colour: String(values.colour ?? ""),
    pictureId: textOf(values.pictureId ?? null),
    showsPrice: values.showsPrice === true,
    showsQr: values.showsQr === true,
  };
}
