/** A router that Mikhmon rules: its users, what its script does at each log-in, and its scheduler, as they stand in its source. */
import type { FeedRow, Scope } from "@karibu/protocol/feed";
import type { ListedCode } from "@karibu/protocol/listed-rows";
import { listedRows } from "@karibu/protocol/listed-rows";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, kbps, seconds, unixMs } from "@karibu/protocol/quantities";
import type { Row } from "../../router/api/api-query.ts";
import type { ConfigTree } from "../../router/api/config-tree.ts";
import type { Router } from "../../router/device/router.ts";
import { useTreeUsers } from "./test-tree-users.ts";

export const hostileNames = [
  "a,b",
  'q"u"ote',
  "it's",
  '"; /system reset',
  "=HYPERLINK(1)",
  "$x [find]",
  "🙂".repeat(63),
];
export const validityMs = 3_600_000;
const keyHex = "c3".repeat(32);
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const users = "/ip/hotspot/user";

/** `jan/15/2027 10:00:00`, as its script writes an end into the comment. */
export function mikhmonDate(atMs: number): string {
  const [date = "", time = ""] = new Date(atMs).toISOString().split("T");
  const [year, month, day] = date.split("-");
  return `${months[Number(month) - 1]}/${day}/${year} ${time.slice(0, 8)}`;
}

function readDate(comment: string): number | null {
  if (comment[3] !== "/" || comment[6] !== "/") return null;
  const month = String(months.indexOf(comment.slice(0, 3)) + 1).padStart(2, "0");
  return Date.parse(`${comment.slice(7, 11)}-${month}-${comment.slice(4, 6)}T${comment.slice(12, 20)}Z`);
}

export function ruleByMikhmon(
  { router, tree, wallMs }: { readonly router: Router; readonly tree: ConfigTree; readonly wallMs: () => number },
  codes: readonly string[],
) {
  const onLogin = ':put (",rem,50,1h,100,,Disable,"); :local mode "rem"; :local year [ :pick $date 7 11 ]';
  tree.add("/ip/hotspot/user/profile", {
    name: "hour",
    "rate-limit": "1M/5M",
    "shared-users": "1",
    "on-login": onLogin,
  });
  for (const name of codes)
    tree.add(users, {
      name,
      password: name,
      profile: "hour",
      comment: "vc-512-01.15.27-",
      disabled: "false",
      uptime: "0s",
      "bytes-in": "0",
      "bytes-out": "0",
    });
  // Its set-up by Karibu's line is done, and the old system rules: the hotspot asks its own users alone.
  const profile = tree.rows("/ip/hotspot/profile").find(({ name }) => name === "karibu-guest") as Row;
  tree.put("/ip/hotspot/profile", profile[".id"] ?? "", { ...profile, "use-radius": "false" });
  const server = tree.rows("/ip/hotspot")[0] as Row;
  tree.put("/ip/hotspot", server[".id"] ?? "", { ...server, profile: "karibu-guest" });
  useTreeUsers(router, (row) => {
    if (!row.comment?.startsWith("vc-")) return;
    tree.put(users, row[".id"] ?? "", { ...row, comment: mikhmonDate(wallMs() + validityMs) });
  });

  /** Its scheduler, once a minute: who is past his date is deleted, and logged out by his name. */
  function monitor(): number {
    let gone = 0;
    for (const row of [...tree.rows(users)]) {
      const endsAtMs = row.profile === "hour" ? readDate(row.comment ?? "") : null;
      if (endsAtMs === null || endsAtMs > wallMs()) continue;
      tree.put(users, row[".id"] ?? "", null);
      for (const session of router.running?.hotspot.sessions() ?? [])
        if (session.nas.user === row.name) router.running?.hotspot.end(session, "api-remove");
      gone++;
    }
    return gone;
  }
  return { monitor };
}

/** What a hub lists for a site, as it would feed it. */
export function listedFeed(
  siteId: string,
  codes: readonly (string | ListedCode)[],
): { scope: Scope; rows: FeedRow[] }[] {
  const listed = codes.map(
    (code): ListedCode => (typeof code === "string" ? { code, ownPassword: null, more: {} } : code),
  );
  const terms = {
    ...unlimitedTerms,
    validitySeconds: seconds(validityMs / 1000),
    downKbps: kbps(5000),
    upKbps: kbps(1000),
  };
  const batch = {
    batchId: "l1",
    keyHex,
    quantity: listed.length,
    planName: "hour",
    terms,
    expiresAtMs: null,
    active: true,
  };
  const row = (kind: string, key: string, body: object) => ({ kind, key, version: 1, body }) as FeedRow;
  return [
    {
      scope: "site",
      rows: [
        row("site", "site", { siteId, name: "Harbour", interimSeconds: seconds(300), sellsOnline: false }),
        row("follow", "l1", { batchId: "l1" }),
      ],
    },
    {
      scope: "batch:l1",
      rows: [
        row("listed-batch", "l1", { ...batch, homeSiteId: siteId }),
        ...[...listedRows("l1", keyHex, listed)].map(([key, body]) => row("listed-codes", key, body)),
      ],
    },
  ];
}

export const runningSince = (startedAtMs: number): ListedCode["more"] => ({
  use: {
    startedAtMs: unixMs(startedAtMs),
    endsAtMs: unixMs(startedAtMs + validityMs),
    usedBytes: bytes(0),
    usedSeconds: seconds(0),
  },
});
