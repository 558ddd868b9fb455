# 2026-11-22 10:00:00 by RouterOS 7.16.2
/ip pool
add name=pool-home ranges=10.20.0.2-10.20.3.254
/ppp profile
set *0 only-one=yes rate-limit=2M/2M
add local-address=10.20.0.1 name=home-5 remote-address=pool-home rate-limit=5M/5M
add local-address=10.20.0.1 name=home-10 only-one=no rate-limit="5M/10M 8M/15M 4M/8M 16/16" remote-address=pool-home \
    session-timeout=1d
add name=shop rate-limit=20M/20M remote-address=pool-home
set *FFFFFFFE rate-limit=1M/1M
/ppp secret
add name=house-1 password=house-1 profile=home-5 service=pppoe
add name=House-2 password=house-2 profile=home-5 service=pppoe
add name=house-3 password=1234 profile=home-10 service=pppoe
add name=house-4 password="two words" profile=home-10 service=pppoe
add name="house 5" password=abcdef12 profile=home-10 service=pppoe remote-address=10.20.1.5
add name=house-6 password=x comment="Mama Njeri, blue gate" profile=shop service=any
add name=house-7 password="caf\C3\A9" comment="dec/31/2026 23:59:59" profile=shop service=pppoe
add name=house-8 password=abcd1234 service=pppoe
add name=house-9 password=abcd1234 profile=default-encryption service=pppoe routes="10.66.0.0/24 10.20.1.9 1"
add disabled=yes name=house-10 password=abcd1234 profile=home-5 service=pppoe
add name=office-vpn password=abcd1234 profile=default-encryption service=l2tp
add name=no-word profile=home-5 service=pppoe
add name=far password=abcd1234 profile=nobodys service=pppoe
remove [ find name=house-1 disabled=yes ]
