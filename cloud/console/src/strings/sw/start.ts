/** The set-up guide, in Swahili. */
import type { enStart } from "../en/start.ts";

export const swStart: Record<keyof typeof enStart, string> = {
  startTitle: "Andaa biashara yako",
  startIntro:
    "Hatua tano hadi mauzo ya kwanza. Ondoka wakati wowote: kilichokamilika kinabaki, na ukurasa huu unaendelea ulipoachia.",
  startDone: "Kila kitu kiko tayari. Mteja wako wa kwanza anaweza kuja.",
  openGuide: "Fungua mwongozo wa kuanza",
  guide_name: "Jina na simu ya msaada",
  guide_keys: "Njia ya malipo",
  guide_plan: "Kifurushi cha kwanza",
  guide_site: "Kituo cha kwanza",
  guide_testSale: "Mauzo ya majaribio",
  guideWhy_name: "Wateja wanaona jina na simu kwenye ukurasa wa Wi-Fi, kwenye vocha na kwenye risiti.",
  guideWhy_keys:
    "Si lazima kusubiri Safaricom iidhinishe namba yako: chagua mazingira ya majaribio, weka funguo zake, na uzibadilishe baadaye.",
  guideWhy_plan: "Wanachonunua wateja. Ongeza kifurushi chako, au endelea.",
  guideWhy_site:
    "Kituo ni mahali penye ruta. Kipe jina: utapata mstari mmoja wa kubandika kwenye ruta, na utaona ikiunganishwa.",
  guideWhy_testSale: "Jiuzie kifurushi. Utapata msimbo wa dakika kumi, na hakuna pesa inayoandikwa popote.",
  logoHint: "PNG, JPEG au WebP.",
  stepLater: "Baadaye",
  keysAccepted: "Kuingia kumekubaliwa. Malipo hayajajaribiwa bado.",
  guidePlansOnSale: "Vinauzwa: {count}",
  guideAllPlans: "Vifurushi vyote",
  guideSiteWaits: "{name}: bado hakijaunganishwa",
  guideSiteLive: "{name}: kimeunganishwa",
  guideWatch: "Tazama maandalizi",
  guideNeedsSite: "Ongeza kituo kwanza: mauzo hufanyika mahali fulani.",
  makeTestSale: "Fanya mauzo ya majaribio",
  testSaleMade: "Imeuzwa: {plan} kwa {price}. Hakuna kilichoandikwa kwenye hesabu.",
  testSaleCode: "Andika msimbo huu kwenye ukurasa wa Wi-Fi wa {site}. Unafungua intaneti kwa {time}.",
  anotherTestSale: "Jaribu tena",
  sampleData: "Data ya mfano",
  sampleWhy:
    "Kituo kimoja na wateja wanne wa mfano, kuona kurasa zinavyoonekana. Hawahesabiwi kama pesa kamwe, na wanaondoka bila alama.",
  makeSamples: "Tengeneza data ya mfano",
  removeSamples: "Ondoa data ya mfano",
  samplesRemoved: "Data ya mfano imeondolewa.",
  guideDone_keys: "ombi lilikubaliwa {time}",
  guideDone_plan: "kinauzwa tangu {time}",
  guideDone_site: "wakala wake alikuja {time}",
  guideDone_testSale: "mauzo ya kwanza {time}",
};
