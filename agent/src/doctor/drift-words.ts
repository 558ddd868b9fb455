/** What Karibu's objects at a router are for, and how each can differ, in both languages. Names and values of the router are hostile text. */

/** By the object's tag; the first pattern that fits counts. `in`: the menu, where one tag is in several. */
export interface ObjectWords {
  readonly tag: RegExp;
  readonly menu?: string;
  readonly en: string;
  readonly sw: string;
  /** `stops`: without it nothing is sold, or nobody need pay. `notice`: comfort. Else it is wrong. */
  readonly weight?: "stops" | "notice";
}

const filter = "/ip/firewall/filter";

export const objectWords: readonly ObjectWords[] = [
  {
    tag: /^guest-known-/,
    menu: filter,
    en: "the firewall rule that keeps guests out of fasttrack",
    sw: "sheria ya firewall inayowaweka wageni nje ya fasttrack",
  },
  {
    tag: /^guest-portal$/,
    menu: filter,
    en: "the firewall rule that lets phones reach the portal",
    sw: "sheria ya firewall inayoruhusu simu kufika kwenye portal",
    weight: "stops",
  },
  {
    tag: /^guest-private$/,
    menu: filter,
    en: "the firewall rule that keeps guests out of the owner's network",
    sw: "sheria ya firewall inayowazuia wageni kuingia mtandao wa mwenyewe",
  },
  {
    tag: /^guest-hub$/,
    menu: filter,
    en: "the firewall rule that keeps guests out of the tunnel",
    sw: "sheria ya firewall inayowazuia wageni kuingia kwenye handaki",
  },
  {
    tag: /^foreign-dns-/,
    menu: filter,
    en: "the firewall rule that keeps strangers from the router's DNS",
    sw: "sheria ya firewall inayowazuia wageni wa nje kutumia DNS ya ruta",
  },
  {
    tag: /^agent-(rest|forward-private)$/,
    menu: filter,
    en: "the firewall rule that keeps the agent out of everything else",
    sw: "sheria ya firewall inayomzuia wakala kufika kwingine",
  },
  {
    tag: /^hub-(rest|forward-rest)$/,
    menu: filter,
    en: "the firewall rule that lets nothing else out of the tunnel",
    sw: "sheria ya firewall isiyoruhusu kingine kutoka kwenye handaki",
  },
  {
    tag: /^agent-/,
    menu: filter,
    en: "the firewall rule that the agent needs for its work",
    sw: "sheria ya firewall ambayo wakala anaihitaji kwa kazi yake",
  },
  {
    tag: /^hub-/,
    menu: filter,
    en: "the firewall rule that lets the hub reach this router",
    sw: "sheria ya firewall inayoruhusu hub kufika kwenye ruta hii",
  },
  {
    tag: /^guest-ipv6-/,
    en: "the rule that keeps guests from surfing past the hotspot by IPv6",
    sw: "sheria inayowazuia wageni kupita nje ya hotspot kwa IPv6",
  },
  {
    tag: /^guest-nat$/,
    en: "the NAT rule that gives guests the internet",
    sw: "sheria ya NAT inayowapa wageni intaneti",
    weight: "stops",
  },
  {
    tag: /^guest-portal-nat$/,
    en: "the NAT rule by which the agent sees which guest opens the portal",
    sw: "sheria ya NAT ambayo wakala huona ni mgeni yupi anayefungua portal",
    weight: "notice",
  },
  {
    tag: /^agent-nat$/,
    en: "the NAT rule by which the agent reaches its hub",
    sw: "sheria ya NAT ambayo wakala hufikia hub yake",
  },
  {
    tag: /^hub-nat$/,
    en: "the NAT rule by which guests reach the portal at the hub",
    sw: "sheria ya NAT ambayo wageni hufikia portal kwenye hub",
    weight: "stops",
  },
  {
    tag: /^agent-radius$/,
    menu: "/radius",
    en: "the RADIUS row that asks the agent who may be online",
    sw: "mstari wa RADIUS unaomuuliza wakala nani anaruhusiwa",
    weight: "stops",
  },
  {
    tag: /^hub-radius$/,
    en: "the RADIUS row that asks the hub when the agent is away",
    sw: "mstari wa RADIUS unaoiuliza hub wakala asipokuwepo",
    weight: "notice",
  },
  {
    tag: /^(staff-|user-aaa$)/,
    en: "the way by which staff log in to this router",
    sw: "njia ambayo wafanyakazi huingia kwenye ruta hii",
    weight: "notice",
  },
  { tag: /^coa$/, en: "the setting by which the agent ends sessions", sw: "mpangilio ambao wakala humaliza vipindi" },
  { tag: /^guest$/, menu: "/ip/hotspot", en: "the hotspot", sw: "hotspot", weight: "stops" },
  {
    tag: /^(guest|adopted-profile)$/,
    menu: "/ip/hotspot/profile",
    en: "the hotspot's profile",
    sw: "wasifu wa hotspot",
    weight: "stops",
  },
  {
    tag: /^user-profile$/,
    en: "the profile of guests, by which phones stay logged in",
    sw: "wasifu wa wageni, unaofanya simu zibaki zimeingia",
    weight: "notice",
  },
  {
    tag: /^open-portal/,
    en: "the walled garden's entry for the portal",
    sw: "ruhusa ya portal kabla ya kulipa",
    weight: "stops",
  },
  {
    tag: /^open-/,
    en: "an entry of the walled garden for what guests reach before they pay",
    sw: "ruhusa ya kinachofikiwa kabla ya kulipa",
  },
  { tag: /^guest-bridge$/, en: "the guests' bridge", sw: "daraja la wageni", weight: "stops" },
  {
    tag: /^guest-gateway$/,
    en: "the router's address in the guests' network",
    sw: "anwani ya ruta kwenye mtandao wa wageni",
    weight: "stops",
  },
  {
    tag: /^guest-(pool|dhcp|dhcp-network)$/,
    en: "what gives guests their addresses (DHCP)",
    sw: "kinachowapa wageni anwani (DHCP)",
    weight: "stops",
  },
  {
    tag: /^captive-api$/,
    en: "the DHCP option by which phones find the portal",
    sw: "chaguo la DHCP ambalo simu hupata portal",
    weight: "notice",
  },
  { tag: /^guest-port-/, en: "a port of the guests", sw: "mlango wa wageni" },
  { tag: /^wifi-/, en: "the guests' Wi-Fi", sw: "Wi-Fi ya wageni" },
  {
    tag: /^private-/,
    en: "the list of private networks, which guests can't reach",
    sw: "orodha ya mitandao binafsi, ambayo wageni hawafiki",
  },
  {
    tag: /^probe-|^portal-name$|^internet-watch$/,
    en: "what shows phones the portal without internet",
    sw: "kinachoonyesha simu portal bila intaneti",
    weight: "notice",
  },
  { tag: /^names$/, en: "the router's DNS for guests", sw: "DNS ya ruta kwa wageni", weight: "stops" },
  { tag: /^time$/, en: "the router's clock by NTP", sw: "saa ya ruta kwa NTP" },
  { tag: /^hub-/, en: "the tunnel to the hub", sw: "handaki la kwenda hub" },
  {
    tag: /^agent-(user|group)$|^api$/,
    en: "the agent's account at this router",
    sw: "akaunti ya wakala kwenye ruta hii",
  },
  {
    tag: /^(back-up-|restore$)/,
    en: "a script that backs this router up",
    sw: "skripti inayonakili ruta hii",
  },
  {
    tag: /^rotate-secrets$/,
    en: "the script that changes this router's secrets",
    sw: "skripti inayobadilisha siri za ruta",
  },
  { tag: /^(suspended|payment-)/, en: "what suspended customers reach", sw: "kinachofikiwa na wateja waliositishwa" },
  { tag: /^(subscriber|ppp-radius$|hub-ppp-radius$|ppp$)/, en: "the PPPoE server", sw: "seva ya PPPoE" },
  { tag: /^snmp/, en: "SNMP", sw: "SNMP", weight: "notice" },
  { tag: /^log-/, en: "remote logging", sw: "kumbukumbu za mbali", weight: "notice" },
  { tag: /^fair-/, en: "the fair line to the internet", sw: "mgawanyo sawa wa intaneti", weight: "notice" },
  { tag: /^(may-share-|no-sharing$)/, en: "the rule against sharing", sw: "sheria dhidi ya kushiriki intaneti" },
  {
    tag: /^agent-(start|restart|boot|minute|watch)$/,
    en: "what starts the agent again after a failure",
    sw: "kinachomwasha wakala tena baada ya hitilafu",
  },
  { tag: /^agent-/, en: "the agent's network", sw: "mtandao wa wakala" },
];

/** What runs beside the hotspot, by part. */
export const serviceWords: Readonly<Record<string, { readonly en: string; readonly sw: string }>> = {
  pppoe: { en: "the PPPoE server", sw: "seva ya PPPoE" },
  snmp: { en: "SNMP", sw: "SNMP" },
  logging: { en: "remote logging", sw: "kumbukumbu za mbali" },
  staff: { en: "the way by which staff log in to this router", sw: "njia ambayo wafanyakazi huingia kwenye ruta hii" },
  fairUplink: { en: "the fair line to the internet", sw: "mgawanyo sawa wa intaneti" },
  sharing: { en: "the rule against sharing", sw: "sheria dhidi ya kushiriki intaneti" },
};

export const otherObject: Omit<ObjectWords, "tag"> = {
  en: "something that Karibu's set-up made",
  sw: "kitu kilichotengenezwa na usanidi wa Karibu",
};

export const driftWords = {
  en: {
    missing: (what: string) => `${what} is missing.`,
    disabled: (what: string) => `${what} is switched off.`,
    changed: (what: string, column: string, found: string, wanted: string) =>
      `${what} was changed: ${column} is ${found === "" ? "empty" : found}, and should be ${wanted}.`,
    above: (row: string) => `A rule that is not Karibu's stands above Karibu's own, and is asked first: ${row}.`,
    mixed: "Karibu's rules stand in another order than they were made.",
    repair: "Tap Repair: it is set as it was, and read back.",
    repairSafely: "Tap Repair: it is set as it was, inside safe mode, so that a mistake undoes itself.",
    text: (what: string) => `${what} was changed: its text is not the one that set-up wrote.`,
    byHand: "Paste the site's set-up line at the router again, or import repair.rsc: this is not changed from afar.",
    service: (what: string) => `${what} was chosen, and is not at the router.`,
    byHandService: "Import services.rsc at the router (Beside the hotspot): this is not changed from afar.",
    order: "Tap Repair: Karibu's rules move up. Theirs stays as it is.",
  },
  sw: {
    missing: (what: string) => `${what}: haipo.`,
    disabled: (what: string) => `${what}: imezimwa.`,
    changed: (what: string, column: string, found: string, wanted: string) =>
      `${what}: imebadilishwa. ${column} ni ${found === "" ? "tupu" : found}, inapaswa kuwa ${wanted}.`,
    above: (row: string) => `Sheria isiyo ya Karibu iko juu ya za Karibu, na huulizwa kwanza: ${row}.`,
    mixed: "Sheria za Karibu ziko kwa mpangilio mwingine kuliko zilivyotengenezwa.",
    repair: "Gusa Rekebisha: inarudishwa ilivyokuwa, na kusomwa tena.",
    repairSafely: "Gusa Rekebisha: inarudishwa ilivyokuwa ndani ya hali salama, ili kosa lijirudishe lenyewe.",
    text: (what: string) => `${what}: imebadilishwa. Maandishi yake si yale yaliyoandikwa na usanidi.`,
    byHand: "Bandika tena mstari wa usanidi kwenye ruta, au ingiza repair.rsc: hiki hakibadilishwi kutoka mbali.",
    service: (what: string) => `${what}: imechaguliwa, lakini haipo kwenye ruta.`,
    byHandService: "Ingiza services.rsc kwenye ruta (Kando ya hotspot): hiki hakibadilishwi kutoka mbali.",
    order: "Gusa Rekebisha: sheria za Karibu zinapanda juu. Yao inabaki ilivyo.",
  },
} as const;
