import { css, html, nothing } from "lit";
import { elementWith, property } from "../components/element-with.ts";
import { sharedStyles } from "../components/shared-styles.ts";
import { icon, icons } from "../icons.ts";
import type { PageRow } from "../page-row.ts";
import { type Room, roomsAtTheThumb, thumbRooms } from "../rooms.ts";
import { say } from "../strings/strings.ts";

/** Links to the rooms: a column beside the page. A phone shows the four most used at its lower edge, and every page under "More". */
class MainMenu extends elementWith({
  rooms: property<readonly Room[]>([]),
  /** The room of the open page. */
  here: property<Room | null>(null),
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
        padding: 1.2rem 0.8rem;
        background: var(--menu);
      }
      .brand {
        display: flex;
        align-items: center;
        gap: 0.7rem;
        padding: 0.2rem 0.6rem 1.2rem;
        font-weight: 750;
        font-size: 1.15rem;
      }
      .brand img {
        width: 34px;
        height: 34px;
      }
      h2 {
        display: flex;
        align-items: center;
        gap: 0.6rem;
        padding: 0.9rem 0.2rem 0.2rem;
      }
      a,
      .bar button {
        display: flex;
        align-items: center;
        gap: 0.8rem;
        min-height: 44px;
        padding: 0 0.8rem;
        border-radius: 12px;
        border: 0;
        background: none;
        text-decoration: none;
        color: inherit;
        font-weight: 600;
      }
      nav.side {
        color: var(--menu-ink);
      }
      nav.side a {
        margin-bottom: 0.15rem;
        padding-block: 0.35rem;
        line-height: 1.2;
      }
      nav.side a:hover {
        background: var(--menu-raised);
      }
      nav.side a[aria-current] {
        background: var(--sun);
        color: var(--sun-ink);
      }
      nav.side :focus-visible {
        outline-color: var(--menu-ink);
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
        background: var(--paper);
        color: var(--ink);
      }
      dialog .brand {
        padding-bottom: 0.2rem;
      }
      .top {
        display: flex;
        justify-content: space-between;
        align-items: center;
        position: sticky;
        top: -0.5rem;
        padding: 0.4rem 0;
        background: inherit;
      }
      .all {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(140px, 1fr));
        gap: 0.1rem 0.6rem;
      }
      .all a[aria-current] {
        background: var(--brand-wash);
        color: var(--brand);
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
          /* As wide as the screen for who has two rooms, too. */
          grid-auto-flow: column;
          grid-auto-columns: minmax(0, 1fr);
          background: var(--surface);
          border-top: 1px solid var(--line);
          z-index: 2;
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
          color: var(--ink-soft);
          overflow-wrap: anywhere;
        }
        .bar a[aria-current],
        .bar button[aria-current] {
          color: var(--brand);
          box-shadow: inset 0 3px 0 var(--sun);
        }
      }
    `,
  ];

  override render() {
    const atTheThumb = roomsAtTheThumb(this.rooms);
    const isElsewhere = this.here !== null && !atTheThumb.includes(this.here);
    const hasMore = this.rooms.length > thumbRooms || this.rooms.some(({ pages }) => pages.length > 1);
    return html`<nav class="side" aria-label=${say("menu")}>
        <div class="brand"><img src="/icon.svg" alt="" />${say("product")}</div>
        ${this.rooms.map((room) => this.#room(room))}
      </nav>
      <nav class="bar" aria-label=${say("menu")}>
        ${atTheThumb.map((room) => this.#room(room))}
        ${
          hasMore
            ? html`<button aria-haspopup="dialog" aria-current=${isElsewhere ? "true" : nothing} @click=${this.#openAll}>
                ${icon(icons.more)}<span>${say("allPages")}</span>
              </button>`
            : nothing
        }
      </nav>
      <dialog aria-label=${say("menu")} @click=${this.#closeAfterLink}>
        <div class="top">
          <div class="brand"><img src="/icon.svg" alt="" />${say("product")}</div>
          <button class="quiet" @click=${() => this.#all.close()}>${say("close")}</button>
        </div>
        ${this.rooms.map((room) => this.#allOf(room))}
      </dialog>`;
  }

  get #all(): HTMLDialogElement {
    return this.renderRoot.querySelector("dialog") as HTMLDialogElement;
  }

  /** All pages, scrolled to where one is. */
  #openAll() {
    this.#all.showModal();
    this.#all.querySelector("[aria-current]")?.scrollIntoView({ block: "center" });
  }

  #closeAfterLink(event: Event) {
    if ((event.target as HTMLElement).closest("a")) this.#all.close();
  }

  #room(room: Room) {
    const isHere = room.name === this.here?.name;
    return html`<a href="#/${room.pages[0].path}" aria-current=${isHere ? "page" : nothing}
      >${icon(room.icon)}<span>${say(room.title)}</span></a
    >`;
  }

  #allOf(room: Room) {
    return html`<h2>${icon(room.icon)}${say(room.title)}</h2>
      <div class="all">
        ${room.pages.map(
          (page) =>
            html`<a href="#/${page.path}" aria-current=${page.path === this.page?.path ? "page" : nothing}
              >${say(page.title)}</a
            >`,
        )}
      </div>`;
  }
}
customElements.define("main-menu", MainMenu);
