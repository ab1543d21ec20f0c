# HAProxy in front of the Swift proxies, with a limit on requests per second per bucket.
include:
  - .package
  - .config
  - .service
