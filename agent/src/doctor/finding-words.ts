/** The doctor's sentences in both languages: how it is, and what to do. Commands and settings stay as they are typed. */

const stickReasons = {
  slow: "it writes much more slowly than at first",
  damage: "it damaged files",
  wear: "much was written to it",
} as const;

const stickReasonsInSwahili: Readonly<Record<keyof typeof stickReasons, string>> = {
  slow: "inaandika polepole zaidi kuliko mwanzoni",
  damage: "imeharibu faili",
  wear: "imeandikwa sana",
};

const english = {
  portTaken: "Another program holds the port: stop it, or choose other ports on both sides.",
  radiusOff: "RADIUS is off.",
  setSecret: "Set KARIBU_RADIUS_SECRET to the secret in the router's /radius row.",
  portsOpen: (auth: number, acct: number) => `UDP ${auth} and ${acct} are open to RADIUS.`,
  noOtherSecret: "No packet with another secret came.",
  otherSecret: (count: number, from: string) =>
    `${count} ${count === 1 ? "packet was" : "packets were"} signed with another secret, the last from ${from}.`,
  unknownAddress: "an unknown address",
  compareSecrets: "Compare the secret in the router's /radius row with KARIBU_RADIUS_SECRET.",
  unsigned: (count: number) =>
    `${count} RADIUS ${count === 1 ? "request came without Message-Authenticator and was" : "requests came without Message-Authenticator and were"} not answered.`,
  signThem:
    "Set require-message-auth=yes-for-request-resp in the router's /radius row (RouterOS 7.15 or newer); for a router that can't, KARIBU_RADIUS_CLIENTS.",
  clocksApart: (router: string, agent: string) => `The router says ${router}, the agent ${agent}.`,
  setNtpAndZone: "Set up NTP on the router (/system/ntp/client), and its time zone.",
  timeKnown: (time: string) => `The time is known: ${time}.`,
  timeAbout: (time: string) => `It is about ${time}.`,
  timeUnknown: "The time is not known: until it is, nobody's time ends.",
  setNtp: "It comes from the hub or by NTP: set up NTP on the router.",
  enrolAgain:
    "On a router: set-up files with the new token, import setup.rsc, then /container/stop; it starts again with that token.",
  checkDns:
    "Vouchers and log-ins keep working. Is the internet up? Check /ip/dns on the router, and dns= of the container.",
  owed: (records: number, siteId: string) =>
    `${records} ${records === 1 ? "record" : "records"} of a site that this device served before ${records === 1 ? "waits" : "wait"} to be sent to its hub: ${siteId}.`,
  keepOwed:
    "If this continues, that site has another device now, or its device was revoked, and the hub accepts nothing from this one. The records are on this stick only: copy its folder moved/ for support.",
  diskRefuses: "The disk refuses to write.",
  shared: (what: string) => `Something else writes to the data folder, so this agent writes nothing more: ${what}.`,
  stopOther: "Do two agents use it? Stop one of them, then restart the other one.",
  diskFull: "Is it full, read-only or broken? Nothing is lost yet: it is written once it can be.",
  diskFree: (megabytes: number) => `${megabytes} MB are free in the data folder.`,
  freeSome: "Free some, or use a larger stick.",
  diskSpeed: (ms: number) => `A small write takes ${ms} ms to be safe.`,
  stickWears: (because: keyof typeof stickReasons, weeks: number) =>
    `The stick is likely to fail within ${weeks} ${weeks === 1 ? "week" : "weeks"}: ${stickReasons[because]}.`,
  newStick: "Replace it soon. What has not reached the hub yet is on that stick only.",
  onFlash:
    "This site has no stick: the image and the records are kept on the router's own flash, and the program in its memory. Records that the hub has are kept for two days, not seven; a power cut loses up to ten minutes of counted use, not six; a start takes longer.",
  freeFlash:
    "A new image needs 34 MB, and an upgrade of RouterOS needs room for its packages. Remove files and packages that nobody needs from the router, or plug in a stick where there is a port.",
  slowFlash: "A slow flash makes log-ins slow: what else writes to this router's flash (/log, graphs, user manager)?",
  flashWears: (because: keyof typeof stickReasons, weeks: number) =>
    `The router's flash is likely to fail within ${weeks} weeks: ${stickReasons[because]}.`,
  newRouter:
    "It can't be replaced: plan another router, or a stick where there is a port. What has not reached the hub yet is on this router only.",
  betterStick: "A slow stick makes log-ins slow: use a better one, or the router's own flash.",
  recordsLost: (count: number) =>
    `${count} ${count === 1 ? "record of the journal is" : "records of the journal are"} lost.`,
  filesDamaged: (count: number, last: string) =>
    count === 1 ? `A damaged file is set aside: ${last}.` : `${count} damaged files are set aside, ${last} among them.`,
  replaceStick: "The stick may be failing: copy the .damaged files for support, remove them, and replace the stick.",
  torn: (records: number, bytes: number) =>
    `After a crash or a power cut ${records} ${records === 1 ? "record" : "records"} and ${bytes} bytes at the journal's end could not be read.`,
  tornAdvice:
    "Nothing to do after a power cut: what was just being written had been promised to nobody. If it keeps happening, the stick may be failing: replace it.",
  noRouterApi: "The router's API is not set up.",
  setRouterApi:
    "Set KARIBU_ROUTER_HOST, _USER and _PASSWORD: sessions then end for certain, and phones log in by themselves.",
  routerAway: (why: string) => `The router's API does not answer: ${why}`,
  checkService: "Check /ip/service api, the user, the password, and that its address list holds the agent.",
  memoryFree: (megabytes: number) => `${megabytes} MB of the router's memory are free.`,
  freeMemory:
    "Without memory RouterOS ends the container or restarts. Which other containers, packages or large address lists does the router need?",
  lacksRights: (rights: string) => `The API user lacks: ${rights}.`,
  mayNotSee: (what: string) => `The API user may not see: ${what}.`,
  giveRights: (rights: string) => `Give its group the policies ${rights}.`,
  routerAnswers: (version: string) => `The router answers${version}.`,
  noRow: "No /radius row for the hotspot points to this agent.",
  addRow: (command: string) => `Add one: ${command}`,
  otherRowFirst: (address: string) => `Another /radius row comes before ours: ${address}.`,
  moveUp: "The router asks that one first: move ours up, or disable the other.",
  askedFirst: "The router asks this agent first.",
  accountingPort: (theirs: number, ours: number) =>
    `The router sends accounting to port ${theirs}; the agent listens on ${ours}.`,
  setAccounting: "Without accounting no data is counted: set accounting-port.",
  waits: (ms: number) => `The router waits ${ms} ms for an answer.`,
  setTimeout: "Set timeout=3s in the /radius row: a first use is written to flash before it is answered.",
  unsignedAnswers: "The router accepts RADIUS answers without Message-Authenticator.",
  signAnswers: "Set require-message-auth=yes-for-request-resp (CVE-2024-3596).",
  notChecked: "Not checked.",
  takesNone: "The router accepts no Disconnect-Requests.",
  setIncoming: (port: number) => `Set /radius/incoming accept=yes port=${port}.`,
  takesElsewhere: (theirs: number, ours: number) =>
    `The router accepts Disconnect-Requests on port ${theirs}; the agent sends to ${ours}.`,
  samePort: "Make /radius/incoming port and KARIBU_COA_PORT the same.",
  takesOn: (port: number) => `The router accepts Disconnect-Requests on port ${port}.`,
  fasttrackTakes: "Fasttrack takes the guests' traffic: speed limits and counted data are wrong.",
  fasttrackMay: "A fasttrack rule may take the guests' traffic.",
  keepOut: "Accept established connections of the guests' bridge above the fasttrack rule, in both directions.",
  keptOut: "Guests stay out of fasttrack.",
};

export type FindingWords = typeof english;

const swahili: FindingWords = {
  portTaken: "Programu nyingine inashika mlango huo: isimamishe, au chagua milango mingine pande zote mbili.",
  radiusOff: "RADIUS imezimwa.",
  setSecret: "Weka KARIBU_RADIUS_SECRET iwe siri iliyo kwenye mstari wa /radius wa ruta.",
  portsOpen: (auth, acct) => `UDP ${auth} na ${acct} ziko wazi kwa RADIUS.`,
  noOtherSecret: "Hakuna pakiti yenye siri nyingine iliyokuja.",
  otherSecret: (count, from) =>
    `Pakiti ${count} ${count === 1 ? "ina" : "zina"} siri nyingine, ya mwisho kutoka ${from}.`,
  unknownAddress: "anwani isiyojulikana",
  compareSecrets: "Linganisha siri ya mstari wa /radius wa ruta na KARIBU_RADIUS_SECRET.",
  unsigned: (count) =>
    count === 1
      ? "Ombi 1 la RADIUS lilikuja bila Message-Authenticator na halikujibiwa."
      : `Maombi ${count} ya RADIUS yalikuja bila Message-Authenticator na hayakujibiwa.`,
  signThem:
    "Weka require-message-auth=yes-for-request-resp kwenye mstari wa /radius wa ruta (RouterOS 7.15 au mpya zaidi); kwa ruta isiyoweza, KARIBU_RADIUS_CLIENTS.",
  clocksApart: (router, agent) => `Ruta inasema ${router}, wakala ${agent}.`,
  setNtpAndZone: "Weka NTP kwenye ruta (/system/ntp/client), na saa za eneo lake.",
  timeKnown: (time) => `Saa inajulikana: ${time}.`,
  timeAbout: (time) => `Ni kama ${time}.`,
  timeUnknown: "Saa haijulikani; hakuna anayeisha muda.",
  setNtp: "Inatoka kwa hub au kwa NTP: weka NTP kwenye ruta.",
  enrolAgain:
    "Kwenye ruta: faili za usanidi zenye tokeni mpya, ingiza setup.rsc, kisha /container/stop; itawaka tena na tokeni hiyo.",
  checkDns: "Vocha na kuingia vinaendelea. Je, intaneti ipo? Angalia /ip/dns kwenye ruta, na dns= ya kontena.",
  owed: (records, siteId) =>
    `Rekodi ${records} za kituo ambacho kifaa hiki kilihudumia awali ${records === 1 ? "inasubiri" : "zinasubiri"} kupelekwa kwa hub yake: ${siteId}.`,
  keepOwed:
    "Hali hii ikibaki, kituo hicho kina kifaa kingine sasa, au kifaa chake kilibatilishwa, na hub haipokei chochote kutoka kwa hiki. Rekodi ziko kwenye stiki hii pekee: nakili folda yake moved/ kwa msaada.",
  diskRefuses: "Diski inakataa kuandika.",
  shared: (what) => `Kuna kitu kingine kinachoandika kwenye folda ya data, hivyo programu hii haiandiki tena: ${what}.`,
  stopOther: "Je, programu mbili zinaitumia? Zima moja, kisha anzisha upya nyingine.",
  diskFull: "Je, imejaa, ni ya kusoma tu, au imeharibika? Hakuna kilichopotea bado: kitaandikwa itakapowezekana.",
  diskFree: (megabytes) => `MB ${megabytes} ziko wazi kwenye folda ya data.`,
  freeSome: "Futa baadhi, au tumia stiki kubwa zaidi.",
  diskSpeed: (ms) => `Andiko dogo huchukua ms ${ms} kuwa salama.`,
  stickWears: (because, weeks) => `Stiki huenda ikaharibika ndani ya wiki ${weeks}: ${stickReasonsInSwahili[because]}.`,
  newStick: "Ibadilishe mapema. Yale ambayo hub haijapokea yako kwenye stiki hiyo pekee.",
  onFlash:
    "Kituo hiki hakina stiki: picha na rekodi ziko kwenye flashi ya ruta yenyewe, na programu kwenye kumbukumbu yake. Rekodi ambazo hub inazo huhifadhiwa siku mbili, si saba; umeme ukikatika hadi dakika kumi za matumizi hupotea, si sita; kuwaka huchukua muda zaidi.",
  freeFlash:
    "Picha mpya huhitaji MB 34, na usasishaji wa RouterOS huhitaji nafasi ya vifurushi vyake. Futa faili na vifurushi visivyohitajika kwenye ruta, au chomeka stiki kama kuna tundu.",
  slowFlash:
    "Flashi ya polepole huchelewesha kuingia: ni nini kingine kinaandika kwenye flashi ya ruta hii (/log, grafu, user manager)?",
  flashWears: (because, weeks) =>
    `Flashi ya ruta huenda ikaharibika ndani ya wiki ${weeks}: ${stickReasonsInSwahili[because]}.`,
  newRouter:
    "Haiwezi kubadilishwa: panga ruta nyingine, au stiki kama kuna tundu. Yale ambayo hub haijapokea yako kwenye ruta hii pekee.",
  betterStick: "Stiki ya polepole huchelewesha kuingia: tumia iliyo bora, au flashi ya ruta yenyewe.",
  recordsLost: (count) => `Rekodi ${count} ${count === 1 ? "ya jarida imepotea" : "za jarida zimepotea"}.`,
  filesDamaged: (count, last) =>
    count === 1
      ? `Faili moja iliyoharibika imewekwa kando: ${last}.`
      : `Faili ${count} zilizoharibika zimewekwa kando, ${last} ikiwemo.`,
  replaceStick: "Huenda stiki inaharibika: nakili faili za .damaged kwa msaada, zifute, na ubadilishe stiki.",
  torn: (records, bytes) =>
    `Baada ya hitilafu au umeme kukatika, rekodi ${records} na baiti ${bytes} mwishoni mwa jarida hazikusomeka.`,
  tornAdvice:
    "Hakuna la kufanya baada ya umeme kukatika: kilichokuwa kinaandikwa hakikuwa kimeahidiwa mtu. Ikijirudia, huenda stiki inaharibika: ibadilishe.",
  noRouterApi: "API ya ruta haijawekwa.",
  setRouterApi: "Weka KARIBU_ROUTER_HOST, _USER na _PASSWORD: vipindi vitaisha kwa uhakika, na simu zitaingia zenyewe.",
  routerAway: (why) => `API ya ruta haijibu: ${why}`,
  checkService: "Angalia /ip/service api, mtumiaji, nenosiri, na kwamba orodha yake ya anwani ina wakala.",
  memoryFree: (megabytes) => `MB ${megabytes} za kumbukumbu ya ruta ziko huru.`,
  freeMemory:
    "Kumbukumbu ikiisha RouterOS husimamisha kontena au kujiwasha upya. Ni kontena, vifurushi au orodha gani nyingine kubwa ambazo ruta inahitaji?",
  lacksRights: (rights) => `Mtumiaji wa API hana: ${rights}.`,
  mayNotSee: (what) => `Mtumiaji wa API haruhusiwi kuona: ${what}.`,
  giveRights: (rights) => `Kipe kikundi chake ruhusa ${rights}.`,
  routerAnswers: (version) => `Ruta inajibu${version}.`,
  noRow: "Hakuna mstari wa /radius wa hotspot unaoelekea kwa wakala huyu.",
  addRow: (command) => `Ongeza mmoja: ${command}`,
  otherRowFirst: (address) => `Mstari mwingine wa /radius uko mbele ya wetu: ${address}.`,
  moveUp: "Ruta huuliza huo kwanza: sogeza wetu juu, au zima mwingine.",
  askedFirst: "Ruta humuuliza wakala huyu kwanza.",
  accountingPort: (theirs, ours) => `Ruta hutuma hesabu kwa mlango ${theirs}; wakala husikiliza ${ours}.`,
  setAccounting: "Bila hesabu hakuna data inayohesabiwa: weka accounting-port.",
  waits: (ms) => `Ruta husubiri jibu kwa ms ${ms}.`,
  setTimeout: "Weka timeout=3s kwenye mstari wa /radius: matumizi ya kwanza huandikwa kwenye flashi kabla ya kujibiwa.",
  unsignedAnswers: "Ruta hupokea majibu ya RADIUS bila Message-Authenticator.",
  signAnswers: "Weka require-message-auth=yes-for-request-resp (CVE-2024-3596).",
  notChecked: "Haijaangaliwa.",
  takesNone: "Ruta haipokei Disconnect-Requests.",
  setIncoming: (port) => `Weka /radius/incoming accept=yes port=${port}.`,
  takesElsewhere: (theirs, ours) =>
    `Ruta hupokea Disconnect-Requests kwenye mlango ${theirs}; wakala hutuma kwa ${ours}.`,
  samePort: "Fanya mlango wa /radius/incoming na KARIBU_COA_PORT uwe mmoja.",
  takesOn: (port) => `Ruta hupokea Disconnect-Requests kwenye mlango ${port}.`,
  fasttrackTakes: "Fasttrack inachukua trafiki ya wageni: vikomo vya kasi na data iliyohesabiwa si sahihi.",
  fasttrackMay: "Huenda sheria ya fasttrack inachukua trafiki ya wageni.",
  keepOut: "Ruhusu miunganisho iliyopo ya daraja la wageni juu ya sheria ya fasttrack, pande zote mbili.",
  keptOut: "Wageni hawapiti kwenye fasttrack.",
};

export type FindingLanguage = "en" | "sw";
export const findingWords: Readonly<Record<FindingLanguage, FindingWords>> = { en: english, sw: swahili };
