# nov/22/2026 10:00:00 by RouterOS 6.49.10
# software id = ABCD-1234
#
/ip hotspot user profile
set [ find default=yes ] rate-limit=512k/1M
add keepalive-timeout=2m name=siku-1 on-login=":put (\",rem,900,1d,1000,,Disable,\")\
    ; {:local date [ /system clock get date ];:local year [ :pick \$date 7 11 ];}" \
    parent-queue=none rate-limit=1M/5M shared-users=1
add idle-timeout=10m keepalive-timeout=5m name=saa-3 on-login=\
    ":put (\",ntf,0,3h,50,,Enable,\"); {}" session-timeout=3h
add name=wiki on-login="/sys sch add name=\"\$user\" disable=no start-date=\$date interval=\"7d\";" \
    rate-limit=2M/8M shared-users=unlimited
add name=bure on-login="/log info \"hello\"" shared-users=3
/ip hotspot user
set [ find default=yes ] comment="counters and limits for trial users"
add comment=vc-123-11.20.26-duka name=4821K password=4821K profile=siku-1
add comment="up-123-11.20.26-" name=achieng password="her word" profile=siku-1
add comment="dec/20/2026 14:00:00 N" name=70001 password=70001 profile=siku-1
add comment="2026-12-24 08:30:00 simu ya mama" name=70002 password=70002 profile=siku-1
add comment="nov/21/2026 08:00:00" name=70003 password=70003 profile=saa-3
add comment="kesho" name=70004 password=70004 profile=siku-1
add comment="caf\C3\A9 \E2\82\AC" limit-uptime=1h name=caf\C3\A9-1 password=x1
add limit-bytes-total=500MiB name=half-a-gig password=half-a-gig profile=bure
add limit-bytes-out=1G name=one-way password=one-way profile=bure
add limit-uptime=1s name=blocked password=blocked profile=siku-1; add name=behind password=behind profile=wiki
# somebody wrote this into the file
add comment=\
    "#7 gate" name=gate password=gate \
    profile=wiki
add name=lost password=lost profile=gone
add comment="no name" password=x profile=bure
disable [ find name=gate ]
