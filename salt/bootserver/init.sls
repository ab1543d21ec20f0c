# The boot server: DHCP and TFTP by dnsmasq, releases and scripts over HTTP by nginx, and which release each machine boots.
include:
  - .package
  - .releases
  - .dnsmasq
  - .http
  - .service
