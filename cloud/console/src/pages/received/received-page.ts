import { html, nothing } from "lit";
import { openedFrom, writeAddress } from "../../address.ts";
import { appElement } from "../../components/app-element.ts";
import { momentsOf } from "../../components/dates/periods.ts";
import { state } from "../../components/element-with.ts";
import "../../components/table/export-button.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { siteFilter } from "../../components/table/list-filters.ts";
import { listPage } from "../../components/table/list-page.ts";
import {
  listReceived,
  type Received,
  type ReceivedFilters,
  type ReceivedSum,
  readReceivedSums,
  receivedExport,
} from "../../data/money/received.ts";
import { type Names, noNames, readNames } from "../../data/names.ts";
import type { Page } from "../../hub/api.ts";
import type { ListQuery } from "../../hub/list.ts";
import type { Strings } from "../../strings/en.ts";
import { dateTime, money, today, type Zone } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { placeOf } from "./received-place.ts";
import "./received-books.ts";

/** Every shilling that came in from customers or went back to them, one row each, whatever way it came. */
class ReceivedPage extends appElement({
  /** How the list agrees with the books is shown. */
  isCompared: state(false),
  sites: state<Names>(noNames),
  channels: state<Names>(noNames),
}) {
  readonly #rows = new ListController<Received, "channelId" | "kind" | "movement" | "siteId" | "state" | "from" | "to">(
    this,
    {
      read: (query) => this.#read(query),
      topics: ["payment"],
      filters: ["channelId", "kind", "movement", "siteId", "state", "from", "to"],
      isCounted: true,
    },
  );

  /** What goes with the rows that are shown: an answer that is overtaken by a newer question tells nothing. */
  readonly #sumsOf = new WeakMap<readonly Received[], readonly ReceivedSum[]>();

  async #read(query: ListQuery): Promise<Page<Received>> {
    const [page, { items }, sites, channels] = await Promise.all([
      listReceived(query, this.#filters()),
      readReceivedSums({ ...this.#filters(), q: this.#rows.searchText }),
      readNames("sites", this.app.user),
      readNames("channelsToFind", this.app.user),
    ]);
    this.#sumsOf.set(page.items, items);
    this.sites = sites;
    this.channels = channels;
    return page;
  }

  #filters(): ReceivedFilters {
    const { from = "", to = "", ...filters } = this.#rows.filters;
    const { channelId = "", kind = "", movement = "", siteId = "", state = "" } = filters;
    return { channelId, kind, movement, siteId, state, ...momentsOf({ from, to }, this.app.zone.utcOffsetMinutes) };
  }

  override render() {
    const { zone } = this.app;
    const filters = { ...this.#filters(), q: this.#rows.searchText };
    return listPage(this.#rows, {
      title: say("moneyReceived"),
      name: "money-received",
      intro: say("moneyReceivedWhy"),
      emptyText: say("noMoneyReceived"),
      search: say("searchReceived"),
      beside: html`<export-button
        path=${receivedExport(filters)}
        file="money-received-${today(zone)}.csv"
        hasXlsx
      ></export-button>`,
      narrow: [
        { days: zone },
        {
          name: "channelId",
          label: say("receivedHow"),
          options: [
            { value: "", label: say("allChannels") },
            { value: "cash", label: say("receivedCash") },
            ...[...this.channels].map(([value, label]) => ({ value, label })),
          ],
        },
        choice("kind", "receivedFor", "allKinds", "received_for", kinds),
        choice("movement", "receivedWhat", "receivedAny", "received_as", movements),
        choice("state", "provenance", "provenanceAny", "provenance", provenances),
        siteFilter(this.sites),
      ],
      above: this.#sums(),
      columns: [
        { label: say("time"), cell: (row) => timeOf(row, zone) },
        {
          label: say("receivedHow"),
          cell: (row) => howOf(row),
        },
        {
          label: say("receivedFrom"),
          cell: (row) =>
            html`${row.payerName ?? nothing} <span class="mono">${row.phone ?? (row.payerName === null ? say("none") : nothing)}</span>`,
        },
        { label: say("receivedFor"), cell: (row) => this.#for(row) },
        { label: say("provenance"), cell: (row) => stateText(row) },
        { label: say("site"), cell: (row) => row.siteName ?? say("none") },
        { label: say("receipt"), cell: (row) => html`<span class="mono">${row.receipt ?? say("none")}</span>` },
        { label: say("amount"), numeric: true, lead: true, cell: (row) => money(row.amountCents, row.currency) },
      ],
      below: this.may("ledger.read") ? this.#books() : nothing,
    });
  }

  #books() {
    const { fromMs = null, untilMs = null } = this.#filters();
    const toggle = () => {
      this.isCompared = !this.isCompared;
    };
    return html`<p class="below">
        <button aria-expanded=${this.isCompared} @click=${toggle}>${say("receivedAgrees")}</button>
      </p>
      ${this.isCompared ? html`<received-books .app=${this.app} .span=${{ fromMs, untilMs }}></received-books>` : nothing}`;
  }

  /** What the filters let through, all pages together: one line for each currency. */
  #sums() {
    const sums = this.#sumsOf.get(this.#rows.rows ?? []) ?? [];
    if (sums.length === 0) return nothing;
    return html`<div class="panel sums" role="status">
      ${sums.map(
        ({ currency, amountCents, inCents, backCents }) => html`<p class="row">
          ${sum("sumReceived", amountCents, currency)}
          ${backCents === 0 ? nothing : html`${sum("sumCameIn", inCents, currency)} ${sum("sumWentBack", backCents, currency)}`}
        </p>`,
      )}
    </div>`;
  }

  #for(row: Received) {
    const text = word("received_for", row.kind);
    const place = placeOf(row.thing);
    const link = place === null ? text : html`<a href=${openedFrom(location.hash, writeAddress(place))}>${text}</a>`;
    return row.movement === "received" ? link : html`${link}: ${word("received_as", row.movement)}`;
  }
}
customElements.define("received-page", ReceivedPage);

const hourMs = 3_600_000;

/** When it was booked, and when it was sold at a site that was away then. */
function timeOf({ bookedAtMs, soldAtMs }: Received, zone: Zone) {
  const booked = dateTime(bookedAtMs, zone);
  if (soldAtMs === null || bookedAtMs - soldAtMs < hourMs) return booked;
  return html`${booked}<br /><small class="soft">${say("receivedUsedAt", { time: dateTime(soldAtMs, zone) })}</small>`;
}

type StringName = keyof Strings;

const kinds: readonly Received["kind"][] = [
  ...(["purchase", "voucher", "subscription", "invoice", "credit", "deposit", "debt", "unmatched"] as const),
];
const movements: readonly Received["movement"][] = ["received", "refunded", "returned", "disproved", "corrected"];
const provenances: readonly Received["state"][] = ["proved", "told", "entered"];

const choice = <Name extends string>(
  name: Name,
  label: StringName,
  all: StringName,
  prefix: string,
  values: readonly string[],
) => ({
  name,
  label: say(label),
  options: [{ value: "", label: say(all) }, ...values.map((value) => ({ value, label: word(prefix, value) }))],
});

function howOf({ channelId, channelName, takenBy }: Received) {
  if (channelId !== "cash") return channelName ?? say("channel");
  return takenBy === null ? say("receivedCash") : say("receivedCashBy", { name: takenBy });
}

/** Only what is not sure yet stands out: the other words are too long for a badge on a phone. */
function stateText({ state }: Received) {
  const text = word("provenance", state);
  return state === "told" ? html`<span class="badge warn">${text}</span>` : text;
}

const sum = (label: StringName, cents: number, currency: string) =>
  html`<span>${say(label)}: <strong class="number nowrap">${money(cents, currency)}</strong></span>`;
