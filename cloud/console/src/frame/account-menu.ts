import { css, html, nothing } from "lit";
import { elementWith, property } from "../components/element-with.ts";
import { sharedStyles } from "../components/shared-styles.ts";
import type { User } from "../hub/api.ts";
import { icon, icons } from "../icons.ts";
import { type Locale, locale, say } from "../strings/strings.ts";
import { applyDensity, type Density, keepPreference, preference } from "./preferences.ts";
import { applyTheme, type Theme } from "./theme.ts";
import "../components/overlay/web-awesome.ts";
import "@awesome.me/webawesome/dist/components/dropdown/dropdown.js";
import "@awesome.me/webawesome/dist/components/dropdown-item/dropdown-item.js";

/** Who is logged in, their account, language, theme and density, and the way out. Dispatches `language` and `log-out`. */
class AccountMenu extends elementWith({
  user: property<User>(),
  providerName: property(""),
  language: property(""),
}) {
  static override styles = [
    sharedStyles,
    css`
      wa-dropdown:not(:defined) > :not([slot="trigger"]) {
        display: none;
      }
      h3 {
        margin: 0;
      }
      .trigger {
        max-width: 14rem;
      }
      .trigger span {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      @media (max-width: 899px) {
        .trigger {
          padding: 0 0.7rem;
        }
        .trigger span {
          position: absolute;
          width: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
      }
    `,
  ];

  override render() {
    const { name } = this.user;
    return html`<wa-dropdown placement="bottom-end" @wa-select=${this.#choose}>
      <button slot="trigger" class="trigger" title=${say("accountMenu")}>${icon(icons.account)}<span>${this.providerName || name}</span></button>
      <h3>${name}</h3>
      ${
        this.user.via === "impersonation"
          ? nothing
          : html`<wa-dropdown-item value="account">${say("myAccount")}</wa-dropdown-item>`
      }
      <h3>${say("language")}</h3>
      ${option("language:en", "English", locale() === "en")} ${option("language:sw", "Kiswahili", locale() === "sw")}
      <h3>${say("theme")}</h3>
      ${(["auto", "light", "dark"] as const).map((theme) =>
        option(`theme:${theme}`, say(`theme_${theme}`), preference("theme", "auto") === theme),
      )}
      <h3>${say("density")}</h3>
      ${(["comfortable", "compact"] as const).map((density) =>
        option(`density:${density}`, say(`density_${density}`), preference("density", "comfortable") === density),
      )}
      ${
        this.user.via === "impersonation"
          ? nothing
          : html`<wa-dropdown-item value="log-out">${say("logOut")}</wa-dropdown-item>`
      }
    </wa-dropdown>`;
  }

  #choose(event: CustomEvent<{ item: { value: string } }>) {
    const [what = "", value = ""] = event.detail.item.value.split(":");
    if (what === "account") location.hash = "#/account";
    if (what === "log-out") this.dispatchEvent(new CustomEvent("log-out"));
    if (what === "language") this.dispatchEvent(new CustomEvent<Locale>("language", { detail: value as Locale }));
    if (what === "theme") {
      keepPreference("theme", value);
      applyTheme(value as Theme);
    }
    if (what === "density") {
      keepPreference("density", value);
      applyDensity(value as Density);
    }
    this.requestUpdate();
  }
}
customElements.define("account-menu", AccountMenu);

function option(value: string, text: string, isChosen: boolean) {
  return html`<wa-dropdown-item type="checkbox" value=${value} .checked=${isChosen}>${text}</wa-dropdown-item>`;
}
