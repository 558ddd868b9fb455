/** Words of alarms on phones and browsers, in English. */
export const enPush = {
  rulePush: "Also on their phones and browsers, where they switched it on",
  theirBrowsers: "their phones and browsers",
  pushTitle: "Alarms on this phone or browser",
  pushWhy:
    "Shows alarms here even while this page is closed: those that the rules tell you. No money and no customer's name is shown.",
  pushOn: "On",
  pushOff: "Off",
  pushSwitchOn: "Switch on",
  pushSwitchOff: "Switch off",
  pushTest: "Show a test",
  pushTested: "Sent: it is shown in a moment.",
  pushUnsupported: "This browser can't show alarms.",
  pushInstallFirst: "On an iPhone first add this page to the home screen, then open it from there.",
  pushDenied:
    "This browser was told not to allow notifications. Allow them for this page in the browser's settings, then come back.",
  pushNotAllowed: "Not switched on: the browser was not allowed to show notifications.",
  maintenance_rest_push: "Alarms that no phone is told of",
};
