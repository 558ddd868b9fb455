import { css, html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { readAddress } from "../../address.ts";
import { elementWith, property } from "../../components/element-with.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import type { Strings } from "../../strings/en.ts";
import { say } from "../../strings/strings.ts";
import "./login-page.ts";
import "./reset-page.ts";
import "./sign-up-page.ts";
import { isMailedLink, readBrokenLink, readSignUpInvitation } from "./mailed-link.ts";

interface OpenPage {
  readonly title: keyof Strings;
  readonly load: () => Promise<unknown>;
  readonly page: () => TemplateResult;
  readonly one: (id: string) => TemplateResult;
}

/** The pages for users who are not logged in: log-in, sign-up, a forgotten password, and the pages of e-mailed links. */
class GuestPage extends elementWith({
  hash: property(""),
  notice: property(""),
  language: property("en"),
}) {
  static override styles = [
    sharedStyles,
    css`
      main {
        min-height: 100dvh;
        display: grid;
        align-content: center;
        justify-items: center;
        gap: 0.8rem;
        padding: 1.2rem;
        background:
          radial-gradient(60rem 30rem at 110% -10%, var(--brand-wash), transparent 70%),
          radial-gradient(40rem 26rem at -20% 110%, var(--warn-wash), transparent 70%), var(--paper);
      }
      main > :first-child {
        width: min(420px, 100%);
      }
      main.wide {
        display: block;
        justify-items: normal;
        max-width: 70rem;
        margin: 0 auto;
      }
      main.wide > * {
        width: auto;
      }
    `,
  ];

  /** What is public is read here too: the description of the API, and the guides. */
  #open() {
    const { path, id } = readAddress(this.hash);
    const found = openPages[path];
    if (found === undefined) return null;
    void found.load();
    document.title = `${say("product")} · ${say(found.title)}`;
    return html`<main class="wide">
      <p>
        <a href="#/">${say("logIn")}</a>
        ${id === null ? nothing : html` · <a href="#/${path}">${say(found.title)}</a>`}
      </p>
      ${id === null ? found.page() : keyed(id, found.one(id))}
    </main>`;
  }

  override render() {
    const open = this.#open();
    if (open !== null) return open;
    const other = this.language === "en" ? { locale: "sw", name: "Kiswahili" } : { locale: "en", name: "English" };
    document.title = `${say("product")} · ${say("logIn")}`;
    return html`<main>
      ${this.#page()}
      <button
        class="quiet"
        lang=${other.locale}
        @click=${() => this.dispatchEvent(new CustomEvent("language", { detail: other.locale }))}
      >
        ${other.name}
      </button>
    </main>`;
  }

  /** `language` is a property of each page, so that a new language draws it again. */
  #page() {
    const entered = (event: CustomEvent) => this.dispatchEvent(new CustomEvent("logged-in", { detail: event.detail }));
    if (isMailedLink(this.hash)) {
      void import("./link-page.ts");
      return html`<link-page .hash=${this.hash} .language=${this.language} @logged-in=${entered}></link-page>`;
    }
    const broken = readBrokenLink(this.hash);
    if (broken !== null) {
      void import("./broken-link-page.ts");
      return html`<broken-link-page .kind=${broken} .language=${this.language}></broken-link-page>`;
    }
    const invitation = readSignUpInvitation(this.hash);
    if (invitation !== null)
      return html`<sign-up-page .invitation=${invitation} .language=${this.language}></sign-up-page>`;
    if (this.hash === "#/sign-up") return html`<sign-up-page .language=${this.language}></sign-up-page>`;
    if (this.hash === "#/forgotten") return html`<reset-page .language=${this.language}></reset-page>`;
    return html`<login-page
      .notice=${this.notice}
      .language=${this.language}
      @logged-in=${entered}
    ></login-page>`;
  }
}
customElements.define("guest-page", GuestPage);

const openPages: Readonly<Record<string, OpenPage>> = {
  api: {
    title: "apiTitle",
    load: () => import("../api/api-page.ts"),
    page: () => html`<api-page></api-page>`,
    one: (id) => html`<api-operation .operationId=${id}></api-operation>`,
  },
  guides: {
    title: "guides",
    load: () => import("../guides/guides-page.ts"),
    page: () => html`<guides-page></guides-page>`,
    one: (id) => html`<guide-view .at=${id}></guide-view>`,
  },
};
