import { css, html, nothing } from "lit";
import { elementWith, property } from "./components/element-with.ts";
import { sharedStyles } from "./components/shared-styles.ts";
import type { User } from "./hub/api.ts";
import { icons } from "./icons.ts";
import { type PageRow, pageGroups, pagesFor } from "./pages.ts";
import type { Strings } from "./strings/en.ts";
import { say } from "./strings/strings.ts";

const atTheThumb = 4;

/** Links to every page: a column beside the page. A phone shows the first four at the bottom, and all of them under "More". */
class MainMenu extends elementWith({
  user: property<User>(),
  /** The open page. */
  page: property<PageRow | null>(null),
  /** The menu is drawn again in another language. */
  language: property(""),
}) {
  static override styles = [
    sharedStyles,
    css`
      nav.side {
        position: sticky;
        top: 0;
        height: 100dvh;
        overflow-y: auto;
        padding: 1.2rem 0.9rem;
        border-right: 1px solid var(--line);
        background: var(--surface);
      }
      nav.side > div:last-child {
        margin-top: 1rem;
      }
      .brand {
        display: flex;
        align-items: center;
        gap: 0.7rem;
        padding: 0.2rem 0.6rem 0.6rem;
        font-weight: 750;
        font-size: 1.15rem;
      }
      .brand img {
        width: 34px;
        height: 34px;
      }
      h2 {
        font-size: 0.75rem;
        letter-spacing: 0.06em;
        text-transform: uppercase;
        color: var(--ink-soft);
        padding: 0.9rem 0.7rem 0.25rem;
      }
      a,
      .bar button {
        display: flex;
        align-items: center;
        gap: 0.75rem;
        min-height: 44px;
        padding: 0 0.7rem;
        border-radius: 12px;
        border: 0;
        background: none;
        text-decoration: none;
        color: var(--ink-soft);
        font-weight: 600;
      }
      a:hover {
        color: var(--ink);
      }
      a[aria-current] {
        background: var(--brand-wash);
        color: var(--brand);
      }
      svg {
        width: 21px;
        height: 21px;
        flex: none;
        fill: none;
        stroke: currentColor;
        stroke-width: 1.8;
        stroke-linecap: round;
        stroke-linejoin: round;
      }
      @media (pointer: fine) {
        nav.side a {
          min-height: 38px;
        }
      }
      nav.bar {
        display: none;
      }
      dialog {
        width: 100%;
        max-width: none;
        height: 100%;
        max-height: none;
        margin: 0;
        border: 0;
        padding: 0.5rem 1rem 2rem;
        background: var(--surface);
        color: var(--ink);
      }
      .top {
        display: flex;
        justify-content: space-between;
        align-items: center;
      }
      .all {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(140px, 1fr));
        gap: 0.1rem 0.6rem;
      }
      @media (max-width: 899px) {
        nav.side {
          display: none;
        }
        nav.bar {
          position: fixed;
          inset: auto 0 0 0;
          height: 66px;
          display: grid;
          grid-template-columns: repeat(5, minmax(0, 1fr));
          background: var(--surface);
          border-top: 1px solid var(--line);
          z-index: 1;
        }
        .bar a,
        .bar button {
          min-height: 66px;
          flex-direction: column;
          justify-content: center;
          gap: 0.2rem;
          font-size: 0.7rem;
          padding: 0 0.1rem;
          border-radius: 0;
          text-align: center;
          line-height: 1.15;
          overflow-wrap: anywhere;
        }
      }
    `,
  ];

  override render() {
    const allowed = pagesFor(this.user);
    return html`<nav class="side" aria-label=${say("menu")}>
        <div class="brand"><img src="/icon.svg" alt="" />${say("product")}</div>
        ${this.#groups(allowed, "")}
      </nav>
      <nav class="bar" aria-label=${say("menu")}>
        ${allowed.slice(0, atTheThumb).map((page) => this.#link(page))}
        ${
          allowed.length <= atTheThumb
            ? nothing
            : html`<button aria-haspopup="dialog" @click=${() => this.#all.showModal()}>
                ${icon(icons.more)}<span>${say("allPages")}</span>
              </button>`
        }
      </nav>
      <dialog aria-label=${say("menu")} @click=${this.#closeAfterLink}>
        <div class="top">
          <div class="brand"><img src="/icon.svg" alt="" />${say("product")}</div>
          <button class="quiet" @click=${() => this.#all.close()}>${say("close")}</button>
        </div>
        ${this.#groups(allowed, "all")}
      </dialog>`;
  }

  get #all(): HTMLDialogElement {
    return this.renderRoot.querySelector("dialog") as HTMLDialogElement;
  }

  #closeAfterLink(event: Event) {
    if ((event.target as HTMLElement).closest("a")) this.#all.close();
  }

  #groups(allowed: readonly PageRow[], layout: string) {
    return pageGroups.map((group) => {
      const rows = allowed.filter((page) => page.group === group);
      if (rows.length === 0) return nothing;
      const title = group === "today" || group === "me" ? "" : say(`group_${group}` as keyof Strings);
      return html`<div>
        ${title === "" ? nothing : html`<h2>${title}</h2>`}
        <div class=${layout}>${rows.map((page) => this.#link(page))}</div>
      </div>`;
    });
  }

  #link(page: PageRow) {
    const isHere = page.path === this.page?.path;
    return html`<a href="#/${page.path}" aria-current=${isHere ? "page" : nothing}
      >${icon(page.icon)}<span>${say(page.title)}</span></a
    >`;
  }
}
customElements.define("main-menu", MainMenu);

function icon(path: string) {
  return html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d=${path}></path></svg>`;
}
