import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import type { Fields } from "../../components/fields/values-of.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listPage } from "../../components/table/list-page.ts";
import { money } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { addVenue, listVenues, type Venue } from "./venues.ts";

/** Owners of the places where sites stand, and what each has to get. */
class VenuesPage extends appElement() {
  readonly #venues = new ListController<Venue>(this, { read: listVenues, topics: ["payment"] });

  override render() {
    return listPage(this.#venues, {
      title: say("venues"),
      name: "venues",
      intro: say("venuesWhy"),
      emptyText: say("noVenues"),
      search: say("name"),
      add: this.may("payments.manage") && {
        text: say("addVenue"),
        fields: venueFields(null),
        submit: (values) => addVenue(values),
        done: (made) => {
          location.hash = `#/venues/${encodeURIComponent((made as Venue).venueId)}`;
        },
      },
      rowHref: (row) => `#/venues/${row.venueId}`,
      columns: [
        { label: say("name"), sort: "name", cell: (row) => html`<strong>${row.name}</strong>` },
        { label: say("phone"), cell: (row) => row.phone ?? say("none") },
        { label: say("venueShares"), numeric: true, cell: (row) => row.shares.length },
        {
          label: say("venueGets"),
          numeric: true,
          lead: true,
          cell: (row) =>
            row.balances.length === 0
              ? money(0, this.app.currency)
              : html`${row.balances.map((one) => html`<div>${money(one.balanceCents, one.currency)}</div>`)}`,
        },
      ],
    });
  }
}
customElements.define("venues-page", VenuesPage);

/** @param venue null: a new one */
export function venueFields(venue: Venue | null) {
  return [
    { name: "name", label: say("name"), required: true, value: venue?.name ?? "" },
    { name: "phone", label: say("phone"), type: "tel", value: venue?.phone ?? null },
  ] as const satisfies Fields;
}
