:local bearer $token
:if ([:len $bearer] = 0) do={ :set bearer $key }
:local check "yes-without-crl"
:if ([:pick $hub 0 5] = "http:") do={ :set check "no" }
:local failed ""
:local answer [:toarray ""]
:local stop ""
:if (!([:tonum [:pick [:tostr [/system/clock/get date]] 0 4]] > 2024)) do={
  :if ([:len [/system/script/find where comment="karibu:before-time"]] = 0) do={
    :local was1 "no"
    :if ([/system/ntp/client/get enabled] = true) do={ :set was1 "yes" }
    :local was2 ""
    :foreach one in=[/system/ntp/client/get servers] do={
      :if ([:len $was2] > 0) do={ :set was2 ($was2 . ",") }
      :set was2 ($was2 . [:tostr $one])
    }
    /system/script/add name=karibu-before-time comment="karibu:before-time" source=("/system/ntp/client/set enabled=\"" . $was1 . "\" servers=\"" . $was2 . "\"")
  }
  /system/ntp/client/set enabled=yes servers=0.pool.ntp.org,1.pool.ntp.org
  :put "Karibu: the clock is wrong; waiting for a time server"
  :local waited 0
  :while ((!([:tonum [:pick [:tostr [/system/clock/get date]] 0 4]] > 2024)) && ($waited < 24)) do={ :delay 5s; :set waited ($waited + 1) }
  :if (!([:tonum [:pick [:tostr [/system/clock/get date]] 0 4]] > 2024)) do={
    :set stop "the router does not know the date. Connect the internet, or enter /system/clock/set date=2026-11-20 time=12:00:00. Then paste the line again"
  }
}
:if ([:len $stop] = 0) do={
  :if ($check != "no") do={
    :local version [/system/resource/get version]
    :if (($version ~ "^7\\.18\\.") || ([/system/resource/get architecture-name] = "smips")) do={
      :if ([:len [/certificate/find where name=karibu-isrg-root-x1]] = 0) do={
        :do { /file/remove [/file/find where name="karibu-isrg-root-x1.pem"] } on-error={ }
        /file/add name="karibu-isrg-root-x1.pem" contents="-----BEGIN CERTIFICATE-----\0A\
MIIFazCCA1OgAwIBAgIRAIIQz7DSQONZRGPgu2OCiwAwDQYJKoZIhvcNAQELBQAwTzELMAkG\0A\
A1UEBhMCVVMxKTAnBgNVBAoTIEludGVybmV0IFNlY3VyaXR5IFJlc2VhcmNoIEdyb3VwMRUw\0A\
EwYDVQQDEwxJU1JHIFJvb3QgWDEwHhcNMTUwNjA0MTEwNDM4WhcNMzUwNjA0MTEwNDM4WjBP\0A\
MQswCQYDVQQGEwJVUzEpMCcGA1UEChMgSW50ZXJuZXQgU2VjdXJpdHkgUmVzZWFyY2ggR3Jv\0A\
dXAxFTATBgNVBAMTDElTUkcgUm9vdCBYMTCCAiIwDQYJKoZIhvcNAQEBBQADggIPADCCAgoC\0A\
ggIBAK3oJHP0FDfzm54rVygch77ct984kIxuPOZXoHj3dcKi/vVqbvYATyjb3miGbESTtrFj\0A\
/RQSa78f0uoxmyF+0TM8ukj13Xnfs7j/EvEhmkvBioZxaUpmZmyPfjxwv60pIgbz5MDmgK7i\0A\
S4+3mX6UA5/TR5d8mUgjU+g4rk8Kb4Mu0UlXjIB0ttov0DiNewNwIRt18jA8+o+u3dpjq+sW\0A\
T8KOEUt+zwvo/7V3LvSye0rgTBIlDHCNAymg4VMk7BPZ7hm/ELNKjD+Jo2FR3qyHB5T0Y3Hs\0A\
LuJvW5iB4YlcNHlsdu87kGJ55tukmi8mxdAQ4Q7e2RCOFvu396j3x+UCB5iPNgiV5+I3lg02\0A\
dZ77DnKxHZu8A/lJBdiB3QW0KtZB6awBdpUKD9jf1b0SHzUvKBds0pjBqAlkd25HN7rOrFle\0A\
aJ1/ctaJxQZBKT5ZPt0m9STJEadao0xAH0ahmbWnOlFuhjuefXKnEgV4We0+UXgVCwOPjdAv\0A\
BbI+e0ocS3MFEvzG6uBQE3xDk3SzynTnjh8BCNAw1FtxNrQHusEwMFxIt4I7mKZ9YIqioymC\0A\
zLq9gwQbooMDQaHWBfEbwrbwqHyGO0aoSCqI3Haadr8faqU9GY/rOPNk3sgrDQoo//fb4hVC\0A\
1CLQJ13hef4Y53CIrU7m2Ys6xt0nUW7/vGT1M0NPAgMBAAGjQjBAMA4GA1UdDwEB/wQEAwIB\0A\
BjAPBgNVHRMBAf8EBTADAQH/MB0GA1UdDgQWBBR5tFnme7bl5AFzgAiIyBpY9umbbjANBgkq\0A\
hkiG9w0BAQsFAAOCAgEAVR9YqbyyqFDQDLHYGmkgJykIrGF1XIpu+ILlaS/V9lZLubhzEFnT\0A\
IZd+50xx+7LSYK05qAvqFyFWhfFQDlnrzuBZ6brJFe+GnY+EgPbk6ZGQ3BebYhtF8GaV0nxv\0A\
wuo77x/Py9auJ/GpsMiu/X1+mvoiBOv/2X/qkSsisRcOj/KKNFtY2PwByVS5uCbMiogziUwt\0A\
hDyC3+6WVwW6LLv3xLfHTjuCvjHIInNzktHCgKQ5ORAzI4JMPJ+GslWYHb4phowim57iaztX\0A\
OoJwTdwJx4nLCgdNbOhdjsnvzqvHu7UrTkXWStAmzOVyyghqpZXjFaH3pO3JLF+l+/+sKAIu\0A\
vtd7u+Nxe5AW0wdeRlN8NwdCjNPElpzVmbUq4JUagEiuTDkHzsxHpFKVK7q4+63SM1N95R1N\0A\
bdWhscdCb+ZAJzVcoyi3B43njTOQ5yOf+1CceWxG1bQVs5ZufpsMljq4Ui0/1lvh+wjChP4k\0A\
qKOJ2qxq4RgqsahDYVvTH9w7jXbyLeiNdd8XM2w9U/t7y0Ff/9yi0GE44Za4rF2LN9d11TPA\0A\
mRGunUHBcnWEvgJBQl9nJEiU0Zsnvgc/ubhPgXRR4Xq37Z0j4r7g1SgEEzwxA57demyPxgcY\0A\
xn/eR44/KJ4EBs+lVDR3veyJm+kXQ99b21/+jh5Xos1AnX5iItreGCc=\0A\
-----END CERTIFICATE-----\0A\
"
        :do { /certificate/import file-name="karibu-isrg-root-x1.pem" name="karibu-isrg-root-x1" passphrase="" } on-error={ }
        :do { [[:parse ("/certificate/set [/certificate/find where name=karibu-isrg-root-x1] trust-" . "store=fetch")]] } on-error={ }
        :do { /file/remove [/file/find where name="karibu-isrg-root-x1.pem"] } on-error={ }
      }
      :if ([:len [/certificate/find where name=karibu-isrg-root-x2]] = 0) do={
        :do { /file/remove [/file/find where name="karibu-isrg-root-x2.pem"] } on-error={ }
        /file/add name="karibu-isrg-root-x2.pem" contents="-----BEGIN CERTIFICATE-----\0A\
MIICGzCCAaGgAwIBAgIQQdKd0XLq7qeAwSxs6S+HUjAKBggqhkjOPQQDAzBPMQswCQYDVQQG\0A\
EwJVUzEpMCcGA1UEChMgSW50ZXJuZXQgU2VjdXJpdHkgUmVzZWFyY2ggR3JvdXAxFTATBgNV\0A\
BAMTDElTUkcgUm9vdCBYMjAeFw0yMDA5MDQwMDAwMDBaFw00MDA5MTcxNjAwMDBaME8xCzAJ\0A\
BgNVBAYTAlVTMSkwJwYDVQQKEyBJbnRlcm5ldCBTZWN1cml0eSBSZXNlYXJjaCBHcm91cDEV\0A\
MBMGA1UEAxMMSVNSRyBSb290IFgyMHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEzZvVn4CDCuwJ\0A\
SvMWSj5cz3es3mcFDR0HttwW+1qLFNvicWDEukWVEYmO6gbf9yoWHKS5xcUy4APgHoIYOIvX\0A\
RdgKam7mAHf7AlF9ItgKbppbd9/w+kHsOdx1ymgHDB/qo0IwQDAOBgNVHQ8BAf8EBAMCAQYw\0A\
DwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQUfEKWrt5LSDv6kviejM9ti6lyN5UwCgYIKoZI\0A\
zj0EAwMDaAAwZQIwe3lORlCEwkSHRhtFcP9Ymd70/aTSVaYgLXTWNLxBo1BfASdWtL4ndQav\0A\
Ei51mI38AjEAi/V3bNTIZargCyzuFJ0nN6T5U6VR5CmD1/iQMVtCnwr1/q4AaOeMSQ+2b1tb\0A\
FfLn\0A\
-----END CERTIFICATE-----\0A\
"
        :do { /certificate/import file-name="karibu-isrg-root-x2.pem" name="karibu-isrg-root-x2" passphrase="" } on-error={ }
        :do { [[:parse ("/certificate/set [/certificate/find where name=karibu-isrg-root-x2] trust-" . "store=fetch")]] } on-error={ }
        :do { /file/remove [/file/find where name="karibu-isrg-root-x2.pem"] } on-error={ }
      }
    }
    :if (!($version ~ "^7\\.18\\.")) do={
      :local setting "builtin-trust-store"
      :local wanted "fetch"
      :if ($version ~ "^7\\.(19|20)(\\.| |\$)") do={ :set setting "builtin-trust-anchors"; :set wanted "trusted" }
      :local was ""
      :do {
        :set was [[:parse (":return [:tostr [/certificate/settings/get " . $setting . "]]")]]
      } on-error={ }
      :if (!($was ~ "(fetch|all|^trusted)")) do={
        :if (([:len $was] > 0) && ($wanted = "fetch")) do={ :set wanted ("fetch," . $was) }
        :if ([:len [/system/script/find where comment="karibu:before-trust"]] = 0) do={
          /system/script/add name=karibu-before-trust comment="karibu:before-trust" source=("/certificate/settings/set " . $setting . "=\"" . $was . "\"")
        }
        :do { [[:parse ("/certificate/settings/set " . $setting . "=\"" . $wanted . "\"")]] } on-error={ }
      }
    }
  }
}
:if ([:len $stop] = 0) do={
  :if ([:len [/interface/wireguard/find where comment="karibu:hub-tunnel"]] = 0) do={
    /interface/wireguard/add name=karibu-hub mtu=1420 comment="karibu:hub-tunnel"
  } else={
    /interface/wireguard/set [/interface/wireguard/find where comment="karibu:hub-tunnel"] name=karibu-hub mtu=1420
  }
  :local serial ""
  :if ([:len $serial] = 0) do={ :do { :set serial [[:parse ":return [:tostr [/system/routerboard/get serial-number]]"]] } on-error={ } }
  :if ([:len $serial] = 0) do={ :do { :set serial [[:parse ":return [:tostr [/system/license/get system-id]]"]] } on-error={ } }
  :if ([:len $serial] = 0) do={ :do { :set serial [[:parse ":return [:tostr [/system/license/get software-id]]"]] } on-error={ } }
  :local level ""
  :if ([:len $level] = 0) do={ :do { :set level [[:parse ":return [:tostr [/system/license/get level]]"]] } on-error={ } }
  :if ([:len $level] = 0) do={ :do { :set level [[:parse ":return [:tostr [/system/license/get nlevel]]"]] } on-error={ } }
  :local memory 0
  :do { :set memory [:tonum [:tostr [/system/resource/get total-memory]]] } on-error={ }
  :if ([:typeof $memory] != "num") do={ :set memory 0 }
  :local room 0
  :do { :set room [:tonum [:tostr [/system/resource/get free-hdd-space]]] } on-error={ }
  :if ([:typeof $room] != "num") do={ :set room 0 }
  :do {
    :foreach item in=[/file/find where name~"^(flash/)?karibu(/|-agent\\.tar\\.gz\$)"] do={
      :local size 0
      :do { :set size [:tonum [:tostr [/file/get $item size]]] } on-error={ }
      :if ([:typeof $size] != "num") do={ :set size 0 }
      :set room ($room + $size)
    }
  } on-error={ }
  :local mine $ports
  :if ([:len $mine] = 0) do={ :set mine "," }
  :do {
    :foreach session in=[/user/active/find] do={
      :local from [:tostr [/user/active/get $session address]]
      :local mac ""
      :local near ""
      :if ($from ~ "^..:..:..:..:..:..\$") do={ :set mac $from } else={
        :foreach one in=[/ip/arp/find where address=$from] do={
          :set mac [:tostr [/ip/arp/get $one mac-address]]
          :set near [:tostr [/ip/arp/get $one interface]]
        }
      }
      :if ([:len $mac] > 0) do={
        :foreach host in=[/interface/bridge/host/find where mac-address=$mac] do={
          :set near [:tostr [/interface/bridge/host/get $host on-interface]]
        }
      }
      :if ([:len $near] > 0) do={ :set mine ($mine . $near . ",") }
    }
  } on-error={ }
  :local interfaces ""
  :do {
    :foreach item in=[:pick [/interface/find where type!="pppoe-in"] 0 64] do={
      :do {
        :local port [:tostr [/interface/get $item name]]
        :local inBridge ""
        :foreach one in=[/interface/bridge/port/find where interface=$port] do={ :set inBridge [/interface/bridge/port/get $one bridge] }
        :local isMine false
        :if ([:typeof [:find $mine ("," . $port . ",")]] = "num") do={ :set isMine true }
        :if ([:len $port] > 200) do={ :error "too long" }
        :if ([:len $inBridge] > 200) do={ :error "too long" }
        :local row ("{\"name\":" . [:serialize to=json value=[:tostr [:pick [:tostr $port] 0 200]] options=json.no-string-conversion] . ",\"type\":" . [:serialize to=json value=[:tostr [:pick [:tostr [/interface/get $item type]] 0 20]] options=json.no-string-conversion] . ",\"running\":" . ([:tostr [/interface/get $item running]] ~ "^(true|yes)\$") . ",\"bridge\":" . [:serialize to=json value=[:tostr [:pick [:tostr $inBridge] 0 200]] options=json.no-string-conversion] . ",\"isInstallers\":" . $isMine . "}")
        :if ([:len $interfaces] > 0) do={ :set interfaces ($interfaces . ",") }
        :set interfaces ($interfaces . $row)
      } on-error={ }
    }
  } on-error={ }
  :local disks ""
  :do {
    :foreach item in=[:pick [/disk/find] 0 64] do={
      :do {
        :local slot [:tostr [/disk/get $item slot]]
        :if ([:len $slot] = 0) do={ :error "no slot" }
        :local kind ""
        :do { :set kind [:tostr [/disk/get $item type]] } on-error={ }
        :if ($kind = "tmpfs") do={ :error "memory" }
        :local size 0
        :do { :set size [:tonum [:tostr [/disk/get $item size]]] } on-error={ }
        :if ([:typeof $size] != "num") do={ :set size 0 }
        :local free 0
        :do { :set free [:tonum [:tostr [/disk/get $item free]]] } on-error={ }
        :if ([:typeof $free] != "num") do={ :set free 0 }
        :local fs ""
        :do { :set fs [/disk/get $item fs] } on-error={ }
        :local row ("{\"slot\":" . [:serialize to=json value=[:tostr [:pick [:tostr $slot] 0 200]] options=json.no-string-conversion] . ",\"sizeBytes\":" . $size . ",\"freeBytes\":" . $free . ",\"fileSystem\":" . [:serialize to=json value=[:tostr [:pick [:tostr $fs] 0 20]] options=json.no-string-conversion] . "}")
        :if ([:len $disks] > 0) do={ :set disks ($disks . ",") }
        :set disks ($disks . $row)
      } on-error={ }
    }
  } on-error={ }
  :local packages ""
  :do {
    :foreach item in=[:pick [/system/package/find] 0 64] do={
      :do {
        :local isOffered false
        :do { :set isOffered ([:tostr [/system/package/get $item available]] ~ "^(true|yes)\$") } on-error={ }
        :if ($isOffered) do={ :error "not installed" }
        :local row ("{\"name\":" . [:serialize to=json value=[:tostr [:pick [:tostr [/system/package/get $item name]] 0 64]] options=json.no-string-conversion] . ",\"version\":" . [:serialize to=json value=[:tostr [:pick [:tostr [/system/package/get $item version]] 0 40]] options=json.no-string-conversion] . ",\"disabled\":" . ([:tostr [/system/package/get $item disabled]] ~ "^(true|yes)\$") . "}")
        :if ([:len $packages] > 0) do={ :set packages ($packages . ",") }
        :set packages ($packages . $row)
      } on-error={ }
    }
  } on-error={ }
  :local hotspots ""
  :do {
    :foreach item in=[:pick [/ip/hotspot/find where name!="karibu-guest" and disabled=no] 0 64] do={
      :do {
        :local on [:tostr [/ip/hotspot/get $item interface]]
        :if ([:len $on] > 200) do={ :error "too long" }
        :local network ""
        :foreach one in=[/ip/address/find where interface=$on and disabled=no] do={
          :local address [:tostr [/ip/address/get $one address]]
          :local slash [:find $address "/"]
          :set network ([:tostr [/ip/address/get $one network]] . [:pick $address $slash [:len $address]])
        }
        :local row ("{\"name\":" . [:serialize to=json value=[:tostr [:pick [:tostr [/ip/hotspot/get $item name]] 0 200]] options=json.no-string-conversion] . ",\"interface\":" . [:serialize to=json value=[:tostr [:pick [:tostr $on] 0 200]] options=json.no-string-conversion] . ",\"pool\":" . [:serialize to=json value=[:tostr [:pick [:tostr [/ip/hotspot/get $item address-pool]] 0 200]] options=json.no-string-conversion] . ",\"profile\":" . [:serialize to=json value=[:tostr [:pick [:tostr [/ip/hotspot/get $item profile]] 0 200]] options=json.no-string-conversion] . ",\"network\":" . [:serialize to=json value=[:tostr [:pick [:tostr $network] 0 40]] options=json.no-string-conversion] . "}")
        :if ([:len $hotspots] > 0) do={ :set hotspots ($hotspots . ",") }
        :set hotspots ($hotspots . $row)
      } on-error={ }
    }
  } on-error={ }
  :local wifis ""
  :do { :set wifis [[:parse ":local rows \"\"\0A\
:do {\0A\
  :foreach item in=[:pick [/interface/wifi/find] 0 64] do={\0A\
    :do {\0A\
      :local ssid \"\"\0A\
      :do { :set ssid [:tostr [/interface/wifi/get \$item configuration.ssid]] } on-error={ }\0A\
      :local row (\"{\\\"name\\\":\" . [:serialize to=json value=[:tostr [:pick [:tostr [/interface/wifi/get \$item name]] 0 200]] options=json.no-string-conversion] . \",\\\"ssid\\\":\" . [:serialize to=json value=[:tostr [:pick [:tostr \$ssid] 0 64]] options=json.no-string-conversion] . \",\\\"driver\\\":\" . \"\\\"wifi\\\"\" . \"}\")\0A\
      :if ([:len \$rows] > 0) do={ :set rows (\$rows . \",\") }\0A\
      :set rows (\$rows . \$row)\0A\
    } on-error={ }\0A\
  }\0A\
} on-error={ }\0A\
:return \$rows"]] } on-error={ }
  :local radios ""
  :do { :set radios [[:parse ":local rows \"\"\0A\
:do {\0A\
  :foreach item in=[:pick [/interface/wireless/find] 0 64] do={\0A\
    :do {\0A\
      :local ssid \"\"\0A\
      :do { :set ssid [:tostr [/interface/wireless/get \$item ssid]] } on-error={ }\0A\
      :local row (\"{\\\"name\\\":\" . [:serialize to=json value=[:tostr [:pick [:tostr [/interface/wireless/get \$item name]] 0 200]] options=json.no-string-conversion] . \",\\\"ssid\\\":\" . [:serialize to=json value=[:tostr [:pick [:tostr \$ssid] 0 64]] options=json.no-string-conversion] . \",\\\"driver\\\":\" . \"\\\"wireless\\\"\" . \"}\")\0A\
      :if ([:len \$rows] > 0) do={ :set rows (\$rows . \",\") }\0A\
      :set rows (\$rows . \$row)\0A\
    } on-error={ }\0A\
  }\0A\
} on-error={ }\0A\
:return \$rows"]] } on-error={ }
  :if (([:len $wifis] > 0) && ([:len $radios] > 0)) do={ :set wifis ($wifis . ",") }
  :local carriers ""
  :do {
    :foreach item in=[:pick [/interface/vlan/find] 0 16] do={
      :do {
        :local name [:tostr [/interface/vlan/get $item name]]
        :if ([:len $name] > 200) do={ :error "too long" }
        :local row ("{\"name\":" . [:serialize to=json value=[:tostr [:pick [:tostr [/interface/vlan/get $item name]] 0 200]] options=json.no-string-conversion] . ",\"port\":" . [:serialize to=json value=[:tostr [:pick [:tostr [/interface/vlan/get $item interface]] 0 200]] options=json.no-string-conversion] . "}")
        :if ([:len $carriers] > 0) do={ :set carriers ($carriers . ",") }
        :set carriers ($carriers . $row)
      } on-error={ }
    }
  } on-error={ }
  :do {
    :foreach item in=[:pick [/interface/pppoe-client/find] 0 16] do={
      :do {
        :local name [:tostr [/interface/pppoe-client/get $item name]]
        :if ([:len $name] > 200) do={ :error "too long" }
        :local row ("{\"name\":" . [:serialize to=json value=[:tostr [:pick [:tostr [/interface/pppoe-client/get $item name]] 0 200]] options=json.no-string-conversion] . ",\"port\":" . [:serialize to=json value=[:tostr [:pick [:tostr [/interface/pppoe-client/get $item interface]] 0 200]] options=json.no-string-conversion] . "}")
        :if ([:len $carriers] > 0) do={ :set carriers ($carriers . ",") }
        :set carriers ($carriers . $row)
      } on-error={ }
    }
  } on-error={ }
  :do {
    :foreach item in=[:pick [/interface/macvlan/find] 0 16] do={
      :do {
        :local name [:tostr [/interface/macvlan/get $item name]]
        :if ([:len $name] > 200) do={ :error "too long" }
        :local row ("{\"name\":" . [:serialize to=json value=[:tostr [:pick [:tostr [/interface/macvlan/get $item name]] 0 200]] options=json.no-string-conversion] . ",\"port\":" . [:serialize to=json value=[:tostr [:pick [:tostr [/interface/macvlan/get $item interface]] 0 200]] options=json.no-string-conversion] . "}")
        :if ([:len $carriers] > 0) do={ :set carriers ($carriers . ",") }
        :set carriers ($carriers . $row)
      } on-error={ }
    }
  } on-error={ }
  :do {
    :foreach bond in=[:pick [/interface/bonding/find] 0 4] do={
      :local name [/interface/bonding/get $bond name]
      :do {
        :foreach item in=[:pick [:toarray [/interface/bonding/get $bond slaves]] 0 4] do={
          :do {
            :local row ("{\"name\":" . [:serialize to=json value=[:tostr [:pick [:tostr $name] 0 200]] options=json.no-string-conversion] . ",\"port\":" . [:serialize to=json value=[:tostr [:pick [:tostr $item] 0 200]] options=json.no-string-conversion] . "}")
            :if ([:len $carriers] > 0) do={ :set carriers ($carriers . ",") }
            :set carriers ($carriers . $row)
          } on-error={ }
        }
      } on-error={ }
    }
  } on-error={ }
  :local uplinks ""
  :do {
    :foreach item in=[:pick [/ip/dhcp-client/find where disabled=no] 0 32] do={
      :local port [:tostr [/ip/dhcp-client/get $item interface]]
      :if ([:len $port] < 200) do={
        :if ([:len $uplinks] > 0) do={ :set uplinks ($uplinks . ",") }
        :set uplinks ($uplinks . [:serialize to=json value=[:tostr [:pick [:tostr $port] 0 200]] options=json.no-string-conversion])
      }
    }
  } on-error={ }
  :do {
    :foreach item in=[:pick [/interface/pppoe-client/find where disabled=no] 0 32] do={
      :local port [:tostr [/interface/pppoe-client/get $item name]]
      :if ([:len $port] < 200) do={
        :if ([:len $uplinks] > 0) do={ :set uplinks ($uplinks . ",") }
        :set uplinks ($uplinks . [:serialize to=json value=[:tostr [:pick [:tostr $port] 0 200]] options=json.no-string-conversion])
      }
    }
  } on-error={ }
  :local addresses ""
  :do {
    :foreach item in=[:pick [/ip/address/find where disabled=no and !(interface~"^<")] 0 48] do={
      :do {
        :local row ("{\"address\":" . [:serialize to=json value=[:tostr [:pick [:tostr [/ip/address/get $item address]] 0 40]] options=json.no-string-conversion] . ",\"interface\":" . [:serialize to=json value=[:tostr [:pick [:tostr [/ip/address/get $item interface]] 0 200]] options=json.no-string-conversion] . "}")
        :if ([:len $addresses] > 0) do={ :set addresses ($addresses . ",") }
        :set addresses ($addresses . $row)
      } on-error={ }
    }
  } on-error={ }
  :do {
    :foreach item in=[:pick [/ip/address/find where disabled=no and (interface~"^<")] 0 16] do={
      :do {
        :local row ("{\"address\":" . [:serialize to=json value=[:tostr [:pick [:tostr [/ip/address/get $item address]] 0 40]] options=json.no-string-conversion] . ",\"interface\":" . [:serialize to=json value=[:tostr [:pick [:tostr [/ip/address/get $item interface]] 0 200]] options=json.no-string-conversion] . "}")
        :if ([:len $addresses] > 0) do={ :set addresses ($addresses . ",") }
        :set addresses ($addresses . $row)
      } on-error={ }
    }
  } on-error={ }
  :local routes ""
  :do {
    :foreach item in=[:pick [/ip/route/find where disabled=no and dst-address="0.0.0.0/0"] 0 8] do={
      :do {
        :local row ("{\"network\":" . [:serialize to=json value=[:tostr [:pick [:tostr [/ip/route/get $item dst-address]] 0 40]] options=json.no-string-conversion] . ",\"gateway\":" . [:serialize to=json value=[:tostr [:pick [:tostr [/ip/route/get $item gateway]] 0 240]] options=json.no-string-conversion] . "}")
        :if ([:len $routes] > 0) do={ :set routes ($routes . ",") }
        :set routes ($routes . $row)
      } on-error={ }
    }
  } on-error={ }
  :do {
    :foreach item in=[:pick [/ip/route/find where disabled=no and !(dst-address="0.0.0.0/0")] 0 56] do={
      :do {
        :local row ("{\"network\":" . [:serialize to=json value=[:tostr [:pick [:tostr [/ip/route/get $item dst-address]] 0 40]] options=json.no-string-conversion] . ",\"gateway\":" . [:serialize to=json value=[:tostr [:pick [:tostr [/ip/route/get $item gateway]] 0 240]] options=json.no-string-conversion] . "}")
        :if ([:len $routes] > 0) do={ :set routes ($routes . ",") }
        :set routes ($routes . $row)
      } on-error={ }
    }
  } on-error={ }
  :local names ""
  :do {
    :foreach item in=[:pick [/ip/dns/get servers] 0 32] do={
      :if ([:len $names] > 0) do={ :set names ($names . ",") }
      :set names ($names . [:serialize to=json value=[:tostr [:pick [:tostr $item] 0 64]] options=json.no-string-conversion])
    }
  } on-error={ }
  :do {
    :foreach item in=[:pick [/ip/dns/get dynamic-servers] 0 32] do={
      :if ([:len $names] > 0) do={ :set names ($names . ",") }
      :set names ($names . [:serialize to=json value=[:tostr [:pick [:tostr $item] 0 64]] options=json.no-string-conversion])
    }
  } on-error={ }
  :local isSynchronised false
  :do { :set isSynchronised ([:tostr [/system/ntp/client/get status]] = "synchronized") } on-error={ }
  :local body ("{\"serial\":" . [:serialize to=json value=[:tostr [:pick [:tostr $serial] 0 64]] options=json.no-string-conversion])
  :set body ($body . ",\"identity\":" . [:serialize to=json value=[:tostr [:pick [:tostr [/system/identity/get name]] 0 120]] options=json.no-string-conversion])
  :set body ($body . ",\"version\":" . [:serialize to=json value=[:tostr [:pick [:tostr [/system/resource/get version]] 0 40]] options=json.no-string-conversion])
  :set body ($body . ",\"architecture\":" . [:serialize to=json value=[:tostr [:pick [:tostr [/system/resource/get architecture-name]] 0 20]] options=json.no-string-conversion])
  :set body ($body . ",\"board\":" . [:serialize to=json value=[:tostr [:pick [:tostr [/system/resource/get board-name]] 0 80]] options=json.no-string-conversion])
  :set body ($body . ",\"totalMemoryBytes\":" . $memory)
  :set body ($body . ",\"freeDiskBytes\":" . $room)
  :set body ($body . ",\"flashFolder\":" . ([:len [/file/find where name="flash"]] > 0))
  :set body ($body . ",\"licenceLevel\":" . [:serialize to=json value=[:tostr [:pick [:tostr $level] 0 20]] options=json.no-string-conversion])
  :set body ($body . ",\"wireguardPublicKey\":" . [:serialize to=json value=[:tostr [:pick [:tostr [/interface/wireguard/get [/interface/wireguard/find where comment="karibu:hub-tunnel"] public-key]] 0 44]] options=json.no-string-conversion])
  :set body ($body . ",\"deviceMode\":{\"mode\":" . [:serialize to=json value=[:tostr [:pick [:tostr [/system/device-mode/get mode]] 0 20]] options=json.no-string-conversion] . ",\"container\":" . ([:tostr [/system/device-mode/get container]] ~ "^(true|yes)\$") . ",\"hotspot\":" . ([:tostr [/system/device-mode/get hotspot]] ~ "^(true|yes)\$") . ",\"scheduler\":" . ([:tostr [/system/device-mode/get scheduler]] ~ "^(true|yes)\$") . ",\"fetch\":" . ([:tostr [/system/device-mode/get fetch]] ~ "^(true|yes)\$") . ",\"flagged\":" . ([:tostr [/system/device-mode/get flagged]] ~ "^(true|yes)\$") . "}")
  :set body ($body . ",\"packages\":[" . $packages . "]")
  :set body ($body . ",\"disks\":[" . $disks . "]")
  :set body ($body . ",\"interfaces\":[" . $interfaces . "]")
  :set body ($body . ",\"wifi\":[" . $wifis . $radios . "]")
  :set body ($body . ",\"hotspots\":[" . $hotspots . "]")
  :set body ($body . ",\"addresses\":[" . $addresses . "]")
  :set body ($body . ",\"routes\":[" . $routes . "]")
  :set body ($body . ",\"carriers\":[" . $carriers . "]")
  :set body ($body . ",\"uplinks\":[" . $uplinks . "]")
  :set body ($body . ",\"dnsServers\":[" . $names . "]")
  :set body ($body . ",\"clock\":{\"date\":" . [:serialize to=json value=[:tostr [:pick [:tostr [/system/clock/get date]] 0 20]] options=json.no-string-conversion])
  :set body ($body . ",\"time\":" . [:serialize to=json value=[:tostr [:pick [:tostr [/system/clock/get time]] 0 20]] options=json.no-string-conversion])
  :set body ($body . ",\"offset\":" . [:serialize to=json value=[:tostr [:pick [:tostr [/system/clock/get gmt-offset]] 0 10]] options=json.no-string-conversion])
  :set body ($body . ",\"isSynchronised\":" . $isSynchronised . "}}")
  :set failed ""
  :set answer [:toarray ""]
  :onerror why in={
    :local got [/tool/fetch url=($hub . "/enrol/facts") http-method=post http-header-field=("Authorization: Bearer " . $bearer . ",Content-Type: application/json") http-data=$body check-certificate=$check output=user as-value]
    :set answer [:deserialize from=json value=($got->"data") options=json.no-string-conversion]
  } do={ :set failed $why }
  :if ([:len $failed] > 0) do={
    :if ($failed ~ "(ertificate|SSL|TLS|handshake)") do={
      :set stop ("the hub's certificate is not trusted. The router's date is " . [:tostr [/system/clock/get date]] . ": if that is wrong, enter the right one with /system/clock/set. Else update RouterOS to 7.19 or newer, or import the hub's root with /certificate/import. Then paste the line again")
    }
    :if (($failed ~ "(^|[^0-9])401([^0-9]|\$)")) do={
      :set stop "this line is used up or too old. Make a new line in the console and paste it"
      :if ([:len $token] = 0) do={
        /file/remove [/file/find where name="karibu-stage-two.rsc"]
        /system/script/remove [/system/script/find where comment~"^karibu:set-up"]
        /system/scheduler/remove [/system/scheduler/find where comment~"^karibu:set-up-"]
      }
    }
    :if (($failed ~ "(^|[^0-9])403([^0-9]|\$)")) do={ :set stop "this line belongs to another router. Make a new line for this one" }
    :if ([:len $stop] = 0) do={
      :set stop ("the hub does not answer: " . $failed . ". Is the internet connected? Then paste the line again")
      :if ([:len $token] = 0) do={ :set stop ("the hub does not answer; the next try is in a minute. " . $failed) }
    }
  }
  :if ([:len $stop] = 0) do={
    :if ([:len $token] > 0) do={
      :set bearer [:tostr ($answer->"resumeKey")]
      :if (!($bearer ~ "^[A-Za-z0-9_-]+\$")) do={
        :if (($answer->"state") = "failed") do={ :set stop [:tostr ($answer->"remedy")] } else={ :set stop "the hub gave no key. Make a new line in the console and paste it" }
      } else={
        :local escapedPortsPlain [:tostr $mine]
        :local escapedPorts ""
        :if ([:len $escapedPortsPlain] > 0) do={
          :for at from=0 to=([:len $escapedPortsPlain] - 1) do={
            :local one [:pick $escapedPortsPlain $at ($at + 1)]
            :if ($one ~ "[\"\\\\\$]") do={ :set escapedPorts ($escapedPorts . "\\") }
            :set escapedPorts ($escapedPorts . $one)
          }
        }
        :do { /system/scheduler/remove [/system/scheduler/find where comment="karibu:set-up-minute"] } on-error={ }
        :if ([:len [/system/scheduler/find where comment="karibu:set-up-minute"]] = 0) do={
          /system/scheduler/add name=karibu-set-up-minute start-date=1970-01-01 start-time=00:00:00 interval=1m policy=read,write,policy,test,reboot,sensitive,ftp on-event=":if ([:len [/system/script/find where comment=\"karibu:set-up\"]] > 0) do={ /system/script/run karibu-set-up } else={ /system/scheduler/remove [/system/scheduler/find where comment~\"^karibu:set-up-\"] }" comment="karibu:set-up-minute"
        }
        :if ([:len [/system/scheduler/find where comment="karibu:set-up-boot"]] = 0) do={
          /system/scheduler/add name=karibu-set-up-boot start-time=startup interval=0s policy=read,write,policy,test,reboot,sensitive,ftp on-event=":delay 20s; :if ([:len [/system/script/find where comment=\"karibu:set-up\"]] > 0) do={ /system/script/run karibu-set-up } else={ /system/scheduler/remove [/system/scheduler/find where comment~\"^karibu:set-up-\"] }" comment="karibu:set-up-boot"
        }
        :local source (":local hub \"" . $hub . "\"\0A\
:local key \"" . $bearer . "\"\0A\
:local sha \"" . $sha . "\"\0A\
:local ports \"" . $escapedPorts . "\"\0A\
:local runs 0\0A\
:foreach one in=[/system/scheduler/find where comment=\"karibu:set-up-minute\"] do={ :set runs [:tonum [/system/scheduler/get \$one run-count]] }\0A\
:if (\$runs > 1440) do={\0A\
  /file/remove [/file/find where name=\"karibu-stage-two.rsc\"]\0A\
  /system/script/remove [/system/script/find where comment~\"^karibu:set-up\"]\0A\
  /system/scheduler/remove [/system/scheduler/find where comment~\"^karibu:set-up-\"]\0A\
} else={\0A\
  :if ([:len [/system/script/job/find where script=\"karibu-set-up\"]] < 2) do={\0A\
    :local text \"\"\0A\
    :local failed \"\"\0A\
    :onerror why in={\0A\
      :local got [/tool/fetch url=(\$hub . \"/enrol/stage-one\") output=user as-value]\0A\
      :set text (\$got->\"data\")\0A\
    } do={ :set failed \$why }\0A\
    :if (([:len \$failed] = 0) && ([:convert \$text transform=sha512 to=hex] != \$sha)) do={\0A\
      :local check \"yes-without-crl\"\0A\
      :if ([:pick \$hub 0 5] = \"http:\") do={ :set check \"no\" }\0A\
      :onerror why in={\0A\
        :local got [/tool/fetch url=(\$hub . \"/enrol/stage-one\") check-certificate=\$check output=user as-value]\0A\
        :set text (\$got->\"data\")\0A\
      } do={ :set failed \$why }\0A\
    }\0A\
    :if ([:len \$failed] = 0) do={\0A\
      :if ([:convert \$text transform=sha512 to=hex] = \$sha) do={\0A\
        :local run [:parse \$text]\0A\
        \$run hub=\$hub token=\"\" key=\$key sha=\$sha ports=\$ports\0A\
      } else={\0A\
        :put \"Karibu: the hub has a newer set-up. Make a new line in the console and paste it\"\0A\
        /file/remove [/file/find where name=\"karibu-stage-two.rsc\"]\0A\
        /system/script/remove [/system/script/find where comment~\"^karibu:set-up\"]\0A\
        /system/scheduler/remove [/system/scheduler/find where comment~\"^karibu:set-up-\"]\0A\
      }\0A\
    } else={\0A\
      :put (\"Karibu: the hub does not answer; the next try is in a minute. \" . \$failed)\0A\
    }\0A\
  }\0A\
}")
        :if ([:len [/system/script/find where comment="karibu:set-up"]] = 0) do={
          /system/script/add name=karibu-set-up policy=read,write,policy,test,reboot,sensitive,ftp source=$source comment="karibu:set-up"
        } else={
          /system/script/set [/system/script/find where comment="karibu:set-up"] source=$source
        }
        :put "Karibu: the hub has this router's facts. Choose disk, ports and Wi-Fi in the console. The set-up goes on by itself, after a reboot too"
        /system/script/run karibu-set-up
      }
    } else={
      :local state [:tostr ($answer->"state")]
      :for question from=1 to=24 do={
        :if ($state = "choose") do={
          :delay 5s
          :set failed ""
          :set answer [:toarray ""]
          :onerror why in={
            :local got [/tool/fetch url=($hub . "/enrol/progress") http-method=post http-header-field=("Authorization: Bearer " . $bearer . ",Content-Type: application/json") http-data="{\"step\":\"choices\",\"state\":\"waiting\"}" check-certificate=$check output=user as-value]
            :set answer [:deserialize from=json value=($got->"data") options=json.no-string-conversion]
          } do={ :set failed $why }
          :if (([:len $failed] = 0) && ([:len [:tostr ($answer->"state")]] > 0)) do={ :set state [:tostr ($answer->"state")] }
        }
      }
      :if (($state = "failed") || ($state = "cancelled")) do={
        :set stop ("the set-up has ended. " . [:tostr ($answer->"remedy")])
        /file/remove [/file/find where name="karibu-stage-two.rsc"]
        /system/script/remove [/system/script/find where comment~"^karibu:set-up"]
        /system/scheduler/remove [/system/scheduler/find where comment~"^karibu:set-up-"]
      }
      :if ($state = "ready") do={
        :local turn "0"
        :foreach one in=[/system/scheduler/find where comment="karibu:set-up-minute"] do={ :set turn [:tostr [/system/scheduler/get $one run-count]] }
        :local isTurn true
        :if (([:tonum $turn] > 30) && ([:pick $turn ([:len $turn] - 1) [:len $turn]] != "0")) do={ :set isTurn false }
        :if ($isTurn) do={
          :onerror why in={
            :do { /file/remove [/file/find where name="karibu-stage-two.rsc"] } on-error={ }
            /tool/fetch url=($hub . "/enrol/stage-two") http-header-field=("Authorization: Bearer " . $bearer) check-certificate=$check dst-path=karibu-stage-two.rsc
            :delay 1s
            :local size [:tonum [/file/get [/file/find where name="karibu-stage-two.rsc"] size]]
            :local text ""
            :while ([:len $text] < $size) do={
              :local piece ([/file/read file=karibu-stage-two.rsc offset=[:len $text] chunk-size=32768 as-value]->"data")
              :if ([:len $piece] = 0) do={ :error "the file can not be read back" }
              :set text ($text . $piece)
            }
            :if ([:convert $text transform=sha512 to=hex] != ($answer->"sha512")) do={ :error "stage two is not what the hub made" }
            /import file-name=karibu-stage-two.rsc verbose=no
          } do={ :set failed $why }
          :do { /file/remove [/file/find where name="karibu-stage-two.rsc"] } on-error={ }
          :if (([:len $failed] > 0) && (!($failed ~ "karibu: "))) do={
            :local body ("{\"step\":\"configuration\",\"state\":\"failed\",\"problem\":\"script-failed\"" . ",\"detail\":" . [:serialize to=json value=[:tostr [:pick [:tostr $failed] 0 400]] options=json.no-string-conversion] . "}")
            :local words $failed
            :set failed ""
            :set answer [:toarray ""]
            :onerror why in={
              :local got [/tool/fetch url=($hub . "/enrol/progress") http-method=post http-header-field=("Authorization: Bearer " . $bearer . ",Content-Type: application/json") http-data=$body check-certificate=$check output=user as-value]
              :set answer [:deserialize from=json value=($got->"data") options=json.no-string-conversion]
            } do={ :set failed $why }
            :set failed $words
          }
          :set stop $failed
        }
      }
    }
  }
}
:if ([:len $stop] > 0) do={ :put ("Karibu: " . $stop); /log/info ("karibu: " . $stop) }
