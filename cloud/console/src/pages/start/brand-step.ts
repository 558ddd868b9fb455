import { cutText } from "@karibu/protocol/whole-text";
import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { editCard } from "../../components/form-card.ts";
import { ReadController } from "../../components/read-controller.ts";
import { addPicture } from "../../data/tenancy/pictures.ts";
import { changeSettings, type Settings, settingsPath } from "../../data/tenancy/settings.ts";
import { say } from "../../strings/strings.ts";

/** The business's name, the phone for its customers, and a logo. */
class BrandStep extends appElement() {
  readonly #settings = new ReadController<Settings>(this, { path: () => settingsPath });

  override render() {
    return html`${this.#settings.render(() => {
      if (this.#settings.edited === null) this.#settings.beginEdit();
      return html`${editCard(this.#settings, {
        fields: ({ name, supportPhone }) => [
          { name: "name", label: say("businessName"), required: true, value: name },
          { name: "supportPhone", label: say("supportPhone"), type: "tel", required: true, value: supportPhone },
          {
            name: "logo",
            label: say("logo"),
            type: "file",
            isBinary: true,
            accept: "image/png,image/jpeg,image/webp",
            hint: say("logoHint"),
          },
        ],
        submit: async ({ name, supportPhone, logo }, etag) => {
          // First what can be refused: a picture that is added twice is no harm, a name that is lost is one.
          await changeSettings({ name, supportPhone }, etag);
          if (logo) await addPicture(cutText(String(name), 60), String(logo));
        },
        done: () => this.dispatchEvent(new CustomEvent("done", { bubbles: true, composed: true, detail: {} })),
      })}`;
    })}`;
  }
}
customElements.define("brand-step", BrandStep);
