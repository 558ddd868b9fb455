/**
 * The fixed scripts of back-up and restore. The agent starts them by name (`/system/script/run`) and reads the files that they leave; it has
 * no right to do what they do. Each has the policies that its own commands need, and `dont-require-permissions`, because the agent's user
 * lacks `sensitive`, `policy` and `ftp`.
 *
 * Who attacks: whoever broke into the agent or its container, and whoever sits on the way.
 * - The password of the binary back-up is the secret of a `/radius` row that is disabled and asks nobody. RouterOS shows secrets only to
 *   users with `sensitive`; it is in no script, no log, no export and in no answer of the API to the agent. So what the agent carries it
 *   can't read. It may write such rows, as all with `write` may: so the scripts know the digest of the key that set-up gave, and stop at another.
 * - A back-up carries its mark: a digest of that password and of the file. The hub, which knows the password, sees by it that the file is
 *   whole and of this router, whatever lies between.
 * - Restoring takes no file and no address from the agent: the script itself fetches from the hub of its own set-up, with a ticket that the
 *   hub takes once, and loads only what carries this router's mark. A ticket and a mark are hexadecimal; other words are refused.
 *
 * - No script runs what another row says: a script under our tag that the agent made would run with the rights of ours.
 *
 * Unproved on a board: that a user without `policy` can't change a script that has more rights than it (verification finds a changed one);
 * that a script with `dont-require-permissions` which the API starts reads secrets, and that `load` in it asks nothing.
 */
import { sha512Hex } from "@karibu/protocol/hash";
import { backUpSumPieceBytes } from "@karibu/protocol/router/back-up-sum";
import { find, quote } from "../language/rsc-text.ts";
import { type Section, tagged } from "../steps/step.ts";
import type { ScriptValues } from "../values/script-values.ts";

/** What the agent starts, and what it finds afterwards. The file of `done` is written last. */
export const backUpScripts = {
  save: { name: "karibu-back-up-save", file: "karibu-back-up.backup", done: "karibu-back-up-save.txt" },
  export: { name: "karibu-back-up-export", file: "karibu-back-up.rsc", done: "karibu-back-up-export.txt" },
  clear: { name: "karibu-back-up-clear" },
  restore: { name: "karibu-restore", file: "karibu-restore.backup", orders: "karibu-restore" },
} as const;

/** Slow boards go on writing for up to a minute. */
const roundsMax = 90;

export function routerBackUps({ backUpKey, hub }: ScriptValues): Section[] {
  if (backUpKey === undefined) return [];
  const script = (tag: string, name: string, policy: readonly string[], lines: readonly string[]) =>
    tagged("/system/script", tag, {
      name,
      "dont-require-permissions": true,
      policy: [...policy],
      source: lines.join("\n"),
    });
  const readKey = readKeyLines(backUpKey);
  return [
    {
      title: "Back-ups of this router",
      steps: [
        tagged("/radius", "back-up-key", {
          service: "login",
          address: "127.0.0.1",
          secret: backUpKey,
          disabled: true,
        }),
        script("back-up-save", backUpScripts.save.name, secretPolicy, saveLines(readKey)),
        script("back-up-export", backUpScripts.export.name, ["ftp", "read", "write", "test"], exportLines),
        script("back-up-clear", backUpScripts.clear.name, ["ftp", "read", "write"], removeFiles(allFiles)),
        ...(hub === null
          ? []
          : [script("restore", backUpScripts.restore.name, restorePolicy, restoreLines(hub.url, readKey))]),
        { kind: "commands", lines: [], undo: removeFiles(allFiles) },
      ],
    },
  ];
}

const secretPolicy = ["ftp", "read", "write", "policy", "test", "sensitive"];
const restorePolicy = [...secretPolicy, "reboot"];

const allFiles = "karibu-(back-up(-save|-export)?|restore)\\\\.(backup|rsc|txt)";

const removeFiles = (names: string): string[] => [
  `:foreach old in=[/file/find where name~"(^|/)${names}\\$"] do={ :do { /file/remove $old } on-error={ } }`,
];

/** The key has as many random bits as its digest needs. */
const readKeyLines = (backUpKey: string): string[] => [
  ':local key ""',
  `:foreach row in=${find("/radius", "comment", "karibu:back-up-key")} do={ :set key [:tostr [/radius/get $row secret]] }`,
  `:if ([:convert (${quote(keyWords)} . $key) transform=sha512 to=hex] != ${quote(sha512Hex(`${keyWords}${backUpKey}`))}) do={`,
  '  :error "karibu: the key for back-ups is missing, or is not the one of set-up; import repair.rsc"',
  "}",
];
const keyWords = "karibu key for back-ups ";

/** Waits until the size of the file stands still, and puts the digest of its pieces into `$sum`. */
const sumFile = (file: string): string[] => [
  `:local backUpFile ${quote(file)}`,
  ":local bytes 0",
  ":local before 0",
  ":local tries 0",
  `:while ((($bytes = 0) || ($bytes != $before)) && ($tries < ${roundsMax})) do={`,
  "  :delay 1s",
  "  :set tries ($tries + 1)",
  "  :set before $bytes",
  "  :foreach found in=[/file/find where name=$backUpFile] do={ :set bytes [:tonum [/file/get $found size]] }",
  "}",
  ':if (($bytes = 0) || ($bytes != $before)) do={ :error ("karibu: " . $backUpFile . " was not written; is there room on the disk?") }',
  ':local sum ""',
  ":local at 0",
  ":while ($at < $bytes) do={",
  `  :set sum [:convert ($sum . ([/file/read file=$backUpFile offset=$at chunk-size=${backUpSumPieceBytes} as-value]->"data")) transform=sha512 to=hex]`,
  `  :set at ($at + ${backUpSumPieceBytes})`,
  "}",
];

/** `size=…\nsum=…` of a file with `$sum`, as an expression. */
const sizeAndSum = (file: string) =>
  `"size=" . [:tostr [/file/get ${find("/file", "name", file)} size]] . "\\nsum=" . $sum`;

const mark = '[:convert ($key . ":" . $sum) transform=sha512 to=hex]';

const saveLines = (readKey: readonly string[]): string[] => [
  ...readKey,
  ...removeFiles("karibu-back-up(-save)?\\\\.(backup|txt)"),
  "/system/backup/save name=karibu-back-up password=$key encryption=aes-sha256",
  ...sumFile(backUpScripts.save.file),
  `/file/add name=${backUpScripts.save.done} contents=(${sizeAndSum(backUpScripts.save.file)} . "\\nmark=" . ${mark} . "\\n")`,
];

/** Without secrets: the agent and the way to the hub see this file as it is. One line a command, so that differences are readable. */
const exportLines = [
  ...removeFiles("karibu-back-up(-export)?\\\\.(rsc|txt)"),
  "/export terse hide-sensitive file=karibu-back-up",
  ...sumFile(backUpScripts.export.file),
  `/file/add name=${backUpScripts.export.done} contents=(${sizeAndSum(backUpScripts.export.file)} . "\\n")`,
];

const removeFetched = `/file/remove ${find("/file", "name", backUpScripts.restore.file)}`;

/** The order is the comment of an address list's row, which the agent's `write` can make: `<ticket> <mark>`. It is gone before anything else. */
function restoreLines(hubUrl: string, readKey: readonly string[]): string[] {
  const orders = `[/ip/firewall/address-list/find where list=${quote(backUpScripts.restore.orders)}]`;
  const check = hubUrl.startsWith("http:") ? "no" : "yes-without-crl";
  return [
    ':local order ""',
    `:foreach row in=${orders} do={`,
    "  :set order [:tostr [/ip/firewall/address-list/get $row comment]]",
    "  /ip/firewall/address-list/remove $row",
    "}",
    ':if (!($order ~ "^[0-9a-f]+ [0-9a-f]+\\$") || ([:len $order] != 161)) do={ :error "karibu: no order to restore" }',
    ":local ticket [:pick $order 0 32]",
    ":local wanted [:pick $order 33 161]",
    ...readKey,
    removeFetched,
    `/tool/fetch url=${quote(`${hubUrl}/enrol/restore`)} http-header-field=("Authorization: Bearer " . $ticket) check-certificate=${check} dst-path=${backUpScripts.restore.file}`,
    ...sumFile(backUpScripts.restore.file),
    `:if (${mark} != $wanted) do={`,
    removeFetched,
    '  :error "karibu: what came is no back-up of this router; nothing was changed"',
    "}",
    '/log/info "karibu: restoring a back-up; the router restarts"',
    "/system/backup/load name=karibu-restore.backup password=$key",
  ];
}
