/**
 * Every kind of alarm, and what people are told of it, in the console's languages. A kind without a sentence or an advice does not compile, nor one
 * that lasts and that no room finds (`cloud/src/lasting-alarms.ts`), nor a name that an agent raises and that has no row here.
 * A hub knows a site's alarm by its name alone: one that it has no row for comes from a newer agent, and is shown by that name.
 */

/** What happened, and what to do about it. */
interface AlarmWords {
  readonly alarm: string;
  readonly advice: string;
}

/** `wrong`: what money, rights or records depend on. Anything else is a notice. */
export type AlarmSeverity = "notice" | "wrong";

export type AlarmKindRow = Readonly<Record<AlarmLocale, AlarmWords>> &
  (
    | {
        /** `site`: in its journal. `condition`: it lasts, and the hub reads it where it is recorded. `module`: the same, where the hub is run with a certain module. */
        readonly raisedBy: "site" | "condition" | "module";
        readonly severity: AlarmSeverity;
      }
    /** A part of the hub itself. How bad it is, its figures say. */
    | { readonly raisedBy: "hub-part" }
  );

export type AlarmLocale = "en" | "sw";

export const alarmKinds = {
  "session-stays": {
    raisedBy: "site",
    severity: "wrong",
    en: {
      alarm: "The router does not end a session",
      advice: "Somebody stays online who has nothing left. Check the router's RADIUS and API settings.",
    },
    sw: {
      alarm: "Ruta haimalizi kikao",
      advice: "Mtu yuko mtandaoni bila haki. Kagua mipangilio ya RADIUS na API kwenye ruta.",
    },
  },
  guessing: {
    raisedBy: "site",
    severity: "notice",
    en: {
      alarm: "Somebody guesses codes",
      advice: "They are locked out for a while. Nothing to do unless it continues.",
    },
    sw: { alarm: "Mtu anakisia misimbo", advice: "Amezuiwa kwa muda. Hakuna la kufanya isipoendelea." },
  },
  "journal-damaged": {
    raisedBy: "site",
    severity: "wrong",
    en: { alarm: "Records of the site are damaged", advice: "The stick or disk may be failing: replace it soon." },
    sw: { alarm: "Kumbukumbu za kituo zimeharibika", advice: "Huenda diski inaharibika: ibadilishe mapema." },
  },
  "stick-wears": {
    raisedBy: "site",
    severity: "wrong",
    en: {
      alarm: "The stick, or the router's own flash, is likely to fail",
      advice:
        "Replace it within the stated number of weeks (without a stick: the router). What has not reached the hub yet is kept there only.",
    },
    sw: {
      alarm: "Diski, au flashi ya ruta yenyewe, huenda ikaharibika",
      advice:
        "Ibadilishe ndani ya wiki zilizotajwa; kama hakuna diski, badilisha ruta. Yale ambayo hub haijapokea yako hapo pekee.",
    },
  },
  "journal-torn": {
    raisedBy: "site",
    severity: "notice",
    en: {
      alarm: "A power cut broke the last record",
      advice: "Nothing to do if it is rare. If it happens often: replace the stick.",
    },
    sw: {
      alarm: "Umeme ulikatika wakati wa kuandika",
      advice: "Hakuna la kufanya ikiwa ni nadra. Ikitokea mara nyingi: badilisha diski.",
    },
  },
  "journal-went-back": {
    raisedBy: "site",
    severity: "wrong",
    en: {
      alarm: "The site has an older copy of its records",
      advice: "The hub has everything. If nobody restored a copy: replace the stick.",
    },
    sw: {
      alarm: "Kituo kina nakala ya zamani ya kumbukumbu",
      advice: "Kitovu kina vyote. Kama hakuna aliyerejesha nakala: badilisha diski.",
    },
  },
  "memory-lost": {
    raisedBy: "site",
    severity: "wrong",
    en: {
      alarm: "The site has forgotten what was used",
      advice:
        "Its stick is new, an older one, or damaged. It holds older codes until this hub has told it what was used: that takes seconds once it is connected.",
    },
    sw: {
      alarm: "Kituo kimesahau kilichotumika",
      advice:
        "Diski yake ni mpya, ya zamani, au imeharibika. Kinashikilia misimbo ya zamani hadi kitovu kikieleze kilichotumika: huchukua sekunde kikiunganishwa.",
    },
  },
  "snapshot-damaged": {
    raisedBy: "site",
    severity: "wrong",
    en: {
      alarm: "A saved state of the site is damaged",
      advice: "It is built again from the records. Replace the stick if it happens again.",
    },
    sw: {
      alarm: "Hali iliyohifadhiwa ya kituo imeharibika",
      advice: "Inajengwa upya kutoka kwenye kumbukumbu. Ikitokea tena badilisha diski.",
    },
  },
  "feed-damaged": {
    raisedBy: "site",
    severity: "wrong",
    en: {
      alarm: "What the hub told the site is damaged",
      advice: "It is sent again by itself. Replace the stick if it happens again.",
    },
    sw: {
      alarm: "Taarifa za kitovu kwenye kituo zimeharibika",
      advice: "Zinatumwa tena zenyewe. Ikitokea tena badilisha diski.",
    },
  },
  "feed-torn": {
    raisedBy: "site",
    severity: "notice",
    en: { alarm: "A power cut broke what the hub told the site", advice: "It is sent again by itself." },
    sw: { alarm: "Umeme ulikatika wakati wa kupokea taarifa za kitovu", advice: "Zinatumwa tena zenyewe." },
  },
  "store-damaged": {
    raisedBy: "site",
    severity: "wrong",
    en: {
      alarm: "Files in the site's data folder are damaged",
      advice: "They are set aside. The site's page /status says which; the stick may be failing: replace it soon.",
    },
    sw: {
      alarm: "Faili za folda ya data ya kituo zimeharibika",
      advice: "Zimewekwa kando. Ukurasa /status wa kituo unasema ni zipi; huenda stiki inaharibika: ibadilishe mapema.",
    },
  },
  "folder-shared": {
    raisedBy: "site",
    severity: "wrong",
    en: {
      alarm: "Something else writes to the site's data folder",
      advice:
        "The agent there writes nothing more. Do two agents use the folder? Stop one of them, then restart the other one.",
    },
    sw: {
      alarm: "Kuna kitu kingine kinachoandika kwenye folda ya data ya kituo",
      advice:
        "Programu ya kituo haiandiki tena. Je, programu mbili zinaitumia folda hiyo? Zima moja, kisha anzisha upya nyingine.",
    },
  },
  "update-failed": {
    raisedBy: "site",
    severity: "wrong",
    en: {
      alarm: "A new release did not work; the old one runs",
      advice: "See the releases: the site went back by itself.",
    },
    sw: {
      alarm: "Toleo jipya halikufanya kazi; la zamani linaendelea",
      advice: "Angalia matoleo: kituo kilirudi chenyewe.",
    },
  },
  "update-refused": {
    raisedBy: "site",
    severity: "wrong",
    en: { alarm: "A new release could not be installed", advice: "See the releases for the reason." },
    sw: { alarm: "Toleo jipya halikuweza kuwekwa", advice: "Angalia matoleo kwa sababu." },
  },
  "seller-locked": {
    raisedBy: "site",
    severity: "notice",
    en: {
      alarm: "A seller is locked out",
      advice: "Wrong PINs were typed. Ask the seller; give a new PIN if it was not the seller.",
    },
    sw: {
      alarm: "Muuzaji amefungiwa",
      advice: "PIN zisizo sahihi ziliandikwa. Muulize muuzaji; toa PIN mpya kama si yeye.",
    },
  },
  "guessing-at-site": {
    raisedBy: "site",
    severity: "notice",
    en: {
      alarm: "Many codes are guessed at one site",
      advice:
        "People who are not online yet may have to wait some seconds with a code; those who are online notice nothing. A message says when it is over. If it continues, the site's log-ins show whose device it is.",
    },
    sw: {
      alarm: "Misimbo mingi inakisiwa kwenye kituo",
      advice:
        "Asiye na kifurushi anaweza kusubiri sekunde chache na msimbo wake; aliye mtandaoni haoni tofauti. Ujumbe utasema ikiisha. Ikiendelea: orodha ya kuingia ya kituo inaonyesha ni kifaa cha nani.",
    },
  },
  "guessing-at-site-over": {
    raisedBy: "site",
    severity: "notice",
    en: {
      alarm: "The guessing of codes at a site is over",
      advice: "Nothing to do. Codes that were guessed right would show as sessions of that time.",
    },
    sw: {
      alarm: "Ukisiaji wa misimbo kwenye kituo umeisha",
      advice: "Hakuna la kufanya. Misimbo iliyokisiwa sawa ingeonekana kama vipindi vya muda huo.",
    },
  },
  "record-too-long": {
    raisedBy: "site",
    severity: "notice",
    en: { alarm: "A record was too long to be sent", advice: "Nothing to do; tell whoever runs the hub." },
    sw: { alarm: "Kumbukumbu ilikuwa ndefu mno kutumwa", advice: "Hakuna la kufanya; mwambie anayeendesha kitovu." },
  },
  "journal-lost": {
    raisedBy: "site",
    severity: "wrong",
    en: { alarm: "A record of the site is lost", advice: "The stick or disk may be failing: replace it soon." },
    sw: { alarm: "Kumbukumbu ya kituo imepotea", advice: "Huenda diski inaharibika: ibadilishe mapema." },
  },
  "board-memory-low": {
    raisedBy: "site",
    severity: "wrong",
    en: {
      alarm: "The router's memory is nearly used up",
      advice: "Without memory the router ends the agent or restarts. See what else runs on it.",
    },
    sw: {
      alarm: "Kumbukumbu ya ruta inakaribia kwisha",
      advice: "Ikiisha ruta husimamisha wakala au hujiwasha upya. Angalia ni nini kingine kinaendeshwa humo.",
    },
  },
  "router-repair-braked": {
    raisedBy: "site",
    severity: "notice",
    en: {
      alarm: "A repair of the router does not last",
      advice:
        "It was repaired three times today, and somebody else changed it back. Find out who: a person, a script on the router, or another system. Its page Health says what differs.",
    },
    sw: {
      alarm: "Rekebisho la ruta halidumu",
      advice:
        "Ilirekebishwa mara tatu leo, na mwingine akairudisha. Tafuta ni nani: mtu, skripti kwenye ruta, au mfumo mwingine. Ukurasa wake wa Afya unasema kinachotofautiana.",
    },
  },

  "site-silent": {
    raisedBy: "condition",
    severity: "wrong",
    en: {
      alarm: "The site is silent",
      advice: "Check power and internet at the router. Vouchers still work there.",
    },
    sw: { alarm: "Kituo kiko kimya", advice: "Kagua umeme na intaneti kwenye ruta. Mauzo ya vocha yanaendelea huko." },
  },
  "router-refuses-agent": {
    raisedBy: "condition",
    severity: "wrong",
    en: {
      alarm: "The router does not take its agent",
      advice:
        "It refuses the log-in, lacks a permission, or its API gives no answer: sessions can't be ended there. “Test connection” on the site's page says which step fails, and what helps.",
    },
    sw: {
      alarm: "Ruta haimkubali wakala wake",
      advice:
        "Inakataa kuingia, haina ruhusa, au API yake haijibu: vipindi haviwezi kumalizwa huko. “Jaribu muunganisho” kwenye ukurasa wa kituo husema hatua ipi inashindwa, na nini kinasaidia.",
    },
  },
  "channel-keys-refused": {
    raisedBy: "condition",
    severity: "wrong",
    en: {
      alarm: "The payment channel refuses its keys",
      advice: "Nothing is sold through it. Open the channel and correct its keys.",
    },
    sw: {
      alarm: "Njia ya malipo inakataa funguo zake",
      advice: "Hakuna kinachouzwa kupitia hiyo. Fungua njia hiyo urekebishe funguo.",
    },
  },
  "channel-initiator-refused": {
    raisedBy: "condition",
    severity: "notice",
    en: {
      alarm: "The payment channel refuses its initiator",
      advice: "Refunds and questions wait. Open the channel and correct the initiator.",
    },
    sw: {
      alarm: "Njia ya malipo inakataa mwanzilishi wake",
      advice: "Marejesho na maswali yanasubiri. Fungua njia hiyo urekebishe mwanzilishi.",
    },
  },
  "channel-fails-customers": {
    raisedBy: "condition",
    severity: "wrong",
    en: {
      alarm: "This channel fails its customers",
      advice: "Nobody can pay by it. Open the channel: it says why, and what to do.",
    },
    sw: {
      alarm: "Njia hii ya malipo inawakatalia wateja",
      advice: "Hakuna anayeweza kulipa kupitia hiyo. Ifungue: inasema kwa nini, na la kufanya.",
    },
  },
  "channel-money-pending": {
    raisedBy: "condition",
    severity: "wrong",
    en: {
      alarm: "Money of this channel is not proved for more than a day",
      advice:
        "It is sold, and no revenue yet. Import the statement, or give the channel its list (Pull) or an initiator that M-Pesa accepts.",
    },
    sw: {
      alarm: "Pesa za njia hii hazijathibitishwa kwa zaidi ya siku moja",
      advice:
        "Zimeuzwa, lakini bado si mapato. Ingiza taarifa ya akaunti, au ipe njia orodha yake (Pull) au initiator anayekubaliwa na M-Pesa.",
    },
  },
  "refund-returned": {
    raisedBy: "condition",
    severity: "wrong",
    en: {
      alarm: "A refund came back: the customer did not get it",
      advice: "Open Refunds: send it again in another way, or give it up.",
    },
    sw: {
      alarm: "Rejesho limerudi: mteja hakulipata",
      advice: "Fungua Marejesho: litume tena kwa njia nyingine, au achana nalo.",
    },
  },
  "site-disk-refuses": {
    raisedBy: "condition",
    severity: "wrong",
    en: {
      alarm: "The site's stick is gone, full or broken",
      advice:
        "It serves from memory whoever it knows, and begins nothing new. What waits there is lost if the power goes: check the stick now, and switch nothing off before.",
    },
    sw: {
      alarm: "Diski ya eneo haipo, imejaa au imeharibika",
      advice:
        "Inahudumia kwa kumbukumbu wale inaowajua, na haianzi lolote jipya. Yanayosubiri yatapotea umeme ukikatika: kagua diski sasa, na usizime chochote kabla.",
    },
  },
  "quota-reached-journal-bytes": {
    raisedBy: "condition",
    severity: "wrong",
    en: {
      alarm: "The sites report more than the day's quota",
      advice:
        "Everything is kept and sold as before; what the sites report comes later. Look for a site that reports without end, or ask the platform for more.",
    },
    sw: {
      alarm: "Vituo vinaripoti kupita kiwango cha siku",
      advice:
        "Kila kitu kinatunzwa na kuuzwa kama kawaida; ripoti za vituo zinachelewa. Tafuta kituo kinachoripoti bila kikomo, au omba jukwaa nyongeza.",
    },
  },
  "quota-reached-mails": {
    raisedBy: "condition",
    severity: "wrong",
    en: {
      alarm: "The day's quota of e-mails is used up",
      advice: "E-mails to customers are not sent until tomorrow; sales continue. Ask the platform for more.",
    },
    sw: {
      alarm: "Kiwango cha barua pepe za siku kimeisha",
      advice: "Barua pepe kwa wateja hazitumwi hadi kesho; mauzo yanaendelea. Omba jukwaa nyongeza.",
    },
  },
  "quota-reached-messages": {
    raisedBy: "condition",
    severity: "wrong",
    en: {
      alarm: "The day's quota of text messages is used up",
      advice:
        "Messages are not sent until tomorrow; sales continue. Ask the platform for more, then send the failed ones again.",
    },
    sw: {
      alarm: "Kiwango cha SMS za siku kimeisha",
      advice: "SMS hazitumwi hadi kesho; mauzo yanaendelea. Omba jukwaa nyongeza, kisha utume tena zilizoshindwa.",
    },
  },
  "device-waits": {
    raisedBy: "condition",
    severity: "wrong",
    en: {
      alarm: "A device of the site waits with a new key",
      advice: "If its stick was changed: readmit it on the site's page. If not: somebody else has its settings.",
    },
    sw: {
      alarm: "Kifaa cha kituo kinasubiri na ufunguo mpya",
      advice:
        "Kama diski yake ilibadilishwa: kirudishe kwenye ukurasa wa kituo. Kama sivyo: mtu mwingine ana mipangilio yake.",
    },
  },
  "site-without-log-ins": {
    raisedBy: "condition",
    severity: "notice",
    en: {
      alarm: "Nobody logs in at a site, though it is usual at this hour",
      advice: "The site is connected. Is its Wi-Fi on, and does its portal open on a phone?",
    },
    sw: {
      alarm: "Hakuna anayeingia kituoni, ingawa saa hii ni kawaida",
      advice: "Kituo kimeunganishwa. Je, Wi-Fi inawaka, na ukurasa wake unafunguka kwenye simu?",
    },
  },
  "router-busy": {
    raisedBy: "condition",
    severity: "notice",
    en: {
      alarm: "The router's processor is nearly used up",
      advice:
        "Internet is slow there. See its figures and who uses most; FastTrack and fewer firewall rules help, or a stronger router.",
    },
    sw: {
      alarm: "Kichakataji cha ruta kinakaribia kuzidiwa",
      advice:
        "Intaneti ni ya polepole huko. Angalia takwimu zake na nani anatumia zaidi; FastTrack na sheria chache za firewall husaidia, au ruta yenye nguvu zaidi.",
    },
  },
  "router-log": {
    raisedBy: "condition",
    severity: "notice",
    en: {
      alarm: "The router logs errors",
      advice:
        "Its page Logs shows them, and how often. The alarm ends some time after the last one, in an hour at the earliest.",
    },
    sw: {
      alarm: "Ruta inaandika makosa kwenye kumbukumbu zake",
      advice:
        "Ukurasa wake wa Kumbukumbu unayaonyesha, na mara ngapi. Tahadhari huisha muda baada ya kosa la mwisho, mapema zaidi baada ya saa moja.",
    },
  },
  "router-back-up-late": {
    raisedBy: "condition",
    severity: "notice",
    en: {
      alarm: "The router was not backed up for long",
      advice:
        "Its schedule is on, and nothing was kept for days. Its page Back-ups says why; often its newest script was not imported.",
    },
    sw: {
      alarm: "Nakala ya ruta haijatengenezwa kwa muda mrefu",
      advice:
        "Ratiba yake inaendelea, lakini hakuna nakala iliyohifadhiwa kwa siku kadhaa. Ukurasa wake wa Nakala unaeleza sababu; mara nyingi hati yake mpya haijaingizwa.",
    },
  },
  "device-twice": {
    raisedBy: "condition",
    severity: "notice",
    en: {
      alarm: "One device is online at two sites at once",
      advice:
        "One of the two copies the other's MAC. See whose it is under Used twice, and end the session of the other.",
    },
    sw: {
      alarm: "Kifaa kimoja kiko mtandaoni kwenye vituo viwili kwa wakati mmoja",
      advice:
        "Kimoja kinaiga MAC ya kingine. Angalia ni cha nani kwenye Imetumika mara mbili, kisha usitishe kipindi cha kingine.",
    },
  },
  "webhook-switched-off": {
    raisedBy: "module",
    severity: "wrong",
    en: {
      alarm: "A webhook was switched off: its address took nothing for three days",
      advice: "See under Webhooks what it answered. Correct the address, then switch it on again.",
    },
    sw: {
      alarm: "Webhook ilizimwa: anwani yake haikupokea chochote kwa siku tatu",
      advice: "Angalia chini ya Webhook ilijibu nini. Rekebisha anwani, kisha iwashe tena.",
    },
  },
  "access-point-down": {
    raisedBy: "condition",
    severity: "wrong",
    en: {
      alarm: "An access point does not answer",
      advice: "Check its power and its cable. The router pings it every two minutes.",
    },
    sw: {
      alarm: "Kituo cha redio hakijibu",
      advice: "Kagua umeme wake na kebo yake. Ruta hukijaribu kila dakika mbili.",
    },
  },

  "hub-database": {
    raisedBy: "hub-part",
    en: { alarm: "The hub's database is slow", advice: "Look at the database server's load, disk and connections." },
    sw: {
      alarm: "Hifadhidata ya kitovu ni ya polepole",
      advice: "Angalia mzigo, diski na miunganisho ya seva ya hifadhidata.",
    },
  },
  "hub-jobs": {
    raisedBy: "hub-part",
    en: { alarm: "Background jobs wait too long or have failed", advice: "Look at the failed jobs, and retry them." },
    sw: {
      alarm: "Kazi za kitovu zinasubiri mno au zimeshindwa",
      advice: "Angalia kazi zilizoshindwa, uzijaribu tena.",
    },
  },
  "hub-mail": {
    raisedBy: "hub-part",
    en: { alarm: "E-mails are not accepted", advice: "Look at the mail server, or set one." },
    sw: { alarm: "Barua hazipokelewi", advice: "Angalia seva ya barua, au weka moja." },
  },
  "hub-channels": {
    raisedBy: "hub-part",
    en: { alarm: "Providers' channels are refused", advice: "Their owners see why, and enter new keys." },
    sw: {
      alarm: "Njia za malipo za watoa huduma zinakataliwa",
      advice: "Wamiliki wanaona sababu, na kuweka funguo mpya.",
    },
  },
  "hub-agents": {
    raisedBy: "hub-part",
    en: { alarm: "Sites are offline", advice: "Many at once: look at this hub's address, certificate and network." },
    sw: { alarm: "Vituo haviko", advice: "Vingi kwa pamoja: angalia anwani, cheti na mtandao wa kitovu hiki." },
  },
  "hub-backup": {
    raisedBy: "hub-part",
    en: {
      alarm: "The hub's back-up is not as it should be",
      advice: "Open Back-ups: it says what went wrong. Then take one now.",
    },
    sw: {
      alarm: "Nakala ya kitovu si kama inavyopaswa",
      advice: "Fungua Nakala: inasema tatizo. Kisha chukua moja sasa.",
    },
  },
  "hub-upkeep": {
    raisedBy: "hub-part",
    en: { alarm: "Recurring work of the hub failed", advice: "See the schedule and the log." },
    sw: { alarm: "Kazi ya mara kwa mara ya kitovu imeshindwa", advice: "Angalia ratiba na kumbukumbu." },
  },
  "hub-subscriptions": {
    raisedBy: "hub-part",
    en: {
      alarm: "Providers owe and have no way to pay",
      advice:
        "The platform's own payment channel takes nothing. Mend its keys, or add one that takes what they owe; until then nothing is asked of them.",
    },
    sw: {
      alarm: "Watoa huduma wana deni na hawana njia ya kulipa",
      advice:
        "Njia ya malipo ya jukwaa lenyewe haipokei kitu. Rekebisha funguo zake, au ongeza nyingine; hadi hapo hawadaiwi chochote.",
    },
  },
  "hub-processor": {
    raisedBy: "hub-part",
    en: {
      alarm: "The hub's processors are nearly used up",
      advice: "See what runs on its machine. If the hub itself is busy all the time, give it more processors.",
    },
    sw: {
      alarm: "Vichakataji vya kitovu vinakaribia kuzidiwa",
      advice: "Angalia kinachoendeshwa kwenye mashine yake. Kitovu chenyewe kikizidiwa kila mara, ongeza vichakataji.",
    },
  },
  "hub-clock": {
    raisedBy: "hub-part",
    en: {
      alarm: "The clocks of the hub's machine and of its database differ",
      advice:
        "Run NTP on both. The hub goes by the database's clock meanwhile; where they differ by more than a minute it deletes nothing old and takes no payment for missing.",
    },
    sw: {
      alarm: "Saa za mashine ya kitovu na za hifadhidata yake zinatofautiana",
      advice:
        "Washa NTP kwenye zote mbili. Kwa sasa kitovu kinafuata saa ya hifadhidata; zikitofautiana zaidi ya dakika moja hakifuti data ya zamani wala hakihesabu malipo yoyote kuwa hayapo.",
    },
  },
  "hub-wireguard": {
    raisedBy: "hub-part",
    en: { alarm: "The hub's tunnel has a problem", advice: "Look at the interface and the hub's right to change it." },
    sw: { alarm: "Handaki la kitovu lina tatizo", advice: "Angalia kiolesura na haki ya kitovu kukibadilisha." },
  },
  "hub-spool": {
    raisedBy: "hub-part",
    en: {
      alarm: "Callbacks wait on disk",
      advice: "They are booked when the database takes them. Those that are held are tried again every hour.",
    },
    sw: {
      alarm: "Taarifa za malipo zinasubiri kwenye diski",
      advice: "Zinaingizwa hifadhidata ikizipokea. Zilizoshikiliwa hujaribiwa kila saa.",
    },
  },
  "hub-disk": {
    raisedBy: "hub-part",
    en: { alarm: "The hub's disk is nearly full", advice: "Make room: a full disk stops the database." },
    sw: { alarm: "Diski ya kitovu inakaribia kujaa", advice: "Pata nafasi: diski iliyojaa husimamisha hifadhidata." },
  },
} as const satisfies Readonly<Record<string, AlarmKindRow>>;

export type AlarmKind = keyof typeof alarmKinds;
type RaisedBy<By extends AlarmKindRow["raisedBy"]> = {
  [Kind in AlarmKind]: (typeof alarmKinds)[Kind]["raisedBy"] extends By ? Kind : never;
}[AlarmKind];
/** Those that an agent writes to its journal. */
export type SiteAlarm = RaisedBy<"site">;
/** Those that last, and end by themselves. */
export type LastingAlarm = RaisedBy<"condition">;
/** The same, of modules of the hub. */
export type ModuleAlarm = RaisedBy<"module">;
export type HubPartAlarm = RaisedBy<"hub-part">;

export const isAlarmKind = (kind: string): kind is AlarmKind => Object.hasOwn(alarmKinds, kind);

type Joined<Name extends string> = Name extends `${infer Head}-${infer Tail}` ? `${Head}_${Joined<Tail>}` : Name;
export type AlarmWordKey = `${keyof AlarmWords}_${Joined<AlarmKind>}`;

/** As the console's words are kept: `alarm_site_silent`, `advice_site_silent`. */
export function alarmWordsIn(locale: AlarmLocale): Readonly<Record<AlarmWordKey, string>> {
  const words = Object.entries(alarmKinds).flatMap(([kind, row]) => {
    const name = kind.replaceAll("-", "_");
    return [
      [`alarm_${name}`, row[locale].alarm],
      [`advice_${name}`, row[locale].advice],
    ];
  });
  return Object.fromEntries(words) as Record<AlarmWordKey, string>;
}
