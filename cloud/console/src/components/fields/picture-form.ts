import type { TemplateResult } from "lit";
import { addPicture } from "../../data/tenancy/pictures.ts";
import { say } from "../../strings/strings.ts";
import { formCard } from "../form-card.ts";

/** Adds a picture of the provider's own: for the brand, the printed vouchers, the documents. */
export const pictureForm = (done: () => void): TemplateResult =>
  formCard({
    title: say("addPicture"),
    fields: [
      { name: "name", label: say("name"), required: true },
      {
        name: "file",
        label: say("pictureFile"),
        type: "file",
        accept: ".png,.jpg,.jpeg,.webp,image/png,image/jpeg,image/webp",
        isBinary: true,
        required: true,
        hint: say("pictureFileHint"),
      },
    ],
    submitText: say("addPicture"),
    submit: (values) => addPicture(String(values.name), String(values.file)),
    done,
  });
