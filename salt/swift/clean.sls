# Takes away what this formula brought, in the other order. What lies on drives stays, and so do ring builders, the
# only memory of where data is, and the rings that were published.
include:
  - .storage.clean
  - .proxy.clean
  - .rings.clean
  - .config.clean
