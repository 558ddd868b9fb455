/**
 * The one line that an installer pastes into a terminal. RouterOS parses a whole line before it runs it, so the line itself has only words
 * that RouterOS 6.40 knows; newer ones stand in a string that is parsed when the version is known. The line carries the token and the
 * SHA-512 of stage one: what it fetches is run only when it is that text, byte for byte. So stage one needs no proved certificate, and a
 * router whose clock shows 1970 can fetch it; stage one sets the clock first, and sends the token only to a hub that proved itself.
 */
import { indent, quote } from "../language/rsc-text.ts";

export interface PastedLineInput {
  /** `https://hub.example.com`, with a path or without. `http` only for a hub that has no https, as in the lab. */
  readonly hubUrl: string;
  /** 128 bits as base64url. */
  readonly token: string;
  /** Lower-case hex. */
  readonly stageOneSha512: string;
}

const lengthMax = 1500;

/** 7.18.2 and newer, as `/system resource get version` says it. */
const newEnough = "^7\\.(18\\.([2-9]|1[0-9])|19|[2-9][0-9])";

/** One physical line, at most 1,500 characters. Throws where hub or token have characters that they can't have. */
export function pastedLine({ hubUrl, token, stageOneSha512 }: PastedLineInput): string {
  if (!/^[A-Za-z0-9_-]{22}$/.test(token)) throw new Error("the token must be 128 bits, as base64url");
  if (!/^[0-9a-f]{128}$/.test(stageOneSha512)) throw new Error("the digest must be SHA-512, in hex");
  const hub = baseUrl(hubUrl);
  const guide = ` How: ${hub}/#/guides/installer/upgrade`;
  const long = lineWith({ hub, token, stageOneSha512 }, guide);
  const line = long.length <= lengthMax ? long : lineWith({ hub, token, stageOneSha512 }, "");
  if (line.length > lengthMax) throw new Error(`the line has ${line.length} characters; the hub's address is too long`);
  return line;
}

/** @param guide where an older RouterOS is told how it gets newer; a long address of a hub leaves no room for it */
function lineWith(inserted: Inserted, guide: string): string {
  return [
    "{",
    ":local v [/system resource get version];",
    `:if ($v ~ ${quote(newEnough)}) do={`,
    `[[:parse ${quote(newerWords(inserted).join("\n"))}]]`,
    "} else={",
    `:put ("Karibu: RouterOS " . $v . " is too old. Upgrade to 7.18.2 or newer (best 7.22), then paste this line again.${guide}")`,
    "}",
    "}",
  ].join(" ");
}

/** The hub's address without a slash at its end. Throws when it is none. */
export function baseUrl(hubUrl: string): string {
  const url = hubUrl.replace(/\/+$/, "");
  if (!/^https?:\/\/[A-Za-z0-9._:[\]-]+(\/[A-Za-z0-9._~/-]*)?$/.test(url))
    throw new Error(`no address of a hub: ${hubUrl}`);
  return url;
}

interface Inserted {
  readonly hub: string;
  readonly token: string;
  readonly stageOneSha512: string;
}

function newerWords({ hub, token, stageOneSha512 }: Inserted): string[] {
  return [
    ':if ([:tostr [/system/device-mode/get fetch]] ~ "(false|no)") do={',
    ...indent(askForMode),
    "} else={",
    `  :local h ${quote(hub)}`,
    `  :local s ${quote(stageOneSha512)}`,
    '  :local got [/tool/fetch url=($h . "/enrol/stage-one") output=user as-value]',
    '  :if ([:convert ($got->"data") transform=sha512 to=hex] = $s) do={',
    '    :local run [:parse ($got->"data")]',
    `    $run hub=$h token=${quote(token)} key="" sha=$s ports=""`,
    '  } else={ :put "Karibu: this is not the hub\'s text. Make a new line in the console" }',
    "}",
  ];
}

/** Device-mode `home` blocks fetch: nothing can be asked of the hub yet. */
const askForMode = [
  ':local m "mode=advanced"',
  ':if ([/system/resource/get architecture-name] ~ "^(arm64|x86)") do={ :set m "mode=advanced container=yes" }',
  ':put ("Karibu: this router forbids fetch. /system/device-mode/update " . $m . " runs now: press the reset or mode button, or cut the power, within 5 minutes. After the reboot paste this line again")',
  '[[:parse ("/system/device-mode/update " . $m)]]',
];
