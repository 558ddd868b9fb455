import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { momentsOf } from "../../components/dates/periods.ts";
import { ReadController } from "../../components/read-controller.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { siteFilter } from "../../components/table/list-filters.ts";
import { listPage } from "../../components/table/list-page.ts";
import { listRefusedLogIns, type RefusedLogIn } from "../../data/catalogue/refused-log-ins.ts";
import { type Names, readNames } from "../../data/names.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

const reasons = [
  ...(["unknown-user", "wrong-password", "guessing", "disabled", "revoked", "suspended", "expired"] as const),
  ...([
    "time-used",
    "data-used",
    "outside-schedule",
    "too-many-devices",
    "elsewhere",
    "other-device",
    "clock-unknown",
  ] as const),
];

/** Who was not let in, where, when and why. */
class RefusedLogInsPage extends appElement() {
  readonly #sites = new ReadController<Names>(this, { read: () => readNames("sites", this.app.user) });
  readonly #refused = new ListController<RefusedLogIn, "siteId" | "mac" | "user" | "reason" | "from" | "to">(this, {
    read: (query, { from, to, ...filters }) =>
      listRefusedLogIns(query, { ...filters, ...momentsOf({ from, to }, this.app.zone.utcOffsetMinutes) }),
    topics: ["session"],
    filters: ["siteId", "mac", "user", "reason", "from", "to"],
  });

  override render() {
    return listPage(this.#refused, {
      title: say("refusedLogIns"),
      emptyText: say("noRefusedLogIns"),
      name: "refused-log-ins",
      search: say("searchSession"),
      narrow: [
        siteFilter(this.#sites.value),
        {
          name: "reason",
          label: say("whyRefused"),
          options: [
            { value: "", label: say("allReasons") },
            ...reasons.map((value) => ({ value, label: word("refusal", value) })),
          ],
        },
        { name: "user", label: say("refusedUser") },
        { name: "mac", label: say("device") },
        { days: this.app.zone },
      ],
      columns: [
        { label: say("device"), cell: (row) => html`<span class="mono">${row.mac ?? say("none")}</span>` },
        { label: say("refusedUser"), cell: (row) => (row.user === "" ? say("manyDevices") : row.user) },
        { label: say("whyRefused"), cell: (row) => word("refusal", row.reason) },
        { label: say("howOften"), numeric: true, cell: (row) => String(row.times) },
        { label: say("time"), cell: (row) => dateTime(row.atMs, this.app.zone) },
        { label: say("site"), cell: (row) => row.siteName ?? say("none") },
        { label: say("refusedRouter"), cell: (row) => row.nas },
        { label: say("address"), cell: (row) => html`<span class="mono">${row.address ?? say("none")}</span>` },
      ],
    });
  }
}
customElements.define("refused-log-ins-page", RefusedLogInsPage);
