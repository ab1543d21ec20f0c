# Takes away what this formula brought, in the other order. Releases stay: machines may be fetching one.
include:
  - .service.clean
  - .http.clean
  - .dnsmasq.clean
  - .releases.clean
