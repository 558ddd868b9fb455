import { importedAtOnceMax, routerActionSchema } from "@karibu/protocol/router/router-actions";
import { describe, expect, test } from "vitest";
import { readScript } from "./read-script.ts";
import type { TemplateRows } from "./router-template.ts";
import { ordersOf, proposeScript } from "./script-proposal.ts";

const head = "# 2026-11-26 10:00:00 by RouterOS 7.22.1\n";
const nothing: TemplateRows = {
  "hotspot-user-profiles": [],
  "walled-garden": [],
  "walled-garden-ip": [],
  "ip-bindings": [],
};

function propose(lines: string, today: Partial<TemplateRows> = {}) {
  const script = readScript(head + lines);
  if (script === null) throw new Error("it is a script");
  return { script, ...proposeScript(script, { ...nothing, ...today }) };
}
const whys = (lines: string, today: Partial<TemplateRows> = {}) =>
  propose(lines, today).left.map(({ why, words }) => [why, ...words].join(" "));

test("[RTR-12] a script's rows become named actions for what the router lacks or has otherwise; what it has alone stays", () => {
  const { settings, changes, same, left, script } = propose(
    `/ip hotspot user profile
set [ find default=yes ] shared-users=5
add name=day rate-limit=1M/2M session-timeout=1d shared-users=2
add name=week rate-limit=3M/3M
/ip hotspot ip-binding
add comment=printer mac-address=AA:BB:CC:DD:EE:01 type=bypassed
add mac-address=AA:BB:CC:DD:EE:02 type=blocked
/ip hotspot walled-garden
add comment="the bank" dst-host=bank.example.com
/ip hotspot walled-garden ip
add action=accept dst-address=192.0.2.7
`,
    {
      "hotspot-user-profiles": [
        { ".id": "*0", name: "default", default: "true", "shared-users": "1" },
        { ".id": "*7", name: "day", "rate-limit": "1M/2M", "session-timeout": "12:00:00", "shared-users": "2" },
        { ".id": "*8", name: "of-this-router-alone" },
      ],
      "ip-bindings": [{ ".id": "*1", "mac-address": "AA:BB:CC:DD:EE:02", type: "blocked", comment: "another note" }],
    },
  );
  expect(settings).toEqual([
    {
      kind: "set-user-profile",
      id: "*7",
      was: "day",
      sessionTimeoutSeconds: 86_400,
    },
    { kind: "add-user-profile", name: "week", rateLimit: "3M/3M" },
    { kind: "add-ip-binding", macAddress: "AA:BB:CC:DD:EE:01", type: "bypassed", comment: "printer" },
    { kind: "add-walled-garden-host", host: "bank.example.com", action: "allow", comment: "the bank" },
    { kind: "add-walled-garden-address", address: "192.0.2.7" },
  ]);
  expect(changes[0]).toEqual({
    kind: "changed",
    menu: "/ip/hotspot/user/profile",
    name: "day",
    words: [{ name: "session-timeout", was: "12:00:00", is: "1d" }],
    leftOut: [],
  });
  expect(changes.map(({ kind }) => kind)).toEqual(["changed", "added", "added", "added", "added"]);
  expect([same, left.map(({ why }) => why)]).toEqual([1, ["default"]]);
  expect(script.version).toBe("7.22.1");
});

test("[RTR-12] what an export leaves out is what RouterOS has from the beginning: a profile that says less is another one", () => {
  const today = {
    "hotspot-user-profiles": [
      { ".id": "*1", name: "day", "rate-limit": "1M/2M", "shared-users": "50", "session-timeout": "1h" },
    ],
  };
  const { settings, changes, same } = propose("/ip hotspot user profile add name=day rate-limit=1M/2M\n", today);
  expect([same, settings]).toEqual([
    0,
    [{ kind: "set-user-profile", id: "*1", was: "day", sharedUsers: 1, sessionTimeoutSeconds: 0 }],
  ]);
  expect(changes[0]?.words).toEqual([
    { name: "shared-users", was: "50", is: "1" },
    { name: "session-timeout", was: "1h", is: "0s" },
  ]);
  const plain = { "hotspot-user-profiles": [{ ".id": "*1", name: "day" }] };
  const usual = '/ip hotspot user profile add name=day session-timeout=0s rate-limit="" shared-users=1\n';
  expect(propose(usual, plain)).toMatchObject({ same: 1, settings: [] });
});

test("[RTR-12] of one name the first row counts, however many follow and however many the router has", () => {
  const rates = Array.from({ length: 30_000 }, (_, at) => `add name=day rate-limit=${at + 1}`);
  const hosts = Array.from(
    { length: 3000 },
    (_, at) => `add dst-host=a.example action=${at % 2 === 0 ? "allow" : "deny"}`,
  );
  const { settings, left } = propose(
    `/ip hotspot user profile\n${rates.join("\n")}\n/ip hotspot walled-garden\n${hosts.join("\n")}\n`,
    {
      "hotspot-user-profiles": [{ ".id": "*1", name: "day" }],
      "walled-garden": Array.from({ length: 5000 }, () => ({ "dst-host": "a.example", path: "/only" })),
    },
  );
  expect(settings).toMatchObject([{ kind: "set-user-profile", rateLimit: "1" }]);
  expect([left.length, new Set(left.map(({ why }) => why))]).toEqual([
    29_999 + 1 + 1500,
    new Set(["said-before", "other-there"]),
  ]);
});

test("[RTR-12] what a row opens is shown whole, however long it is and whatever it is made of", () => {
  for (const host of [":^(login|.)*$|aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", `login.${"pin-key-pass-".repeat(8)}.example`]) {
    const { changes, settings } = propose(`/ip hotspot walled-garden add dst-host="${host.replaceAll("$", "\\$")}"\n`);
    expect([changes[0]?.name, settings]).toEqual([host, [{ kind: "add-walled-garden-host", host, action: "allow" }]]);
  }
});

test("[RTR-12] a time that is written in another way is no difference", () => {
  const today = {
    "hotspot-user-profiles": [{ ".id": "*1", name: "day", "session-timeout": "1d", "idle-timeout": "none" }],
  };
  const lines = "/ip hotspot user profile add name=day session-timeout=24:00:00 idle-timeout=0s\n";
  expect(propose(lines, today)).toMatchObject({ settings: [], same: 1, left: [] });
});

test("[RTR-12] Karibu's own rows are never touched, whether the script or the router has them", () => {
  const own = {
    "walled-garden": [{ ".id": "*1", "dst-host": "hub.example", action: "allow", comment: "karibu:open-host" }],
  };
  expect(whys("/ip hotspot walled-garden add dst-host=hub.example action=deny\n", own)).toEqual(["karibu"]);
  expect(whys("/ip hotspot walled-garden add dst-host=x.example comment=karibu:open-host\n")).toEqual(["karibu"]);
  expect(whys("/ip hotspot user profile add name=karibu-guest shared-users=9\n")).toEqual(["karibu"]);
});

test.each([
  ["a rule for a path, which would be open whole", "walled-garden add dst-host=a.example path=/only", "more path"],
  ["a binding for an address", "ip-binding add address=10.0.0.9 type=bypassed", "more address"],
  ["no host", "walled-garden add action=deny", "wrong dst-host"],
  ["an action that RouterOS lacks", "walled-garden add dst-host=a.example action=run", "wrong action"],
  ["more places than there can be", "user profile add name=day shared-users=999999999", "wrong shared-users"],
  ["a rule that rejects", "walled-garden ip add action=reject dst-address=192.0.2.7", "wrong action"],
  ["a whole net", "walled-garden ip add dst-address=0.0.0.0/0", "wrong dst-address"],
  ["a row that is off", "walled-garden add disabled=yes dst-host=a.example", "disabled"],
  ["a line break in a name", 'user profile add name="a\\r\\n/user add"', "wrong name"],
  ["no MAC", 'ip-binding add mac-address="=remove=*1" type=bypassed', "wrong mac-address"],
  ["a statement that removes", "walled-garden remove [ find ]", "no-row"],
  [
    "a statement that changes what the script does not have",
    "walled-garden set [ find dst-host=b ] action=deny",
    "no-row",
  ],
])("[RTR-12] it changes nothing, and says why: %s", (_, line, why) => {
  expect([propose(`/ip hotspot ${line}\n`).settings, whys(`/ip hotspot ${line}\n`)]).toEqual([[], [why]]);
});

test("[RTR-12] what the router has otherwise stays, where it is no profile", () => {
  const today: Partial<TemplateRows> = {
    "walled-garden": [
      { ".id": "*1", "dst-host": "a.example", action: "deny" },
      { ".id": "*2", "dst-host": "b.example", action: "allow", path: "/only" },
      { ".id": "*3", "dst-host": "c.example", action: "allow", disabled: "true" },
    ],
    "ip-bindings": [{ ".id": "*4", "mac-address": "AA:BB:CC:DD:EE:01", type: "blocked" }],
  };
  const lines = `/ip hotspot walled-garden
add dst-host=a.example
add dst-host=b.example
add dst-host=c.example
/ip hotspot ip-binding add mac-address=aa:bb:cc:dd:ee:01 type=bypassed
`;
  expect(propose(lines, today).settings).toEqual([]);
  expect(whys(lines, today)).toEqual(["other-there action", "other-there", "other-there", "other-there type"]);
});

test("[RTR-12] the words of a profile that can't come along are named, and a script's own code never comes", () => {
  const { settings, changes } = propose(
    '/ip hotspot user profile add name=vip on-login=":execute {/user add name=x}" shared-users=unlimited rate-limit=1M/1M\n',
  );
  expect(settings).toEqual([{ kind: "add-user-profile", name: "vip", rateLimit: "1M/1M" }]);
  expect(changes[0]?.leftOut).toEqual(["on-login", "shared-users"]);
  expect(JSON.stringify(changes)).not.toMatch(/execute|user add/);
});

describe("a script that was made to do harm", () => {
  test("[RTR-12] of menus that can't be imported only the name and the number of statements is told, never a word of theirs", () => {
    const { script, settings, left } = propose(
      `/system script add name=x source="/user add name=evil password=hunter22"
/user add name=evil password=hunter22 group=full
/ppp secret add name=tim password=hunter22
/ppp secret add name=tom password=hunter22
:execute script="/system reboot"
/"secret hunter22" add name=x
/system scheduler add on-event="/file remove hunter22"
`,
    );
    expect([settings, left]).toEqual([[], []]);
    expect(JSON.stringify(script)).not.toContain("hunter22");
    expect(Object.fromEntries(script.others.map(({ menu, statements }) => [menu, statements]))).toMatchObject({
      "/system/script": 1,
      "/user": 1,
      "/ppp/secret": 2,
      "/system/scheduler": 1,
    });
  });

  test("[RTR-12] an expression is taken as the text that it is, and seen before it is ordered", () => {
    const { changes, settings } = propose('/ip hotspot user profile add name="[/system reboot] $x \\"q\\""\n');
    const name = '[/system reboot] $x "q"';
    expect([settings, changes[0]?.name]).toEqual([[{ kind: "add-user-profile", name }], name]);
  });

  test("[RTR-12] what a note says of a password is not shown, and no sign turns the text around", () => {
    const { changes } = propose(
      '/ip hotspot walled-garden add comment="wifi password: hunter22 \u202e" dst-host=a.example\n',
    );
    expect(changes[0]?.words).toEqual([{ name: "comment", was: "", is: "wifi password: ••• \ufffd" }]);
  });

  test("[RTR-12] what is no export is none; one row said twice is added once; and no order has more than it may", () => {
    for (const text of ["", "hello", "{}", ":execute {/system reboot}", "PK\u0003\u0004"])
      expect(readScript(text)).toBeNull();
    expect(readScript("/ip hotspot walled-garden add dst-host=a.example\n")).toMatchObject({ version: null });
    const lines = Array.from({ length: 45 }, (_, at) => `add dst-host=h${at}.example`);
    const { settings, same } = propose(`/ip hotspot walled-garden\n${[...lines, ...lines].join("\n")}\n`);
    expect([settings.length, same]).toEqual([45, 45]);
    const orders = ordersOf(settings);
    expect(orders.map((order) => order.kind === "import-settings" && order.settings.length)).toEqual([20, 20, 5]);
    for (const order of orders) expect(routerActionSchema.safeParse(order).success).toBe(true);
    const tooMany = { kind: "import-settings", settings: settings.slice(0, importedAtOnceMax + 1) };
    expect(routerActionSchema.safeParse(tooMany).success).toBe(false);
  });
});
