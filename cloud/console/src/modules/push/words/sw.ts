/** Words of alarms on phones and browsers, in Swahili. */
import type { enPush } from "./en.ts";

export const swPush: Record<keyof typeof enPush, string> = {
  rulePush: "Pia kwenye simu na vivinjari vyao, walipoziwasha",
  theirBrowsers: "simu na vivinjari vyao",
  pushTitle: "Tahadhari kwenye simu au kivinjari hiki",
  pushWhy:
    "Huonyesha tahadhari hapa hata ukurasa huu ukiwa umefungwa: zile ambazo kanuni hukuambia. Hakuna pesa wala jina la mteja linaloonyeshwa.",
  pushOn: "Imewashwa",
  pushOff: "Imezimwa",
  pushSwitchOn: "Washa",
  pushSwitchOff: "Zima",
  pushTest: "Onyesha jaribio",
  pushTested: "Imetumwa: itaonekana punde.",
  pushUnsupported: "Kivinjari hiki hakiwezi kuonyesha tahadhari.",
  pushInstallFirst: "Kwenye iPhone kwanza weka ukurasa huu kwenye skrini ya nyumbani, kisha ufungue kutoka hapo.",
  pushDenied:
    "Kivinjari hiki kiliambiwa kisiruhusu arifa. Ziruhusu kwa ukurasa huu katika mipangilio ya kivinjari, kisha urudi.",
  pushNotAllowed: "Haikuwashwa: kivinjari hakikuruhusiwa kuonyesha arifa.",
  maintenance_rest_push: "Tahadhari ambazo simu haziambiwi",
};
