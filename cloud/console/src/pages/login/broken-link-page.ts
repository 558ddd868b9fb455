import { html } from "lit";
import { elementWith, property } from "../../components/element-with.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { say, word } from "../../strings/strings.ts";
import { guestStyles } from "./guest-styles.ts";
import type { LinkKind } from "./mailed-link.ts";

/** Where one gets a new link by oneself. */
const ways: Partial<Record<LinkKind, readonly [href: string, text: "forgotPassword" | "signUp"]>> = {
  password: ["#/forgotten", "forgotPassword"],
  "sign-up": ["#/sign-up", "signUp"],
};

/** A link of a letter that lost a part on its way: what happened, how it works all the same, and who sends another one. */
class BrokenLinkPage extends elementWith({
  kind: property<LinkKind>("invitation"),
  language: property(""),
}) {
  static override styles = [sharedStyles, guestStyles];

  override render() {
    const [href, text] = ways[this.kind] ?? (["#/", "logIn"] as const);
    return html`<section class="card">
      <h1>${say("brokenLink")}</h1>
      <p role="alert">${say("brokenLinkWhat")}</p>
      <p>${word("brokenLink", this.kind)}</p>
      <p><a class="button primary" href=${href}>${say(text)}</a></p>
    </section>`;
  }
}
customElements.define("broken-link-page", BrokenLinkPage);
