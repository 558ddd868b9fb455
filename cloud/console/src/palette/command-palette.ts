import { css, html, nothing } from "lit";
import { appElement } from "../components/app-element.ts";
import { property, state } from "../components/element-with.ts";
import { notAskedText } from "../components/not-asked.ts";
import { ask } from "../components/overlay/ask-dialog.ts";
import { problemText } from "../components/problem-text.ts";
import { sharedStyles } from "../components/shared-styles.ts";
import { switchVoucher } from "../data/catalogue/vouchers.ts";
import { readGuides } from "../data/guides.ts";
import { switchCashSale } from "../data/money/cash-sales.ts";
import { type Found, searchAll } from "../data/search.ts";
import { keepPreference } from "../frame/preferences.ts";
import { applyTheme, type Theme } from "../frame/theme.ts";
import type { Guide } from "../guides/guide-shape.ts";
import { icon, icons } from "../icons.ts";
import { roomsFor } from "../rooms.ts";
import { money } from "../strings/format.ts";
import { planTitle } from "../strings/plan-title.ts";
import { say, word } from "../strings/strings.ts";
import {
  type Command,
  claimEntry,
  type Entry,
  foundEntries,
  isBitOfPhone,
  type Place,
  paletteEntries,
  searchedText,
} from "./palette-entries.ts";
import { keepRecent, readRecent } from "./recent.ts";

/** Forms that the search opens. */
const newThings = [
  { path: "vouchers", title: "makeVouchers", permission: "vouchers.manage" },
  { path: "plans", title: "addPlan", permission: "plans.manage" },
  { path: "sites", title: "addSite", permission: "sites.manage" },
  { path: "customers", title: "addCustomer", permission: "customers.manage" },
  { path: "expenses", title: "addExpense", permission: "ledger.manage" },
  { path: "channels", title: "addChannel", permission: "channels.manage", notForSupport: true },
] as const;

/** What people come to do, in their own words: each leads to where it is done. */
const actions = [
  { path: "payments?state=paid", title: "refundAPayment", permission: "ledger.manage" },
  { path: "vouchers?add=1&quantity=1", title: "addAVoucher", permission: "vouchers.manage" },
] as const;

const typingPauseMs = 150;
const shortestSearch = 2;

/**
 * Finds and does: the frame opens it (`hotkey.ts`). A combobox with a list of choices: the focus stays in the field, the
 * arrow keys move the choice.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
 */
export class CommandPalette extends appElement({
  language: property(""),
  text: state(""),
  found: state<readonly Entry[]>([]),
  recent: state<readonly Entry[]>([]),
  /** The chosen entry, counted from 0. */
  chosen: state(0),
  isSearching: state(false),
  guides: state<readonly Guide[]>([]),
  notice: state(""),
}) {
  #timer = 0;
  /** Counts the searches: only the answer to the last one is shown. */
  #searches = 0;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  static override styles = [
    sharedStyles,
    css`
      dialog {
        width: min(640px, calc(100vw - 1.5rem));
        max-height: min(75dvh, 640px);
        margin: 10dvh auto auto;
        padding: 0;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface);
        color: var(--ink);
        box-shadow: var(--shadow);
        overflow: hidden;
      }
      dialog[open] {
        display: flex;
        flex-direction: column;
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 0.45);
      }
      .top {
        display: flex;
        align-items: center;
        gap: 0.6rem;
        padding: 0.6rem 0.6rem 0.6rem 1rem;
        border-bottom: 1px solid var(--line);
      }
      .top input {
        border: 0;
        background: none;
        font-size: 1.1rem;
        padding: 0;
      }
      .top input:focus-visible {
        outline: none;
      }
      .top:focus-within {
        box-shadow: inset 0 -3px 0 var(--sun);
      }
      ul {
        margin: 0;
        padding: 0.4rem;
        list-style: none;
        overflow-y: auto;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        justify-content: space-between;
        gap: 0 1rem;
        padding: 0.6rem 0.8rem;
        border-radius: 12px;
        cursor: pointer;
        overflow-wrap: anywhere;
      }
      li[aria-selected="true"] {
        background: var(--brand-wash);
      }
      p {
        padding: 1rem;
      }
    `,
  ];

  /** Opens it empty. */
  open(): void {
    this.text = "";
    this.found = [];
    this.notice = "";
    this.chosen = 0;
    this.recent = readRecent(this.app.user.userId);
    // Without them everything else is still found.
    void readGuides().then(
      (guides) => (this.guides = guides),
      () => {},
    );
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#field.value = "";
    this.#field.focus();
  }

  get #dialog(): HTMLDialogElement {
    return this.renderRoot.querySelector("dialog") as HTMLDialogElement;
  }
  get #field(): HTMLInputElement {
    return this.renderRoot.querySelector("input") as HTMLInputElement;
  }

  override render() {
    const entries = this.#entries();
    const active = entries[this.chosen];
    return html`<dialog aria-label=${say("findAnything")} @click=${this.#closeOutside}>
      <div class="top">
        ${icon(icons.search)}
        <input
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls="choices"
          aria-autocomplete="list"
          aria-activedescendant=${active === undefined ? nothing : `choice-${this.chosen}`}
          aria-label=${say("findAnything")}
          placeholder=${say("findWhat")}
          autocomplete="off"
          spellcheck="false"
          @input=${this.#typed}
          @keydown=${this.#keyed}
        />
        <button class="quiet" @click=${() => this.#dialog.close()}>${say("close")}</button>
      </div>
      <ul id="choices" role="listbox" aria-label=${say("findAnything")} aria-busy=${this.isSearching}>
        ${entries.map((entry, at) => this.#choice(entry, at))}
      </ul>
      <p class="soft" role="status">${this.#status(entries)}</p>
    </dialog>`;
  }

  #choice(entry: Entry, at: number) {
    return html`<li
      id="choice-${at}"
      role="option"
      aria-selected=${at === this.chosen}
      @click=${() => void this.#take(entry)}
      @pointermove=${() => {
        this.chosen = at;
      }}
    >
      <strong>${entry.title}</strong><span class="soft">${entry.note}</span>
    </li>`;
  }

  #status(entries: readonly Entry[]) {
    if (this.notice !== "") return this.notice;
    if (this.isSearching) return say("searching");
    if (entries.length > 0) return say("paletteKeys");
    return isBitOfPhone(this.text) ? `${say("nothingFound")} ${say("fourDigitsOfPhone")}` : say("nothingFound");
  }

  #entries(): readonly Entry[] {
    const isUnknown = this.found.length === 0 && !this.isSearching && this.may("payments.verify");
    const found = isUnknown
      ? claimEntry(this.text, { title: say("alreadyPaid"), note: say("receiptNotHere") })
      : this.found;
    return paletteEntries(this.text, { recent: this.recent, places: this.#places(), found });
  }

  #places(): readonly Place[] {
    const rooms = roomsFor(this.app.user);
    const pages = rooms.flatMap((room) =>
      room.pages.map(({ path, title }) => ({ path, title: say(title), note: say(room.title) })),
    );
    const forms = newThings.filter((one) =>
      "notForSupport" in one ? this.mayAsOwn(one.permission) : this.may(one.permission),
    );
    return [
      ...pages,
      ...forms.map(({ path, title }) => ({ path: `${path}?add=1`, title: say(title), note: say("newThing") })),
      ...actions
        .filter(({ permission }) => this.may(permission))
        .map(({ path, title }) => ({ path, title: say(title), note: say("doNow") })),
      ...(["light", "dark", "auto"] as const).map((theme) => {
        const title = say("themeAs", { theme: say(`theme_${theme}`) });
        return {
          path: `theme/${theme}`,
          title,
          note: say("doNow"),
          command: { name: "theme", id: theme, title } as const,
        };
      }),
      { path: "guides", title: say("guides"), note: "" },
      { path: "api", title: say("apiTitle"), note: "" },
      ...this.guides.flatMap(({ name, title, sections }) =>
        sections.map((section) => ({
          path: `guides/${name}/${section.id}`,
          title: section.title,
          note: `${say("guides")} · ${title}`,
        })),
      ),
    ];
  }

  #typed(event: InputEvent) {
    this.text = (event.target as HTMLInputElement).value;
    this.chosen = 0;
    this.notice = "";
    clearTimeout(this.#timer);
    const search = ++this.#searches;
    const text = searchedText(this.text);
    this.isSearching = text.length >= shortestSearch;
    if (!this.isSearching) this.found = [];
    else this.#timer = window.setTimeout(() => void this.#search(text, search), typingPauseMs);
  }

  async #search(text: string, search: number): Promise<void> {
    try {
      const { items, notAsked } = await searchAll(text);
      if (search !== this.#searches) return;
      this.notice = notAskedText(notAsked);
      const may = { voucher: this.may("vouchers.manage"), "cash-sale": this.may("grants.manage") };
      this.found = foundEntries(items, may, {
        title: ({ kind, title }) => (kind === "plan" ? planTitle(title) : title),
        note: (each) => this.#note(each),
        disable: (code) => say("disableCode", { code }),
      });
    } catch (error) {
      if (search !== this.#searches) return;
      this.found = [];
      this.notice = problemText(error);
    }
    this.isSearching = false;
  }

  #note({ kind, planName, amountCents, currency, phone }: Found): string {
    const amount = amountCents === null ? null : money(amountCents, currency ?? this.app.currency);
    return [word("found", kind), planName === null ? null : planTitle(planName), amount, phone]
      .filter((fact) => fact !== null)
      .join(" · ");
  }

  #keyed(event: KeyboardEvent) {
    const entries = this.#entries();
    const move = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (move !== 0 && entries.length > 0) {
      event.preventDefault();
      this.chosen = (this.chosen + move + entries.length) % entries.length;
      void this.updateComplete.then(() =>
        this.renderRoot.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" }),
      );
    }
    const entry = entries[this.chosen];
    // While the hub is asked, Enter would open what merely stands first.
    if (event.key === "Enter" && entry !== undefined && !this.isSearching) void this.#take(entry);
  }

  async #take(entry: Entry): Promise<void> {
    this.#dialog.close();
    if (entry.command !== undefined) return this.#do(entry.command);
    keepRecent(this.app.user.userId, entry);
    location.hash = entry.href.slice(1);
  }

  async #do({ name, id, title }: Command): Promise<void> {
    if (name === "theme") {
      keepPreference("theme", id);
      applyTheme(id as Theme);
      return;
    }
    if (!(await ask(say("disableCodeSure", { code: title }), say("disableCode", { code: title }), { danger: true })))
      return;
    this.open();
    try {
      await (name === "disable-voucher" ? switchVoucher(id, false) : switchCashSale(id, false));
      this.notice = say("codeDisabled", { code: title });
    } catch (error) {
      this.notice = problemText(error);
    }
  }

  #closeOutside(event: MouseEvent) {
    if (event.target === this.#dialog) this.#dialog.close();
  }
}
customElements.define("command-palette", CommandPalette);
