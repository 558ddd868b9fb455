import type { enApiPage } from "../en/api-page.ts";

/** The page that describes the API, in Swahili. */
export const swApiPage: Record<keyof typeof enApiPage, string> = {
  apiTitle: "API",
  apiWhy:
    "Yote ambayo konsoli hii hufanya, programu zinaweza pia: kwa tokeni ya API inayotumwa kama bearer. Nyakati ni milisekunde tangu 1970, kiasi cha pesa ni senti, orodha huja kwa kurasa zenye kielekezi.",
  apiInEnglish: "Kila ombi limeelezwa kwa Kiingereza, kama yalivyo majina ya programu.",
  apiCount: "Maombi: {count}",
  apiProblems: "Misimbo ya matatizo",
  apiProblemsWhy:
    "Kukataliwa huja kama problem+json. Msimbo wake husema sababu; hii ndiyo sentensi ambayo watu husoma.",
  apiExample: "Ombi",
  apiParameters: "Vigezo",
  apiBody: "Kinachotumwa",
  apiAnswer: "Jibu",
  apiRequired: "lazima",
  apiIn_path: "njia",
  apiIn_query: "swali",
  apiIn_header: "kichwa",
  apiPublic: "Yeyote, bila tokeni",
  apiCustomer: "Mteja, kwenye ukurasa wake",
  apiSignedIn: "Yeyote aliyeingia au tokeni yoyote",
  apiPerson: "Mtu aliyeingia, si tokeni",
  apiWantsFactor: "Watu huthibitisha upya hatua ya pili",
};
