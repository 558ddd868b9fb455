import { html } from "lit";
import { writeAddress } from "../../address.ts";
import { appElement } from "../../components/app-element.ts";
import { formCard } from "../../components/form-card.ts";
import { say } from "../../strings/strings.ts";

/** Asks for the phone number of somebody who calls. */
class PersonFinder extends appElement() {
  override render() {
    return html`<div class="head"><h1>${say("whyOffline")}</h1></div>
      ${formCard({
        intro: say("whyOfflineWhy"),
        fields: [{ name: "phone", label: say("phone"), type: "tel", required: true }],
        submitText: say("lookUp"),
        submit: async ({ phone }) => {
          location.hash = writeAddress({ path: "person", id: String(phone).replaceAll(/[^\d+]/g, "") });
        },
      })}`;
  }
}
customElements.define("person-finder", PersonFinder);
