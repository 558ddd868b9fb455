/** Lines after which `/tool/fetch` can check the hub's certificate. */
import { find, indent, quote } from "../language/rsc-text.ts";
import { rootCertificates } from "./root-certificates.ts";

/**
 * The hub proves itself by its certificate. From 7.19 RouterOS has the roots, but an older setting may keep fetch from using them; 7.18 has
 * none, and gets those of this text. The setting has another name from 7.21 on, so its commands are put together when they run.
 * They use `$check`: "no" where the hub has no https.
 */
export const trustLines = [
  ':if ($check != "no") do={',
  "  :local version [/system/resource/get version]",
  // Boards of SMIPS have too little flash for the roots: one of another authority is all they get.
  '  :if (($version ~ "^7\\\\.18\\\\.") || ([/system/resource/get architecture-name] = "smips")) do={',
  ...indent(indent(rootCertificates.flatMap(importRoot))),
  "  }",
  '  :if (!($version ~ "^7\\\\.18\\\\.")) do={',
  '    :local setting "builtin-trust-store"',
  '    :local wanted "fetch"',
  '    :if ($version ~ "^7\\\\.(19|20)(\\\\.| |\\$)") do={ :set setting "builtin-trust-anchors"; :set wanted "trusted" }',
  '    :local was ""',
  "    :do {",
  '      :set was [[:parse (":return [:tostr [/certificate/settings/get " . $setting . "]]")]]',
  "    } on-error={ }",
  '    :if (!($was ~ "(fetch|all|^trusted)")) do={',
  '      :if (([:len $was] > 0) && ($wanted = "fetch")) do={ :set wanted ("fetch," . $was) }',
  `      :if ([:len ${find("/system/script", "comment", "karibu:before-trust")}] = 0) do={`,
  `        /system/script/add name=karibu-before-trust comment="karibu:before-trust" source=("/certificate/settings/set " . $setting . "=\\"" . $was . "\\"")`,
  "      }",
  '      :do { [[:parse ("/certificate/settings/set " . $setting . "=\\"" . $wanted . "\\"")]] } on-error={ }',
  "    }",
  "  }",
  "}",
];

function importRoot({ name, pem }: { name: string; pem: string }): string[] {
  const file = `${name}.pem`;
  return [
    `:if ([:len ${find("/certificate", "name", name)}] = 0) do={`,
    `  :do { /file/remove [/file/find where name=${quote(file)}] } on-error={ }`,
    `  /file/add name=${quote(file)} contents=${quote(pem)}`,
    `  :do { /certificate/import file-name=${quote(file)} name=${quote(name)} passphrase="" } on-error={ }`,
    // From 7.21 on each certificate names the programs that may trust it. Older versions do not know the word.
    `  :do { [[:parse (${quote(`/certificate/set ${find("/certificate", "name", name)} trust-`)} . "store=fetch")]] } on-error={ }`,
    `  :do { /file/remove [/file/find where name=${quote(file)}] } on-error={ }`,
    "}",
  ];
}
