# Takes away what this formula brought, in the other order. What lies on drives stays, and so do ring builders: they are
# the only memory of where data is.
include:
  - .storage.clean
  - .proxy.clean
  - .rings.clean
  - .config.clean
