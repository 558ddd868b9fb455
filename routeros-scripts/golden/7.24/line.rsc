{ :local v [/system resource get version]; :if ($v ~ "^7\\.(18\\.([2-9]|1[0-9])|19|[2-9][0-9])") do={ [[:parse ":if ([:tostr [/system/device-mode/get fetch]] ~ \"(false|no)\") do={\0A\
  :local m \"mode=advanced\"\0A\
  :if ([/system/resource/get architecture-name] ~ \"^(arm64|x86)\") do={ :set m \"mode=advanced container=yes\" }\0A\
  :put (\"Karibu: this router forbids fetch. /system/device-mode/update \" . \$m . \" runs now: press the reset or mode button, or cut the power, within 5 minutes. After the reboot paste this line again\")\0A\
  [[:parse (\"/system/device-mode/update \" . \$m)]]\0A\
} else={\0A\
  :local h \"https://hub.example.com\"\0A\
  :local s \"00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000\"\0A\
  :local got [/tool/fetch url=(\$h . \"/enrol/stage-one\") output=user as-value]\0A\
  :if ([:convert (\$got->\"data\") transform=sha512 to=hex] = \$s) do={\0A\
    :local run [:parse (\$got->\"data\")]\0A\
    \$run hub=\$h token=\"sample-pasted-line-tok\" key=\"\" sha=\$s ports=\"\"\0A\
  } else={ :put \"Karibu: this is not the hub's text. Make a new line in the console\" }\0A\
}"]] } else={ :put ("Karibu: RouterOS " . $v . " is too old. Upgrade to 7.18.2 or newer (best 7.22), then paste this line again. How: https://hub.example.com/#/guides/installer/upgrade") } }