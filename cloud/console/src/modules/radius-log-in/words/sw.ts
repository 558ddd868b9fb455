/** Words of the log-in by RADIUS, in Swahili. */
import type { enRadiusLogIn } from "./en.ts";

export const swRadiusLogIn: Record<keyof typeof enRadiusLogIn, string> = {
  on_radius_log_in: "kuingia kwa RADIUS",
  radiusLogIn: "Kuingia kwa RADIUS",
  radiusWhy:
    "Watu wako wanaweza kuingia hapa kwa nenosiri ambalo seva yako ya RADIUS inalijua. Kila mmoja lazima awe mfanyakazi wako kwanza. Hatua mbili zinaombwa kama kawaida, na manenosiri ya Karibu yanaendelea kufanya kazi.",
  radiusGrown:
    "{role} umepata haki tangu hapo: {rights}. Anayeingia kwa RADIUS hana haki hizo. Fungua Badilisha na uhifadhi ili kuthibitisha; kwa hilo unahitaji kuwa nazo zote mwenyewe.",
  radiusOn: "{where} inaulizwa kwa: {roles}.",
  radiusLast: "Mara ya mwisho ilipoulizwa, {time}:",
  radiusEnter: "Weka seva ya RADIUS",
  radiusRemove: "Usiiulize tena",
  radiusRemoveSure: "Siri yake inasahauliwa, na kila mtu anaingia kwa nenosiri la Karibu pekee.",
  radiusWay: "Inafikiwa kwa",
  radiusByInternet: "Intaneti",
  radiusByTunnel: "Handaki hadi ruta ya {name}",
  radiusHost: "Seva ya RADIUS",
  radiusHostHint: "Jina au anwani ya intaneti. Kwa handaki: acha wazi.",
  radiusSharedSecret: "Siri ya pamoja",
  radiusSecretHint: "Herufi 16 au zaidi, ile ile ya kwenye seva. Haionyeshwi tena kamwe.",
  radiusSecretStays: "Tupu: inabaki ilivyo. Kwa seva au lango jingine, iandike tena.",
  radiusNames: "Inawajua watu kwa",
  radiusNames_address: "Anwani yao nzima ya barua pepe",
  radiusNames_before_at: "Kilicho kabla ya @",
  radiusRoleMay: "{role} wanaweza kuingia kwayo",
  radiusRoleBy: "Inataja wajibu kwa",
  radiusRoleByHint: "Hapo asiyepewa wajibu nayo haingii. Inatoa tu wajibu uliochaguliwa hapo juu.",
  radiusRoleStays: "Haitaji: wajibu unabaki",
  radiusAttribute_class: "Class",
  radiusAttribute_filterId: "Filter-Id",
  radiusAttribute_mikrotikGroup: "Mikrotik-Group",
  radiusRoleSays: "Kinachomaanisha {role}, kimoja kwa mstari",
  radiusCheckWhy:
    "Inatuma pakiti moja halisi. Bila jina inauliza kuhusu mtu asiyekuwepo: kukataliwa kunaonyesha kwamba seva inajibu.",
  radiusCheckUser: "Jina kwenye seva",
  radiusAnswers: "Inajibu, na inamkataa {user}, asiyejulikana na yeyote.",
  radiusSaid: "Inasema: {said}.",
  radiusGives: "Maana yake: {role}.",
  radiusOutcome_accept: "Inakubali jina na nenosiri.",
  radiusOutcome_reject: "Inakataa jina na nenosiri.",
  radiusOutcome_challenge: "Inauliza jibu la pili, ambalo kuingia huku hakuwezi kutoa. Zima hilo kwa mteja huyu.",
  radiusOutcome_no_role: "Inakubali, lakini haitaji wajibu, au inataja kadhaa.",
  radiusOutcome_role_grown:
    "Inataja wadhifa uliopata haki zaidi tangu ulipouchagua. Hakuna anayepata wadhifa huu kwayo hadi uthibitishe.",
  radiusOutcome_no_server: "Hakuna seva iliyowekwa.",
  radiusOutcome_no_tunnel: "Ruta ya kituo haiko tena kwenye handaki.",
  radiusOutcome_no_such_name: "Jina lake halina anwani.",
  radiusOutcome_inside: "Jina lake linaelekea anwani isiyo ya intaneti.",
  radiusOutcome_no_answer:
    "Haikujibu. Angalia anwani, lango na ukuta wake wa moto; anwani ya kitovu lazima iwe mmoja wa wateja wake, kwa siri hii hii.",
  radiusOutcome_unsigned:
    "Ilijibu bila Message-Authenticator, jambo ambalo yeyote njiani angeweza kughushi. Iiweke katika kila jibu kwa mteja huyu.",
  radiusOutcome_wrong_secret: "Ilijibu kwa siri nyingine.",
  radiusOutcome_busy: "Maswali mengi kwa wakati mmoja: jaribu tena.",
  radiusOutcome_too_long: "Jina au nenosiri ni refu kuliko RADIUS inavyobeba.",
};
