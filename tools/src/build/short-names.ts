/**
 * Short names for what only the portal's own scripts say to each other: its words and the fields of its own state. Each stands in several
 * scripts (a language is one of its own), so that all are given the same short name before any is built.
 */
import { en } from "@karibu/portal/strings/en-first";
import { enLater } from "@karibu/portal/strings/en-later";
import { brandWordNames, portalWords } from "@karibu/protocol/brand/brand";

/** Names that browsers, the agent's API or common libraries know too: they stay. */
const known =
  /^(loading|buy|closed|ended|left|pay|back|claim|show|minutes|hours|days|locale|payAt|receipt|speed|until|title|text|problems)$/;

const ofStore = [
  ...["portalAtMs", "following", "connecting", "phoneText", "codeText", "pinText", "wantAllWords", "chooseLanguage"],
  ...["chooseTheme", "chooseChannel", "stopWaiting", "tryAgain", "startPurchase", "postLogIn", "visitLogOut"],
  ...["promoText", "tryCode", "trouble", "platform", "monotonicMs", "wallMs", "sinceMs", "isConnecting", "isVisible"],
  ...[
    "phoneLanguages",
    "postedAgain",
    "isRedirect",
    "loadWords",
    "eventsUrl",
    "isTold",
    "isStale",
    "isWhole",
    "wallet",
    "country",
    "arrival",
    "newKey",
  ],
];

/** A provider says these in its own words, which the agent's API brings under their names. */
const ofProviders = new Set(Object.keys(portalWords(Object.fromEntries(brandWordNames.map((name) => [name, name])))));

const names = [...new Set([...Object.keys(en), ...Object.keys(enLater), ...ofStore])].filter(
  (name) => name.length > 3 && !known.test(name) && !ofProviders.has(name),
);

/** For esbuild: which properties are renamed, and to what. */
export const shortNames = {
  mangleProps: new RegExp(`^(${names.join("|")})$`),
  mangleCache: Object.fromEntries(names.sort().map((name, index) => [name, `$${index.toString(36)}`])),
};
