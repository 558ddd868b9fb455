import { html } from "lit";
import type { ListController } from "../../components/table/list-controller.ts";
import { listCard } from "../../components/table/list-page.ts";
import type { PlatformRevokedRow, RevokedRow } from "../../data/operations/restores.ts";
import { dateTime, type Zone } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

/** What restores revoked again: what, whose, when it was revoked, and when the restore repeated it. */
export function revokedList(list: ListController<RevokedRow> | ListController<PlatformRevokedRow>, zone: Zone) {
  return html`<h2 class="between">${say("revokedAgain")}</h2>
    <p class="soft">${say("revokedAgainWhy")}</p>
    ${listCard<RevokedRow, never>(list as ListController<RevokedRow>, {
      title: say("revokedAgain"),
      emptyText: say("nothingRevokedAgain"),
      columns: [
        { label: say("what"), cell: ({ what, label }) => html`<strong>${word("again", what)}</strong> ${label}` },
        ...(list.rows?.some(isOfPlatform)
          ? [{ label: say("provider"), cell: (row: RevokedRow) => (isOfPlatform(row) ? providerOf(row) : "") }]
          : []),
        { label: say("revokedThen"), cell: ({ revokedAtMs }) => dateTime(revokedAtMs, zone) },
        { label: say("repeatedThen"), cell: ({ repeatedAtMs }) => dateTime(repeatedAtMs, zone) },
      ],
    })}`;
}

const isOfPlatform = (row: RevokedRow): row is PlatformRevokedRow => "providerName" in row;

function providerOf({ providerId, providerName }: PlatformRevokedRow) {
  if (providerId === null) return say("ofPlatform");
  return html`<a href=${`#/providers/${encodeURIComponent(providerId)}`}>${providerName ?? providerId}</a>`;
}
